"""The screens on which editors build forms."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, UpdatedAtColumn
from wagtail.admin.widgets.slug import SlugInput

from core.compiled_viewset import CompiledViewSet
from forms.models import FormDefinition, FormVersion, Submission


def _count(queryset: QuerySet, outer: str) -> Coalesce:
    """A count that does not multiply with another one, as two joins would."""
    counted = queryset.filter(**{outer: OuterRef("pk")}).order_by().values(outer).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class FormDefinitionViewSet(CompiledViewSet):
    model = FormDefinition
    icon = "form"
    menu_label = _("Forms")
    menu_name = "formulieren"
    menu_hook = "register_website_menu_item"
    menu_order = 300
    add_to_admin_menu = True
    url_prefix = "formulieren"
    list_display = [
        "title",
        LiveStatusTagColumn(),
        Column("version_count", label=_("Versions"), sort_key="version_count"),
        Column("submission_count", label=_("Submissions"), sort_key="submission_count"),
        UpdatedAtColumn(),
    ]
    search_fields = ["title"]
    search_backend_name = None  # Wagtail's search on SQLite knows no fields but the title's

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    TitleFieldPanel("title", required_on_save=True),
                    FieldPanel("intro"),
                    FieldPanel("body"),
                    FieldPanel("privacy"),
                ],
                heading=_("Questions"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("slug", widget=SlugInput), FieldPanel("process_type")],
                        heading=_("What happens with it"),
                    ),
                    PublishingPanel(),
                ],
                heading=_("Settings"),
            ),
        ]
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[FormDefinition]:
        return FormDefinition.objects.annotate(
            version_count=_count(FormVersion.objects.all(), "definition"),
            submission_count=_count(Submission.objects.all(), "version__definition"),
        )
