"""The register of processing activities for staff: on the screen, and as a file for the data protection officer."""

import csv
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.views import ScopedView
from dossiers.export import BOM, harmless
from dossiers.models import ProcessType
from forms.processing import Activity, activities


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
        content = StringIO()
        writer = csv.writer(content, delimiter=";")
        headings = (
            _("Activity"), _("Purpose"), _("Legal basis"), _("Data"), _("Sensitive data"), _("Kept"),
            _("Where that comes from"),
            _("Who sees it"), _("Who else receives it"), _("Forms"),
        )  # fmt: skip
        writer.writerow(headings)
        writer.writerows([harmless(value) for value in cells(activity)] for activity in activities())
        response = HttpResponse(BOM + content.getvalue(), content_type="text/csv; charset=utf-8")
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
