"""Registration only."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from core import access_log_views, admin, publishing, saving
from core.spreadsheets import CSV, XLSX

admin.register()
hooks.register("register_log_actions", publishing.register_log_actions)
hooks.register("insert_editor_js", saving.script)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    export = access_log_views.Export.as_view()
    return [
        path("aangemeld/", saving.signed_in, name="signed_in"),
        path("toegangslog/", access_log_views.Log.as_view(), name="access_log"),
        path("toegangslog/uitvoer.csv", export, {"extension": CSV}, name="access_log_csv"),
        path("toegangslog/uitvoer.xlsx", export, {"extension": XLSX}, name="access_log_xlsx"),
    ]


class AccessLogMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.view_accesslog")


@hooks.register("register_beheer_menu_item")
def register_access_log_menu_item() -> MenuItem:
    return AccessLogMenuItem(
        _("Access log"), reverse_lazy("access_log"), name="access-log", icon_name="view", order=900
    )
