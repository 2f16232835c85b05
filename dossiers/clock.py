"""The working-day clock: how long something took, and when it must be done. docs/rules/termijnen.md is its rule book.

The day of contact is day 0. Saturdays, Sundays, Belgian public holidays, closing days and paused days do not count.
Everything is counted in whole days of Europe/Brussels, so the hour that a day loses in spring and wins in autumn
changes nothing. Pure: no database, no ``now()``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

BRUSSELS = ZoneInfo("Europe/Brussels")
ONE_DAY = timedelta(days=1)

# No real calendar is closed for a year on end: one that is was filled in wrongly, and must not keep us counting.
LONGEST_CLOSURE = timedelta(days=366)


class NeverDue(ValueError):
    """The term does not end: the clock is paused without an end, or the calendar has no working days."""


@dataclass(frozen=True)
class Calendar:
    """The town's working days: not in a weekend, not on a Belgian public holiday, not on a closing day of its own."""

    closing_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closing_days and day not in _public_holidays(day.year)


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stands still, for example while the citizen is asked for more; no end: still paused.

    What counts is the end of each day: a day is paused when the clock stood still as that day turned into the next.
    So the day a pause begins does not count, the day it ends does, and a pause within one day changes nothing.
    """

    start: datetime
    end: datetime | None

    def covers(self, day: date) -> bool:
        return _day(self.start) <= day and (self.end is None or day < _day(self.end))


def working_days(start: datetime, end: datetime, calendar: Calendar, pauses: Iterable[Pause] = ()) -> int:
    """The number of working days from ``start`` to ``end``; 0 when ``end`` is not on a later day."""
    pauses = tuple(pauses)
    return _count(_day(start), _day(end), calendar, pauses)


def due_date(start: datetime, days: int, calendar: Calendar, pauses: Iterable[Pause] = ()) -> date:
    """The last day on which a term of ``days`` working days is met: working day number ``days`` after the contact.

    A term of 0 days ends on the day of contact itself. Raises NeverDue when the term cannot end.
    """
    if days < 0:
        raise ValueError(f"A term cannot be negative: {days} days.")
    pauses = tuple(pauses)
    day = last_open_day = _day(start)
    while days:
        day += ONE_DAY
        if pause := next((pause for pause in pauses if pause.covers(day)), None):
            if pause.end is None:
                raise NeverDue(f"The clock is paused since {_day(pause.start)}: there is no due date.")
            # On to the eve of the day on which the pause ends: the days in between cannot count.
            day = last_open_day = _day(pause.end) - ONE_DAY
        elif calendar.is_working_day(day):
            days -= 1
            last_open_day = day
        elif day - last_open_day > LONGEST_CLOSURE:
            raise NeverDue(f"No working day in the year after {last_open_day}: check the closing days.")
    return day


def due_at(start: datetime, days: int, calendar: Calendar, pauses: Iterable[Pause] = ()) -> datetime:
    """The last moment of the due date, in Europe/Brussels."""
    return datetime.combine(due_date(start, days, calendar, pauses), time.max, tzinfo=BRUSSELS)


def working_days_left(now: datetime, due_at: datetime, calendar: Calendar) -> int:
    """Working days until the due day: 0 on that day only, negative after it.

    The weekend after a due Friday is already one day late (-1), as is the Monday that follows.
    """
    today, due_day = _day(now), _day(due_at)
    if today < due_day:
        return max(_count(today, due_day, calendar), 1)
    if today > due_day:
        return -max(_count(due_day, today, calendar), 1)
    return 0


def last_moment_within(now: datetime, days: int, calendar: Calendar) -> datetime:
    """The last moment that is at most ``days`` working days away, as ``working_days_left`` counts them."""
    # Days that do not count belong to the working day before them; but tomorrow is never 0 days away.
    last = due_date(now, days + 1, calendar) - ONE_DAY if days else _day(now)
    return datetime.combine(last, time.max, tzinfo=BRUSSELS)


def _count(first: date, last: date, calendar: Calendar, pauses: tuple[Pause, ...] = ()) -> int:
    """Counting days after ``first``, up to and including ``last``."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(calendar.is_working_day(day) and not any(pause.covers(day) for pause in pauses) for day in days)


def _day(moment: datetime) -> date:
    """The date that the calendar on the wall of the town hall shows at this moment."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: we cannot know on which day it falls in Brussels.")
    return moment.astimezone(BRUSSELS).date()


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("BE", years=year, categories=("public",)))
