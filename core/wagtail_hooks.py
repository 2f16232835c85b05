"""Registration only."""

from django.urls import URLPattern, path
from wagtail import hooks

from core import admin, publishing, saving

admin.register()
hooks.register("register_log_actions", publishing.register_log_actions)
hooks.register("insert_editor_js", saving.script)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [path("aangemeld/", saving.signed_in, name="signed_in")]
