"""Registration only."""

from wagtail import hooks

from core import admin, publishing

admin.register()
hooks.register("register_log_actions", publishing.register_log_actions)
