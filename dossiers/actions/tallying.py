"""Months of the survey that can change no more, added up once. docs/rules/tevredenheid.md."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min

from dossiers.clock import BRUSSELS
from dossiers.models import SurveyInvitation, SurveyTally
from dossiers.satisfaction import Answers, satisfaction
from dossiers.survey import closes_at

UNDER_WAY = timedelta(hours=1)
"""An answer that was sent at the last moment is written within it: a tally never changes."""
BY = ("process_type", "team", "channel")


def first_of_month(moment: datetime) -> date:
    return moment.astimezone(BRUSSELS).date().replace(day=1)


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BRUSSELS)


def tallied_until() -> date | None:
    """The first month of which nothing was added up; None when nothing was at all."""
    last: date | None = SurveyTally.objects.aggregate(last=Max("month"))["last"]
    return next_month(last) if last else None


def tally_months(*, at: datetime) -> int:
    """Adds up what was not yet, of months that can change no more; returns how many. Safe to repeat."""
    months = list(_to_tally(at))
    for month in months:
        _tally(month, at)
    return len(months)


def _to_tally(at: datetime) -> Iterator[date]:
    first = SurveyInvitation.objects.aggregate(first=Min("asked_at"))["first"]
    if first is None:
        return
    month = tallied_until() or first_of_month(first)
    while can_change_no_more(month, at):
        yield month
        month = next_month(month)


def can_change_no_more(month: date, at: datetime) -> bool:
    """Whoever was asked on its last day can answer no more, and who pressed the button just in time is in."""
    return closes_at(midnight(next_month(month) - timedelta(days=1))) + UNDER_WAY <= at


@transaction.atomic
def _tally(month: date, at: datetime) -> None:
    asked = SurveyInvitation.objects.asked(since=midnight(month), until=midnight(next_month(month)), at=at)
    groups: dict[tuple[int, int, str], list[tuple[Answers, int]]] = defaultdict(list)
    for process_type, team, channel, result, speed, treatment, number in asked.answers_by(*BY):
        groups[process_type, team, channel].append(((result, speed, treatment), number))
    SurveyTally.objects.bulk_create(
        [
            SurveyTally(
                month=month, process_type_id=process_type, team_id=team, channel=channel, **satisfaction(rows).counts()
            )
            for (process_type, team, channel), rows in groups.items()
        ],
        ignore_conflicts=True,  # another worker did the same at the same moment
    )
