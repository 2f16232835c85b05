"""How satisfied citizens are, added up: /beheer/tevredenheid/. Never the answer of one person."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.keyset import paginate
from core.models import AccessLog
from core.views import ScopedView
from dossiers import satisfaction, survey_figures
from dossiers.clock import BRUSSELS
from dossiers.models import SurveyInvitation, SurveyResponse
from dossiers.models.contact import Channel
from dossiers.satisfaction import Satisfaction
from dossiers.survey_forms import QUESTIONS, WORDS

REMARKS_ON_A_PAGE = 30
VIEW_REMARKS = "dossiers.view_survey_remarks"


@dataclass(frozen=True)
class Period:
    name: str
    label: Any
    since: datetime
    until: datetime


def periods(now: datetime) -> list[Period]:
    """Quarters and years of the calendar. Days of one's own choosing would betray single answers: take one day less,
    and what changes is what somebody answered that day."""

    def midnight(year: int, month: int) -> datetime:
        return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=BRUSSELS)

    today = now.astimezone(BRUSSELS)
    year, first = today.year, (today.month - 1) // 3 * 3 + 1
    return [
        Period("kwartaal", gettext_lazy("This quarter"), midnight(year, first), midnight(year, first + 3)),
        Period("vorig-kwartaal", gettext_lazy("Last quarter"), midnight(year, first - 3), midnight(year, first)),
        Period("jaar", gettext_lazy("This year"), midnight(year, 1), midnight(year + 1, 1)),
        Period("vorig-jaar", gettext_lazy("Last year"), midnight(year - 1, 1), midnight(year, 1)),
    ]


@dataclass(frozen=True)
class Group:
    """One line of a table."""

    key: str
    name: str
    said: Satisfaction
    is_hidden: bool

    @property
    def mean(self) -> str:
        return mean_text(self.said.mean)

    @property
    def rate(self) -> str:
        return percent(self.said.rate)

    @property
    def why_hidden(self) -> str:
        if self.said.is_small:
            return _("too few answers (fewer than %(number)d)") % {"number": satisfaction.SMALLEST_GROUP}
        return _("not shown, so that a smaller group stays unknown")


def mean_text(mean: Fraction | None) -> str:
    """'3,8'"""
    return "" if mean is None else formats.number_format(satisfaction.shown(mean, 1) / 10, decimal_pos=1)


def percent(share: Fraction | None) -> str:
    return "" if share is None else f"{satisfaction.shown(share, 2)} %"


def groups(said: Mapping[str, Satisfaction], names: Mapping[str, str]) -> list[Group]:
    """The lines of one table, by name."""
    hidden = satisfaction.hidden({key: one.counted for key, one in said.items()})
    found = [Group(key, names.get(key, key), one, key in hidden) for key, one in said.items()]
    return sorted(found, key=lambda group: group.name)


class SatisfactionView(ScopedView):
    """What the page and its export share: the period, and the answers that this person may see added up."""

    model = SurveyInvitation
    permission = "dossiers.view_survey_results"

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def periods(self) -> list[Period]:
        return periods(self.now)

    @cached_property
    def period(self) -> Period:
        wanted = self.request.GET.get("periode")
        return next((period for period in self.periods if period.name == wanted), self.periods[0])

    @property
    def asked(self) -> Any:
        return self.get_queryset().asked(since=self.period.since, until=self.period.until, at=self.now)

    @cached_property
    def said(self) -> dict[tuple[int, str, str], Satisfaction]:
        """By process type, its name and channel: read once, and added up in each way."""
        return survey_figures.said(self.user, since=self.period.since, until=self.period.until, at=self.now)

    def added_up(self, place: int) -> dict[str, Satisfaction]:
        """By one of the three only."""
        found: dict[str, Satisfaction] = defaultdict(Satisfaction)
        for keys, said in self.said.items():
            found[str(keys[place])] += said
        return found

    @cached_property
    def by_process(self) -> list[Group]:
        return groups(self.added_up(0), {str(process_type): name for process_type, name, _channel in self.said})

    @cached_property
    def by_channel(self) -> list[Group]:
        names = {str(value): str(label) for value, label in Channel.choices} | {"": _("Unknown")}
        return groups(self.added_up(2), names)

    @cached_property
    def all(self) -> Group:
        said = sum(self.said.values(), Satisfaction())
        return Group("", _("All process types"), said, said.is_small)


class Results(SatisfactionView):
    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("soort", "")
        chosen = next((group for group in self.by_process if group.key == wanted), self.all)
        query = f"?periode={self.period.name}"
        context: dict[str, Any] = {
            "header_title": _("Satisfaction of citizens"),
            "header_icon": "pick",
            "breadcrumbs_items": [{"url": "", "label": _("Satisfaction of citizens")}],
            "periods": self.periods,
            "period": self.period,
            "last_day": self.period.until.astimezone(BRUSSELS),
            "all": self.all,
            "tables": [
                (_("By process type"), _("Process type"), self.by_process, True),
                (_("By channel of the first contact"), _("Channel"), self.by_channel, False),
            ],
            "chosen": chosen,
            "questions": [self.question(question) for question in chosen.said.questions],
            "export": reverse("satisfaction_csv") + query,
            "remarks_address": reverse("satisfaction_remarks") + query if self.user.has_perm(VIEW_REMARKS) else "",
            "has_teams": self.user.has_perm("dossiers.view_all_survey_results") or self.user.teams.exists(),
        }
        return render(request, "dossiers/satisfaction.html", context)

    def question(self, question: satisfaction.Question) -> dict[str, Any]:
        return {
            "label": QUESTIONS[question.name],
            "is_shown": question.is_shown,
            "answered": question.answered,
            "mean": mean_text(question.mean),
            "lines": [
                (WORDS[score], number, satisfaction.shown(Fraction(number, question.answered or 1), 2))
                for score, number in question.numbers.items()
            ],
        }


class ResultsCsv(SatisfactionView):
    """The same figures for a spreadsheet: semicolons, as those of this country expect. What is hidden stays hidden."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        name = f"tevredenheid-{self.period.name}-{self.now.astimezone(BRUSSELS).date().isoformat()}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response.write("\ufeff")  # or Excel takes é for two letters
        out = csv.writer(response, delimiter=";")
        scores = [
            f"{QUESTIONS[question]} {WORDS[score]}"
            for question in satisfaction.QUESTIONS
            for score in satisfaction.SCORES
        ]
        out.writerow(
            [_("Grouped by"), _("Name"), _("Asked"), _("Answered"), _("Share that answered"), _("Mean, of 5"), *scores]
        )
        for by, lines in (
            (_("All"), [self.all]),
            (_("Process type"), self.by_process),
            (_("Channel"), self.by_channel),
        ):
            for group in lines:
                out.writerow(
                    [by, _plain(group.name), group.said.asked, group.said.answered, group.rate, *_cells(group)]
                )
        return response


