"""The screens on which editors build forms."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, F, IntegerField, Model, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import (
    FieldPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.ui.tables import Column, StatusTagColumn, UpdatedAtColumn
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import Revision, WorkflowState
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from core.compiled_viewset import CompiledCopyView, CompiledEditView, CompiledViewSet
from forms.cosign_tab import COSIGNING
from forms.editor_panels import StandingPanel
from forms.elsewhere import ELSEWHERE
from forms.limits_tab import LIMITS_TAB
from forms.models import FormDefinition, QuestionGroup, Submission
from forms.preview_views import FormPreviewInWorkflow, FormPreviewOfRevision, FormPreviewOnCreate, FormPreviewOnEdit

RECENT = timedelta(days=30)


def _count(queryset: QuerySet, outer: str) -> Coalesce:
    """A count that does not multiply with another one, as two joins would."""
    counted = queryset.filter(**{outer: OuterRef("pk")}).order_by().values(outer).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def status_of(form: FormDefinition) -> str:
    """Wagtail's own words ask two queries for each row."""
    if form.is_scheduled:
        return gettext("published, next version scheduled") if form.live else gettext("scheduled")
    if form.workflow_in_progress:
        return gettext("published, next version being read") if form.live else gettext("being read")
    if form.live:
        return gettext("published, with unpublished changes") if form.has_unpublished_changes else gettext("published")
    return gettext("draft")


def problems_of(form: FormDefinition) -> str:
    """Counted when the draft was saved, and in the night for what is published."""
    standing = getattr(form, "standing", None)
    if standing is None:
        return "–"
    if standing.live_problems:
        return gettext("published form: to look at")
    return str(standing.draft_problems or "–")


def changed_by(form: FormDefinition) -> str:
    return str((form.latest_revision and form.latest_revision.user) or "–")


def usage_button(form: Model, user: Any, next_url: str = "") -> Iterator[Button]:
    """To how a form is used, from the list."""
    if isinstance(form, FormDefinition) and user.has_perm("forms.change_formdefinition"):
        yield Button(gettext("Use"), reverse("form_usage", args=[form.pk]), icon_name="table", priority=15)


class FormCopyView(CompiledCopyView):
    """The draft as it was saved last, with its conditions, at an address of its own."""

    def get_initial_form_instance(self) -> FormDefinition:
        copy = super().get_initial_form_instance().get_latest_revision_as_object()
        copy.title = gettext("%(title)s (copy)") % {"title": copy.title[:110]}
        copy.slug = ""
        return copy


class FormIndexView(IndexView):
    @cached_property
    def header_buttons(self) -> list[Button]:
        buttons = super().header_buttons
        if self.request.user.has_perm("forms.add_formdefinition"):
            buttons.append(
                HeaderButton(
                    gettext("From a template or a file"), url=reverse("form_new"), icon_name="copy", priority=5
                )
            )
        return buttons


class FormEditView(CompiledEditView):
    @property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *usage_button(self.object, self.request.user)]


class FormDefinitionViewSet(CompiledViewSet):
    model = FormDefinition
    edit_view_class = FormEditView
    copy_view_class = FormCopyView
    index_view_class = FormIndexView
    preview_on_add_view_class = FormPreviewOnCreate
    preview_on_edit_view_class = FormPreviewOnEdit
    revisions_view_class = FormPreviewOfRevision
    workflow_preview_view_class = FormPreviewInWorkflow
    icon = "form"
    menu_label = _("Forms")
    menu_name = "formulieren"
    menu_hook = "register_website_menu_item"
    menu_order = 250
    add_to_admin_menu = True
    url_prefix = "formulieren"
    list_display = [
        "title",
        StatusTagColumn("status", label=_("Status"), accessor=status_of, primary=lambda form: form.live),
        Column("problem_count", label=_("To solve"), accessor=problems_of),
        Column("submission_count", label=_("Submissions"), sort_key="submission_count"),
        Column("recent_count", label=_("In 30 days"), sort_key="recent_count"),
        UpdatedAtColumn(),
        Column("changed_by", label=_("Changed by"), accessor=changed_by),
    ]
    search_fields = ["title"]
    search_backend_name = None  # Wagtail's search on SQLite knows no fields but the title's

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    StandingPanel(),
                    TitleFieldPanel("title", required_on_save=True),
                    FieldPanel("intro"),
                    FieldPanel("body"),
                    FieldPanel("privacy"),
                ],
                heading=_("Questions"),
            ),
            LIMITS_TAB,
            ObjectList(
                [
                    MultiFieldPanel(
                        [
                            FieldPanel("slug", widget=SlugInput),
                            FieldPanel("process_type"),
                            FieldPanel("on_behalf"),
                            FieldPanel("sign_in"),
                        ],
                        heading=_("What happens with it"),
                    ),
                    COSIGNING,
                    ELSEWHERE,
                    PublishingPanel(),
                ],
                heading=_("Settings"),
            ),
        ]
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FormDefinition]:
        return (
            FormDefinition.objects.select_related("standing", "latest_revision__user")
            .annotate(
                submission_count=Coalesce(F("submission_count_row__number"), 0),
                recent_count=_count(
                    Submission.objects.filter(submitted_at__gte=timezone.now() - RECENT), "version__definition"
                ),
                is_scheduled=Exists(
                    Revision.objects.filter(
                        base_content_type=FormDefinition.get_base_content_type(),
                        object_id=Cast(OuterRef("pk"), CharField()),
                        approved_go_live_at__isnull=False,
                    )
                ),
            )
            .prefetch_related(
                Prefetch(
                    "_workflow_states",
                    WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS),
                    to_attr="_current_workflow_states",  # where workflow_in_progress looks first
                )
            )
        )


class QuestionGroupViewSet(SnippetViewSet):
    """Questions that several forms share. "Usage" says where."""

    model = QuestionGroup
    icon = "copy"
    menu_label = _("Shared questions")
    menu_name = "gedeelde-vragen"
    menu_hook = "register_website_menu_item"
    menu_order = 260
    add_to_admin_menu = True
    url_prefix = "formulieren/gedeeld"
    list_display = ["title", UpdatedAtColumn()]
    search_fields = ["title"]
    search_backend_name = None
    panels = [FieldPanel("title"), FieldPanel("intro"), FieldPanel("questions")]


def refuse_to_delete_published(request: HttpRequest, instances: Iterable[Model]) -> HttpResponse | None:
    """What citizens filled in stays readable for ever, so a form that was once published can only be unpublished.

    For one form and for a selection in the list alike.
    """
    published = [form for form in instances if isinstance(form, FormDefinition) and form.versions.exists()]
    if not published:
        return None
    messages.error(
        request,
        gettext("%(titles)s cannot be deleted, because it was published once. Unpublish it instead.")
        % {"titles": ", ".join(f"‘{form}’" for form in published)},
    )
    return redirect(FormDefinition.snippet_viewset.get_url_name("list"))
