"""Registration only."""

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from parties import admin, urls


class DuplicatesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("parties.merge_party")


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("parties.import_party")


class PartiesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("parties.view_party")


@hooks.register("register_admin_urls")
def register_urls() -> list[URLResolver]:
    return [path("contacten/", include(urls))]


@hooks.register("register_werk_menu_item")
def register_menu_item() -> MenuItem:
    return PartiesMenuItem(
        _("Persons and organisations"), reverse_lazy("parties:list"), name="parties", icon_name="group", order=50
    )


@hooks.register("register_werk_menu_item")
def register_duplicates() -> MenuItem:
    return DuplicatesMenuItem(
        _("Duplicates"), reverse_lazy("parties:look_alikes"), name="duplicates", icon_name="copy", order=55
    )


@hooks.register("register_werk_menu_item")
def register_imports() -> MenuItem:
    return ImportMenuItem(
        _("Take over lists"), reverse_lazy("parties:imports"), name="imports", icon_name="upload", order=56
    )


admin.register()