def _cells(group: Group) -> list[str]:
    if group.is_hidden:
        return [group.why_hidden]
    return [
        group.mean,
        *(
            str(number) if question.is_shown else ""
            for question in group.said.questions
            for number in question.numbers.values()
        ),
    ]


def _plain(text: str) -> str:
    """A spreadsheet takes a text that begins so for a formula, and would run it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class Remarks(SatisfactionView):
    """What citizens wrote, without name, date, dossier or score, in no order; only of groups that are shown."""

    permission = VIEW_REMARKS

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = [group.key for group in self.by_process if not group.is_hidden]
        written = SurveyResponse.objects.remarks(since=self.period.since, until=self.period.until)
        remarks = written.filter(invitation__in=self.asked.filter(process_type__in=shown))
        page = paginate(
            remarks.select_related("invitation__process_type").only("remark", "invitation__process_type__name"),
            order=["id"],
            cursor=request.GET.get("vanaf"),
            size=REMARKS_ON_A_PAGE,
        )
        AccessLog.objects.record_all(user=self.user, action="view", objects=page.rows, at=self.now)
        back = f"{reverse('satisfaction')}?periode={self.period.name}"
        context = {
            "header_title": _("Remarks of citizens"),
            "breadcrumbs_items": [
                {"url": back, "label": _("Satisfaction of citizens")},
                {"url": "", "label": _("Remarks of citizens")},
            ],
            "period": self.period,
            "page": page,
        }
        return render(request, "dossiers/satisfaction_remarks.html", context)
