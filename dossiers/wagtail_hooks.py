"""Registration only."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from core.models import User
from dossiers import admin, desk_urls, follow_through_urls, incoming_urls, retention_urls, urls
from dossiers.actions.competences import CHANGED
from dossiers.views import satisfaction
from dossiers.views.today import TodayPanel


class DossiersMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dossiers.view_dossier")


class TasksMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dossiers.handle_dossier")


class IncomingMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("integrations.link_incomingmail")


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern | URLResolver]:
    return [
        path("dossiers/", include(urls)),
        path("onthaal/", include(desk_urls)),
        path("opvolging/", include(follow_through_urls)),
        path("inkomend/", include(incoming_urls)),
        path("bewaren/", include(retention_urls)),
        path("tevredenheid/", satisfaction.Results.as_view(), name="satisfaction"),
        path("tevredenheid/export.csv", satisfaction.ResultsCsv.as_view(), name="satisfaction_csv"),
        path("tevredenheid/opmerkingen/", satisfaction.Remarks.as_view(), name="satisfaction_remarks"),
    ]


class DeskMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dossiers.add_contact")


@hooks.register("register_werk_menu_item")
def register_desk_menu_item() -> MenuItem:
    return DeskMenuItem(_("Reception"), reverse_lazy("desk:start"), name="desk", icon_name="comment-add", order=10)


@hooks.register("register_werk_menu_item")
def register_follow_through_menu_item() -> MenuItem:
    return DossiersMenuItem(
        _("Follow-up"), reverse_lazy("follow_through:today"), name="follow-through", icon_name="tick-inverse", order=20
    )


@hooks.register("insert_global_admin_js")
def desk_shortcut() -> str:
    return format_html(
        '<script src="{}" data-desk-shortcut="{}" defer></script>',
        static("dossiers/shortcut.js"),
        reverse_lazy("desk:start"),
    )


@hooks.register("register_werk_menu_item")
def register_menu_item() -> MenuItem:
    return DossiersMenuItem(
        _("Dossiers"), reverse_lazy("dossiers:list"), name="dossiers", icon_name="folder", order=100
    )


@hooks.register("register_werk_menu_item")
def register_tasks_menu_item() -> MenuItem:
    return TasksMenuItem(_("My tasks"), reverse_lazy("dossiers:my_tasks"), name="taken", icon_name="tasks", order=105)


@hooks.register("construct_homepage_panels")
def add_today(request: HttpRequest, panels: list[Component]) -> None:
    if isinstance(request.user, User) and request.user.has_perm("dossiers.handle_dossier"):
        panels.append(TodayPanel(request.user))


@hooks.register("register_werk_menu_item")
def register_advice_menu_item() -> MenuItem:
    return DossiersMenuItem(
        _("Advice"), reverse_lazy("dossiers:advice_list"), name="advies", icon_name="comment", order=110
    )


@hooks.register("register_werk_menu_item")
def register_deputies_menu_item() -> MenuItem:
    return TasksMenuItem(
        _("Stand in for somebody"), reverse_lazy("dossiers:deputies"), name="deputies", icon_name="group", order=115
    )


class CompetencesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dossiers.change_competence")


@hooks.register("register_beheer_menu_item")
def register_competences_menu_item() -> MenuItem:
    return CompetencesMenuItem(
        _("Who may do what"), reverse_lazy("dossiers:competences"), name="competences", icon_name="lock", order=21
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(CHANGED, _("Change who may do what"), _("Who may do what changed"))


@hooks.register("insert_editor_js")
def process_script() -> str:
    return format_html('<script src="{}"></script>', static("dossiers/process.js"))


@hooks.register("register_werk_menu_item")
def register_incoming_menu_item() -> MenuItem:
    return IncomingMenuItem(
        _("Incoming mail"), reverse_lazy("incoming:list"), name="incoming-mail", icon_name="mail", order=400
    )


class SatisfactionMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dossiers.view_survey_results")


@hooks.register("register_meten_menu_item")
def register_satisfaction_menu_item() -> MenuItem:
    return SatisfactionMenuItem(
        _("Satisfaction"), reverse_lazy("satisfaction"), name="satisfaction", icon_name="pick", order=100
    )


class RetentionMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dossiers.view_destructionlist")


@hooks.register("register_beheer_menu_item")
def register_retention_menu_item() -> MenuItem:
    return RetentionMenuItem(
        _("Keeping and destroying"), reverse_lazy("retention:overview"), name="retention", icon_name="bin", order=890
    )


admin.register()
hooks.register("before_delete_snippet", admin.refuse_to_delete_used)
hooks.register("after_create_snippet", admin.say_what_a_decision_lacks)
hooks.register("after_edit_snippet", admin.say_what_a_decision_lacks)
