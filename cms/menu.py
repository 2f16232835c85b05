"""The menu of /beheer/ by task: Website, Werk, Zalen, Post, Meten, Beheer.

Apps put their own items in a group by its hook (``register_werk_menu_item``); Wagtail's items are moved here. A group
in which somebody may open nothing is not shown.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem, admin_menu, reports_menu, settings_menu


class PagesMenuItem(MenuItem):
    """A plain link to the page tree: Wagtail's own item opens a side panel, which a submenu has no place for."""

    def is_shown(self, request: HttpRequest) -> bool:
        return user_has_any_page_permission(request.user)


def pages() -> list[MenuItem]:
    link = reverse_lazy("wagtailadmin_explore_root")
    return [PagesMenuItem(_("Pages"), link, name="pages", icon_name="folder-open-inverse", order=100)]


def wagtails(*names: str) -> Callable[[], list[MenuItem]]:
    """Items of Wagtail's main menu or its settings, by name."""

    def items() -> list[MenuItem]:
        known = [*admin_menu.registered_menu_items, *settings_menu.registered_menu_items]
        return [item for item in known if item.name in names]

    return items


def reports() -> list[MenuItem]:
    """Wagtail's reports are all about pages."""
    return [SubmenuMenuItem(_("Reports"), reports_menu, name="reports", icon_name="list-ul", order=900)]


def management() -> list[MenuItem]:
    """Everything of Wagtail's settings that has no better place."""
    return [item for item in settings_menu.registered_menu_items if item.name not in WEBSITE_ITEMS]


WEBSITE_ITEMS = ("images", "documents", "media", "redirects")


@dataclass(frozen=True)
class MenuGroup:
    """``wagtail_items`` gives the items of Wagtail that belong here too."""

    name: str
    label: str | Promise
    icon: str
    wagtail_items: tuple[Callable[[], list[MenuItem]], ...] = ()

    @property
    def hook(self) -> str:
        return f"register_{self.name}_menu_item"


GROUPS = (
    MenuGroup("website", _("Website"), "globe", (pages, wagtails(*WEBSITE_ITEMS), reports)),
    MenuGroup("werk", _("Work"), "clipboard-list"),
    MenuGroup("zalen", _("Rooms"), "calendar-check"),
    MenuGroup("post", _("Post"), "mail"),
    MenuGroup("meten", _("Measure"), "table"),
    MenuGroup("beheer", _("Management"), "cogs", (management,)),
)


class GroupMenu(Menu):
    """The items of one group: what apps registered by its hook, and Wagtail's that belong here."""

    def __init__(self, group: MenuGroup) -> None:
        super().__init__(register_hook_name=group.hook)
        self.group = group

    @cached_property
    def registered_menu_items(self) -> list[MenuItem]:
        own: list[MenuItem] = super().registered_menu_items
        return own + [item for items in self.group.wagtail_items for item in items()]


class GroupMenuItem(SubmenuMenuItem):
    """Known to construct_main_menu as ours."""


def group_items() -> list[GroupMenuItem]:
    return [
        GroupMenuItem(group.label, GroupMenu(group), name=group.name, icon_name=group.icon, order=position)
        for position, group in enumerate(GROUPS, start=1)
    ]
