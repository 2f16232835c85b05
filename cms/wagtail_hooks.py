"""The admin shell: menu, looks and home page. Registration only."""

from functools import partial

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.home import LockedPagesPanel

from cms import home, menu, second_step_views, staff, staff_sign_in_views, staff_views
from core.models import User

for item in menu.group_items():
    hooks.register("register_admin_menu_item", partial(lambda item: item, item))


@hooks.register("construct_main_menu")
def only_our_groups(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail's own items live in our groups; what is no group would be a second way to the same screen."""
    menu_items[:] = [item for item in menu_items if isinstance(item, menu.GroupMenuItem)]


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cms-admin/admin.css"))


@hooks.register("construct_homepage_panels")
def home_panels(request: HttpRequest, panels: list[Component]) -> None:
    panels[:] = [panel for panel in panels if not isinstance(panel, LockedPagesPanel)]
    panels.insert(0, home.AttentionPanel())


@hooks.register("before_bulk_action")
def guard_superusers(request: HttpRequest, action_type: str, objects: list[object], action: BulkAction) -> None:
    staff.refuse_superusers(request, [account for account in objects if isinstance(account, User)])


@hooks.register("register_admin_urls")
def account_urls() -> list[URLPattern]:
    return [
        path("account/organisatie/", staff_sign_in_views.Account.as_view(), name="staff_sign_in_account"),
        path("account/tweede-stap/", second_step_views.Account.as_view(), name="second_step_account"),
        path("medewerkers/<int:pk>/werk/", staff_views.Work.as_view(), name="staff_work"),
        path("medewerkers/<int:pk>/uit-dienst/", staff_views.Deactivate.as_view(), name="staff_deactivate"),
        path("medewerkers/<int:pk>/in-dienst/", staff_views.Reactivate.as_view(), name="staff_reactivate"),
        path("medewerkers/<int:pk>/uitnodigen/", staff_views.Invite.as_view(), name="staff_invite"),
        path("medewerkers/<int:pk>/tweede-stap/", second_step_views.Reset.as_view(), name="second_step_reset"),
    ]


@hooks.register("after_edit_user")
def end_access(request: HttpRequest, account: User) -> None:
    staff.end_access_of_inactive([account])


@hooks.register("after_bulk_action")
def end_access_together(request: HttpRequest, action_type: str, objects: list[object], action: BulkAction) -> None:
    staff.end_access_of_inactive(account for account in objects if isinstance(account, User))


hooks.register("register_log_actions", staff_views.register_log_actions)
hooks.register("register_account_menu_item", second_step_views.account_item)
hooks.register("register_log_actions", second_step_views.register_log_actions)
hooks.register("register_account_menu_item", staff_sign_in_views.account_item)
hooks.register("register_log_actions", staff_sign_in_views.register_log_actions)
