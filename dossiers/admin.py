from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from core.compiled_viewset import CompiledEditView, CompiledViewSet
from core.registers import Register
from dossiers.models import LetterTemplate, ProcessType, Signatory, StandardQuestion, Team
from dossiers.process_policy import ProcessTypePolicy, for_who_configures


class Teams(Register):
    model = Team
    menu_item_name = "teams"
    menu_icon = "group"
    menu_order = 10
    list_display = ("name", "email", "phone")
    list_export = ("name", "email", "phone")
    search_fields = ("name", "email")
    export_filename = "teams"
    intro = _("A team sees and handles the dossiers of its process types.")
    panels = [
        FieldPanel("name"),
        MultiFieldPanel([FieldPanel("email"), FieldPanel("phone")], _("How to reach the team")),
        FieldPanel("members", widget=CheckboxSelectMultiple),
    ]


class ProcessTypeIndex(IndexView):
    def get_base_queryset(self) -> Any:
        """Wagtail lists everything to who may change something."""
        return self.permission_policy.instances_user_has_any_permission_for(self.request.user, {"view", "change"})

    @cached_property
    def header_buttons(self) -> list[Button]:
        buttons: list[Button] = super().header_buttons
        if self.request.user.has_perm("dossiers.add_processtype"):
            address = reverse("dossiers:new_process")
            buttons.append(
                HeaderButton(gettext("From a template or a file"), url=address, icon_name="copy", priority=5)
            )
        return buttons


class ProcessTypeEdit(CompiledEditView):
    @property
    def header_more_buttons(self) -> list[Button]:
        running = reverse("dossiers:move", args=[self.object.pk])
        file = reverse("dossiers:export_process", args=[self.object.pk])
        return [
            *super().header_more_buttons,
            Button(gettext("Running dossiers"), url=running, icon_name="folder", priority=60),
            *self.who_may(),
            Button(gettext("Export"), url=file, icon_name="download", priority=70),
        ]

    def who_may(self) -> list[Button]:
        if not self.request.user.has_perm("dossiers.change_competence"):
            return []
        address = reverse("dossiers:competence", args=[self.object.pk])
        return [Button(gettext("Who may do what"), url=address, icon_name="lock", priority=65)]


class Signatories(Register):
    model = Signatory
    menu_item_name = "signatories"
    menu_icon = "edit"
    menu_order = 31
    list_display = ("name", "function", "valid_from", "valid_until")
    list_export = ("name", "function", "mandate", "valid_from", "valid_until")
    search_fields = ("name", "function", "mandate")
    export_filename = "ondertekenaars"
    intro = _("Who may sign decisions, and which act says so. A decision can only leave while the mandate holds.")
    panels = [
        FieldPanel("name"),
        FieldPanel("function"),
        FieldPanel("mandate"),
        MultiFieldPanel([FieldPanel("valid_from"), FieldPanel("valid_until")], _("How long the mandate holds")),
    ]


class ProcessTypes(CompiledViewSet):
    """Also for teams that configure one process: ``process_policy``."""

    model = ProcessType
    index_view_class = ProcessTypeIndex
    edit_view_class = ProcessTypeEdit
    icon = "tasks"
    menu_label = _("Process types")
    menu_name = "process-types"
    menu_hook = "register_beheer_menu_item"
    menu_order = 20
    list_display = ["name", "kind", "prefix", "team", UpdatedAtColumn()]
    search_backend_name = None  # searches with the ORM: the index knows only text fields, and not on SQLite
    search_fields = ["name", "prefix"]

    def construct_view(self, view_class: type[View], **kwargs: Any) -> Callable[..., HttpResponseBase]:
        return for_who_configures(super().construct_view(view_class, **kwargs))

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("name"), FieldPanel("kind"), FieldPanel("prefix"), FieldPanel("team")], _("General")
                    ),
                    FieldPanel("statuses", help_text=_("The first one is where a new dossier starts.")),
                    FieldPanel("steps", help_text=_("What may be done from which status. These become the buttons.")),
                    FieldPanel("results", help_text=_("How a dossier can end, for steps that ask for a result.")),
                ],
                heading=_("Statuses and steps"),
            ),
            ObjectList(
                [
                    FieldPanel("terms", help_text=_("In working days from the first contact, in order.")),
                    FieldPanel("delay_letter"),
                ],
                heading=_("Terms"),
            ),
            ObjectList(
                [
                    FieldPanel(
                        "routes",
                        help_text=_("The first route that fits decides. Without one, the team of the process type."),
                    )
                ],
                heading=_("Who handles"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("confirmation"), FieldPanel("anonymous_allowed"), FieldPanel("survey")],
                        _("Contact with the citizen"),
                    ),
                    MultiFieldPanel(
                        [FieldPanel("retention_years"), FieldPanel("retention_source")], _("After the end")
                    ),
                    MultiFieldPanel([FieldPanel("purpose"), FieldPanel("legal_basis")], _("Personal data")),
                ],
                heading=_("Citizen and archive"),
            ),
        ]
    )


def decides(letter: LetterTemplate) -> str:
    return gettext("yes") if letter.is_decision else ""


class LetterTemplates(SnippetViewSet):
    model = LetterTemplate
    copy_view_enabled = False  # what is posted to a copy view is saved over the letter it would copy
    icon = "doc-full"
    menu_label = _("Letters")
    menu_name = "letters"
    menu_hook = "register_beheer_menu_item"
    menu_order = 30
    list_display = ["name", "subject", Column("is_decision", label=_("Decision"), accessor=decides), UpdatedAtColumn()]
    search_backend_name = None
    search_fields = ["name", "subject", "body"]


class StandardQuestions(Register):
    model = StandardQuestion
    menu_item_name = "standard-questions"
    menu_icon = "help"
    menu_order = 12
    list_display = ("subject", "answer", "order")
    list_export = ("subject", "answer", "order")
    search_fields = ("subject", "answer")
    export_filename = "standaardvragen"
    intro = _("What is asked every day. At the desk one press writes such a question down and closes it.")
    panels = [FieldPanel("subject"), FieldPanel("answer"), FieldPanel("order")]


def register() -> None:
    register_permission_policy(ProcessType, ProcessTypePolicy(ProcessType), exact_class=True)
    Teams.register()
    StandardQuestions.register()
    Signatories.register()
    register_snippet(ProcessTypes)
    register_snippet(LetterTemplates)


def refuse_to_delete_used(request: HttpRequest, instances: Iterable[Model]) -> HttpResponse | None:
    """A letter that a published process sends stays. For one letter and for a selection in the list alike."""
    used = [letter for letter in instances if isinstance(letter, LetterTemplate) and letter.is_used()]
    if not used:
        return None
    messages.error(
        request,
        gettext("%(letters)s cannot be deleted: a process type sends it.")
        % {"letters": ", ".join(f"‘{letter}’" for letter in used)},
    )
    return redirect("wagtailsnippets_dossiers_lettertemplate:list")


def say_what_a_decision_lacks(request: HttpRequest, instance: Model) -> None:
    """A decision that is not complete can be kept, so that an editor can go on later; no process can decide with it."""
    if not isinstance(instance, LetterTemplate) or not instance.is_decision:
        return
    if problems := instance.decision_problems(timezone.localdate()):
        messages.warning(
            request,
            gettext("No process can decide with this letter yet: %(problems)s.") % {"problems": "; ".join(problems)},
        )
