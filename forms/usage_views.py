"""How a form is used, for whoever may change it: /beheer/formulieren/<pk>/gebruik/."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.views import ScopedView
from forms import gate
from forms.devices import Device
from forms.funnel import Funnel, funnel, page_titles, question_labels, time_text
from forms.models import FormDefinition, FormVersion, UsageCount
from forms.roles import Role

PERIODS = (7, 30, 90, 365)
DEFAULT_PERIOD = 30
DEVICES = {
    Device.PHONE: gettext_lazy("Phone"),
    Device.TABLET: gettext_lazy("Tablet"),
    Device.DESKTOP: gettext_lazy("Computer"),
}
WHAT = {
    UsageCount.What.STARTED: gettext_lazy("started"),
    UsageCount.What.SHOWN: gettext_lazy("saw the page"),
    UsageCount.What.LEFT: gettext_lazy("went on"),
    UsageCount.What.REFUSED: gettext_lazy("page with an error message"),
    UsageCount.What.WRONG: gettext_lazy("question with an error message"),
    UsageCount.What.TIME: gettext_lazy("time on the page"),
    UsageCount.What.DEVICE_STARTED: gettext_lazy("started on"),
    UsageCount.What.DEVICE_SENT: gettext_lazy("sent from"),
}


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


class UsageView(ScopedView):
    """What both the page and its export choose: the form, a version, a period and who filled in."""

    model = FormDefinition
    permission = "forms.change_formdefinition"

    def get_queryset(self) -> QuerySet[FormDefinition]:
        """Whoever may change forms may change every form."""
        return FormDefinition.objects.all()

    @cached_property
    def form(self) -> FormDefinition:
        form: FormDefinition = self.get_object()
        return form

    @property
    def days(self) -> int:
        wanted = self.request.GET.get("dagen", "")
        return int(wanted) if wanted in map(str, PERIODS) else DEFAULT_PERIOD

    @property
    def since(self) -> date:
        """Today is one of the days."""
        return timezone.localdate() - timedelta(days=self.days - 1)

    def counts(self) -> QuerySet[UsageCount]:
        return UsageCount.objects.filter(version__definition=self.form, day__gte=self.since)


class FormUsage(UsageView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        versions = list(self.form.versions.order_by("-number").defer("schema"))
        started = dict(
            self.counts()
            .filter(what=UsageCount.What.STARTED)
            .order_by()
            .values_list("version")
            .annotate(total=Sum("number"))
        )
        version = self._version(versions, started)
        lines = self._lines(version)
        roles = sorted({line[0] for line in lines}, key=Role.values.index)
        role = request.GET.get("wie", "")
        if role not in roles:
            role = Role.CITIZEN if Role.CITIZEN in roles or not roles else roles[0]
        counted = [line[1:] for line in lines if line[0] == role]
        cosigned = bool(self.form.cosigners_max)
        use = funnel(version.schema, counted, cosigned=cosigned) if version else Funnel()
        address = reverse("form_usage", args=[self.form.pk])
        context: dict[str, Any] = {
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": reverse(FormDefinition.snippet_viewset.get_url_name("list")), "label": _("Forms")},
                {
                    "url": reverse(FormDefinition.snippet_viewset.get_url_name("edit"), args=[self.form.pk]),
                    "label": str(self.form),
                },
                {"url": "", "label": _("Use: %(form)s") % {"form": self.form}},
            ],
            "header_title": _("Use: %(form)s") % {"form": self.form},
            "header_icon": "table",
            "export": f"{reverse('form_usage_csv', args=[self.form.pk])}?dagen={self.days}",
            "form": self.form,
            "address": address,
            "days": self.days,
            "since": self.since,
            "periods": [
                Choice(str(days), _("last %(days)s days") % {"days": days}, days == self.days) for days in PERIODS
            ],
            "version": version,
            "versions": [
                Choice(
                    str(known.number),
                    _("version %(number)s, since %(day)s (%(started)s started)")
                    % {
                        "number": known.number,
                        "day": formats.date_format(timezone.localtime(known.compiled_at), "j F Y"),
                        "started": started.get(known.pk, 0),
                    },
                    known == version,
                )
                for known in versions
            ],
            "roles": [Choice(name, str(Role(name).label), name == role) for name in roles],
            "use": use,
            "devices": [(DEVICES[Device(device.name)], device) for device in use.devices],
            "taken": gate.taken(self.form) if self.form.max_submissions else None,
        }
        return render(request, "forms/usage.html", context)

    def _version(self, versions: list[FormVersion], started: dict[int, int]) -> FormVersion | None:
        """The one asked for; else the newest that was used in this period; else the newest."""
        asked = [known for known in versions if str(known.number) == self.request.GET.get("versie")]
        used = [known for known in versions if known.pk in started]
        return next(iter([*asked, *used, *versions]), None)

    def _lines(self, version: FormVersion | None) -> list[tuple[str, int, str, str, int]]:
        return list(
            UsageCount.objects.filter(version=version, day__gte=self.since)
            .order_by()
            .values_list("role", "step", "what", "key")
            .annotate(total=Sum("number"))
        )


class FormUsageCsv(UsageView):
    """Every count of the period, per day, for a spreadsheet: semicolons, as those of this country expect."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        name = f"gebruik-{slugify(str(self.form))}-{timezone.localdate().isoformat()}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response.write("\ufeff")  # or Excel takes é for two letters
        out = csv.writer(response, delimiter=";")
        out.writerow(
            [
                _("Day"),
                _("Version"),
                _("Filled in by"),
                _("Step"),
                _("Page"),
                _("What"),
                _("Question or class"),
                _("How often"),
            ]
        )
        schemas = dict(self.form.versions.values_list("pk", "schema"))
        numbers = dict(self.form.versions.values_list("pk", "number"))
        labels = {pk: question_labels(schema) for pk, schema in schemas.items()}
        titles = {pk: page_titles(schema) for pk, schema in schemas.items()}
        for count in self.counts().order_by("day", "version", "role", "step", "what", "key"):
            page = titles[count.version_id][count.step - 1] if count.step else ""
            out.writerow(
                [
                    count.day.isoformat(),
                    numbers[count.version_id],
                    Role(count.role).label,
                    count.step or "",
                    _plain(page),
                    WHAT[UsageCount.What(count.what)],
                    _plain(_key(count, labels[count.version_id])),
                    count.number,
                ]
            )
        return response


def _key(count: UsageCount, labels: dict[str, str]) -> str:
    match count.what:
        case UsageCount.What.WRONG:
            return labels.get(count.key, count.key)
        case UsageCount.What.TIME:
            return time_text(count.key)
        case UsageCount.What.DEVICE_STARTED | UsageCount.What.DEVICE_SENT:
            return str(DEVICES[Device(count.key)])
    return count.key


def _plain(text: str) -> str:
    """A spreadsheet takes a text that begins so for a formula, and would run it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
