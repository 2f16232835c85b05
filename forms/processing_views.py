"""The register of processing activities for staff: on the screen, and as a file for the data protection officer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.spreadsheets import CONTENT_TYPES, CSV, as_csv
from core.views import ScopedView
from dossiers.models import ProcessType
from forms.processing import Activity, activities

HEADINGS = (
    gettext_lazy("Activity"),
    gettext_lazy("Purpose"),
    gettext_lazy("Legal basis"),
    gettext_lazy("Data"),
    gettext_lazy("Sensitive data"),
    gettext_lazy("Kept"),
    gettext_lazy("Where that comes from"),
    gettext_lazy("Who sees it"),
    gettext_lazy("Who else receives it"),
    gettext_lazy("Forms"),
)


class ProcessingRegister(ScopedView):
    model = ProcessType
    permission = "dossiers.view_processtype"

    def get(self, request: HttpRequest) -> HttpResponse:
        title = _("Processing register")
        context = {
            "header_title": title,
            "breadcrumbs_items": [{"url": "", "label": title}],
            "activities": activities(),
        }
        return render(request, "forms/processing.html", context)


class ProcessingRegisterCsv(ScopedView):
    model = ProcessType
    permission = "dossiers.view_processtype"

    def get(self, request: HttpRequest) -> HttpResponse:
        content = "".join(as_csv(HEADINGS, map(cells, activities())))
        response = HttpResponse(content, content_type=CONTENT_TYPES[CSV])
        name = f"verwerkingsregister-{timezone.localdate().isoformat()}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def cells(activity: Activity) -> list[str]:
    return [
        activity.name,
        activity.purpose,
        activity.legal_basis,
        ", ".join(activity.data),
        ", ".join(activity.sensitive),
        activity.kept,
        activity.source,
        activity.who,
        ", ".join(activity.receivers),
        ", ".join(activity.forms),
    ]
