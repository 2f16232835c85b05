from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from integrations import admin


class PermittedMenuItem(MenuItem):
    """Shown to who may use it."""

    permission = ""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


class OutboxMenuItem(PermittedMenuItem):
    permission = "integrations.view_delivery"


class PrintMenuItem(PermittedMenuItem):
    permission = "integrations.print_letters"


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    return [path("", include("integrations.urls"))]


@hooks.register("register_beheer_menu_item")
def register_outbox_menu_item() -> MenuItem:
    return OutboxMenuItem(
        _("Outgoing"), reverse_lazy("integrations:deliveries"), name="outgoing", icon_name="mail", order=50
    )


@hooks.register("register_werk_menu_item")
def register_print_menu_item() -> MenuItem:
    return PrintMenuItem(
        _("To print"), reverse_lazy("integrations:print_room"), name="to-print", icon_name="download", order=300
    )


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="integrations",
        codename__in=["view_delivery", "resend_delivery", "print_letters", "link_incomingmail"],
    )


admin.register()
