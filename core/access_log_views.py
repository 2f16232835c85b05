"""Who saw whose data: the access log, for the data protection officer. Looking in it is written in it as well."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import islice
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import trails
from core.keyset import paginate
from core.models import AccessLog, User
from core.models.access_log import AccessLogQuerySet
from core.spreadsheets import CONTENT_TYPES, CSV, as_csv, as_xlsx
from core.views import ScopedView

MOST_ROWS = 10_000
CHUNK = 500
NAMED = 100
"""So many things that were looked for are written down, each by itself."""
HEADINGS = (
    gettext_lazy("When"),
    gettext_lazy("Who"),
    gettext_lazy("Account"),
    gettext_lazy("What"),
    gettext_lazy("About"),
    gettext_lazy("Reason"),
)


class LogForm(forms.Form):
    """What to look for. Dutch names: they stand in the address."""

    wie = forms.ModelChoiceField(
        User.objects.order_by("first_name", "last_name", "username"),
        label=gettext_lazy("Member of staff"),
        required=False,
        empty_label=gettext_lazy("Everybody"),
    )
    over = forms.CharField(
        label=gettext_lazy("Number of a dossier, or name or e-mail address of a citizen"),
        required=False,
        max_length=100,
    )
    van = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    tot = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    found: trails.Found | None = None
    """What the words are about; None without words."""

    def clean_over(self) -> str:
        words = str(self.cleaned_data["over"]).strip()
        if words:
            try:
                self.found = trails.search(words)
            except trails.TooMany:
                raise forms.ValidationError(
                    _("This is about too much. Give the whole name, or the number of a dossier.")
                )
        return words

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("van"), cleaned.get("tot")
        if first and last and last < first:
            self.add_error("tot", _("The last day comes before the first."))
        return cleaned


class AccessLogView(ScopedView):
    model = AccessLog
    permission = "core.view_accesslog"

    @cached_property
    def form(self) -> LogForm:
        return LogForm(self.request.GET)

    @property
    def entries(self) -> AccessLogQuerySet:
        """What the form asks for; nothing while something in it is wrong, so that nobody reads more than was meant."""
        entries: AccessLogQuerySet = self.get_queryset().select_related("user")
        if not self.form.is_valid():
            return entries.none()
        asked = self.form.cleaned_data
        if asked["wie"]:
            entries = entries.filter(user=asked["wie"])
        if self.form.found is not None:
            entries = entries.about(self.form.found)
        if asked["van"]:
            entries = entries.filter(at__gte=_midnight(asked["van"]))
        if asked["tot"]:
            entries = entries.filter(at__lt=_midnight(asked["tot"] + timedelta(days=1)))
        return entries

    def write_down(self, action: str) -> None:
        """That this person looked, and for what: never in the words that were typed, since the log keeps for ever."""
        asked, found = self.form.cleaned_data, self.form.found or {}
        about = [
            (model, key) for model in ("parties.party", "dossiers.dossier") for key in sorted(found.get(model, ()))
        ]
        person = asked.get("wie")
        if not about:
            about = [("core.user", str(person.pk)) if person else ("core.accesslog", "")]
        now = timezone.now()
        AccessLog.objects.bulk_create(
            AccessLog(user=self.user, action=action, model=model, object_id=key, at=now) for model, key in about[:NAMED]
        )


class Log(AccessLogView):
    def get(self, request: HttpRequest) -> HttpResponse:
        page = paginate(self.entries, order=["-at", "-pk"], cursor=request.GET.get("vanaf"), size=50)
        names = trails.names(page.rows)
        if self.form.is_valid():
            self.write_down("view log")
        query = request.GET.copy()
        query.pop("vanaf", None)
        return render(
            request,
            "core/access_log.html",
            {
                "breadcrumbs_items": [{"url": "", "label": _("Access log")}],
                "header_title": _("Access log"),
                "header_icon": "view",
                "form": self.form,
                "page": page,
                "lines": [
                    (entry, trails.action_words(entry.action), names[entry.model, entry.object_id])
                    for entry in page.rows
                ],
                "query": query.urlencode(),
                "asked": bool(query),
            },
        )


class Export(AccessLogView):
    """What the form asks for, streamed, the newest first."""

    def get(self, request: HttpRequest, extension: str) -> HttpResponse | StreamingHttpResponse:
        if not self.form.is_valid():
            return HttpResponse(status=400)
        self.write_down("export log")
        rows = self.lines(timezone.now())
        made = as_csv(HEADINGS, rows) if extension == CSV else as_xlsx(HEADINGS, rows, title=_("Access log"))
        response = StreamingHttpResponse(made, content_type=CONTENT_TYPES[extension])
        name = f"toegangslog-{timezone.localdate():%Y-%m-%d}.{extension}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    def lines(self, now: datetime) -> Iterator[list[str]]:
        rows = self.entries.filter(at__lt=now).order_by("-at", "-pk")[: MOST_ROWS + 1].iterator(chunk_size=CHUNK)
        left = MOST_ROWS
        while chunk := list(islice(rows, CHUNK)):
            shown, left = chunk[:left], left - len(chunk)
            names = trails.names(shown)
            for entry in shown:
                yield [
                    f"{timezone.localtime(entry.at):%d/%m/%Y %H:%M:%S}",
                    str(entry.user),
                    entry.user.get_username(),
                    trails.action_words(entry.action),
                    names[entry.model, entry.object_id],
                    entry.reason,
                ]
        if left < 0:
            yield [
                _("Not everything is here: an export holds at most %(most)s lines. Choose a period.")
                % {"most": MOST_ROWS}
            ]


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
