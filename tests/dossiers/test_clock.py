import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.clock import Calendar, NeverDue, Pause, due_at, due_date, working_days, working_days_left

BRUSSELS = ZoneInfo("Europe/Brussels")
RULES = Path(__file__).parents[2] / "docs" / "rules" / "termijnen.md"


# --- The examples of the rule book ------------------------------------------------------------------------------------


def examples(heading: str) -> list[dict[str, str]]:
    """The rows of the table under this heading, by column name."""
    _, _, section = RULES.read_text(encoding="utf-8").partition(f"### {heading}\n")
    lines = takewhile(lambda line: line.startswith("|"), section.strip().splitlines())
    header, _, first, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(header, row, strict=True)) for row in (first, *rows)]


def moment(text: str) -> datetime:
    """The moment written as "ma 23/11/2026 14:00" (or the day, without an hour), checking that the weekday is right."""
    weekday, day, *hour = text.split()
    read = datetime.strptime(f"{day} {hour[0] if hour else '00:00'}", "%d/%m/%Y %H:%M").replace(tzinfo=BRUSSELS)
    assert weekday == ["ma", "di", "wo", "do", "vr", "za", "zo"][read.weekday()], text
    return read


def calendar(example: dict[str, str]) -> Calendar:
    closing_day = example["Sluitingsdag"]
    return Calendar(frozenset({moment(closing_day).date()} if closing_day else ()))


def pauses(example: dict[str, str]) -> list[Pause]:
    if not example["Pauze"]:
        return []
    start, end = re.fullmatch(r"(.+) -(.*)", example["Pauze"]).groups()
    return [Pause(moment(start), moment(end) if end.strip() else None)]


def why(example: dict[str, str]) -> str:
    return example["Waarom"]


@pytest.mark.parametrize("example", examples("Uiterste dag"), ids=why)
def test_due_date_of_the_rule_book(example):
    term = (moment(example["Eerste contact"]), int(example["Termijn"]), calendar(example), pauses(example))
    if example["Ten laatste"] == "geen":
        with pytest.raises(NeverDue, match="paused since"):
            due_date(*term)
    else:
        expected = moment(example["Ten laatste"]).date()
        assert due_date(*term) == expected
        assert due_at(*term) == datetime.combine(expected, time(23, 59, 59, 999999), tzinfo=BRUSSELS)


@pytest.mark.parametrize("example", examples("Doorlooptijd"), ids=why)
def test_working_days_of_the_rule_book(example):
    counted = working_days(moment(example["Van"]), moment(example["Tot"]), calendar(example), pauses(example))
    assert counted == int(example["Werkdagen"])


@pytest.mark.parametrize("example", examples("Werkdagen over"), ids=why)
def test_working_days_left_of_the_rule_book(example):
    due = datetime.combine(moment(example["Ten laatste"]).date(), time.max, tzinfo=BRUSSELS)
    assert working_days_left(moment(example["Nu"]), due, calendar(example)) == int(example["Werkdagen over"])


# --- Days are those of Brussels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 23)),  # still Sunday here: Monday is day 1
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), date(2026, 11, 24)),  # winter: already Monday here
        (datetime(2026, 6, 14, 21, 59, tzinfo=UTC), date(2026, 6, 15)),
        (datetime(2026, 6, 14, 22, 30, tzinfo=UTC), date(2026, 6, 16)),  # summer: two hours ahead
    ],
)
def test_the_day_of_contact_is_the_day_in_brussels(start, day):
    assert due_date(start, 1, Calendar()) == day


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)],
    ids=["summer time begins", "winter time begins", "an ordinary day"],
)
def test_a_day_counts_once_however_many_hours_it_has(day, hours):
    midnight = datetime.combine(day, time.min, tzinfo=BRUSSELS).astimezone(UTC)
    last_hour = midnight + timedelta(hours=hours) - timedelta(minutes=1)
    assert last_hour.astimezone(BRUSSELS).date() == day
    eve, next_day = midnight - timedelta(hours=1), last_hour + timedelta(hours=1)
    counted = [working_days(eve, at, Calendar()) for at in (midnight, last_hour, next_day)]
    first = int(day.weekday() < 5)
    assert counted == [first, first, first + 1]


def test_both_two_o_clocks_of_the_night_that_winter_time_begins_are_the_same_day():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS)
    second = first.replace(fold=1)
    assert first.astimezone(UTC) < second.astimezone(UTC)
    assert due_date(first, 2, Calendar()) == due_date(second, 2, Calendar()) == date(2026, 10, 27)
    assert working_days(first, second, Calendar(), [Pause(first, second)]) == 0


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        due_date(datetime(2026, 11, 23, 14, 0), 3, Calendar())  # noqa: DTZ001  that is the point


# --- Terms that cannot be counted -------------------------------------------------------------------------------------


def test_a_negative_term_is_refused():
    with pytest.raises(ValueError, match="negative"):
        due_date(datetime(2026, 11, 23, tzinfo=UTC), -1, Calendar())


def test_a_calendar_without_working_days_is_an_error_and_not_an_endless_count():
    start = date(2026, 11, 23)
    closed = Calendar(frozenset(start + timedelta(days=number) for number in range(5000)))
    with pytest.raises(NeverDue, match="closing days"):
        due_date(datetime.combine(start, time.min, tzinfo=BRUSSELS), 1, closed)


def test_a_long_pause_is_not_taken_for_a_calendar_without_working_days():
    start = datetime(2026, 11, 23, 14, 0, tzinfo=BRUSSELS)
    pause = Pause(start + timedelta(hours=1), datetime(2030, 1, 7, 9, 0, tzinfo=BRUSSELS))
    assert due_date(start, 1, Calendar(), [pause]) == date(2030, 1, 7)


# --- Against an independent calculation -------------------------------------------------------------------------------


def easter(year: int) -> date:
    """The Gregorian computus (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), g = divmod(b, 4), (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114, 31)
    return date(year, month, day + 1)


def legal_holidays(year: int) -> set[date]:
    """The ten Belgian holidays by law, written out. (Easter and Pentecost are Sundays anyway.)"""
    fixed = [(1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)]
    moving = [1, 39, 50]  # Easter Monday, Ascension, Whit Monday
    return {date(year, *day) for day in fixed} | {easter(year) + timedelta(days=days) for days in moving}


def counting_days(start: datetime, end: datetime, closing_days: frozenset[date], pauses: list[Pause]) -> list[date]:
    """The rules once more, taken literally: walk from midnight to midnight, as instants."""
    days = []
    midnight = datetime.combine(start.astimezone(BRUSSELS).date() + timedelta(days=1), time.min, tzinfo=BRUSSELS)
    while midnight.astimezone(UTC) <= end.astimezone(UTC):
        day = midnight.date()
        midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=BRUSSELS)
        end_of_day = midnight.astimezone(UTC)
        stood_still = any(
            pause.start.astimezone(UTC) < end_of_day and (pause.end is None or end_of_day <= pause.end.astimezone(UTC))
            for pause in pauses
        )
        if day.isoweekday() <= 5 and day not in legal_holidays(day.year) | closing_days and not stood_still:
            days.append(day)
    return days


moments = st.datetimes(datetime(2023, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=60))


@st.composite
def situations(draw):
    """A start, closing days around it, and closed pauses after it (which may overlap)."""
    start = draw(moments)
    closing_days = draw(st.frozensets(st.builds(lambda span: (start + span).date(), spans), max_size=5))
    begins = draw(st.lists(spans, max_size=3))
    pauses = [Pause(start + begin, start + begin + draw(spans)) for begin in begins]
    return start, closing_days, pauses


@given(situations(), st.timedeltas(timedelta(0), timedelta(days=200)), st.booleans())
def test_working_days_equal_the_independent_count(situation, span, still_paused):
    start, closing_days, pauses = situation
    if still_paused:
        pauses = [*pauses, Pause(start + span / 2, None)]
    expected = len(counting_days(start, start + span, closing_days, pauses))
    assert working_days(start, start + span, Calendar(closing_days), pauses) == expected


@given(situations(), st.integers(1, 40))
def test_the_due_date_is_the_day_on_which_the_independent_count_reaches_the_term(situation, days):
    start, closing_days, pauses = situation
    expected = counting_days(start, start + timedelta(days=400), closing_days, pauses)[days - 1]
    assert due_date(start, days, Calendar(closing_days), pauses) == expected


@given(situations(), st.integers(1, 40))
def test_the_term_is_met_on_the_due_day_and_no_longer_on_the_next_working_day(situation, days):
    start, closing_days, pauses = situation
    calendar = Calendar(closing_days)
    last_moment = due_at(start, days, calendar, pauses)
    assert working_days(start, last_moment, calendar, pauses) == days
    assert due_date(start, days + 1, calendar, pauses) > last_moment.date()


@given(situations(), spans, spans)
def test_a_time_cut_in_two_counts_as_much_as_the_whole(situation, first, second):
    start, closing_days, pauses = situation
    calendar = Calendar(closing_days)
    middle, end = start + first, start + first + second
    parts = working_days(start, middle, calendar, pauses) + working_days(middle, end, calendar, pauses)
    assert parts == working_days(start, end, calendar, pauses)


@given(situations(), st.integers(1, 40))
def test_without_pauses_the_days_left_at_the_start_are_the_term(situation, days):
    start, closing_days, _ = situation
    calendar = Calendar(closing_days)
    assert working_days_left(start, due_at(start, days, calendar), calendar) == days


@given(moments, moments)
def test_the_sign_of_the_days_left_tells_before_on_and_after_the_due_day(now, due):
    left = working_days_left(now, due, Calendar())
    today, due_day = now.astimezone(BRUSSELS).date(), due.astimezone(BRUSSELS).date()
    assert (left > 0, left == 0, left < 0) == (today < due_day, today == due_day, today > due_day)
    assert working_days_left(due, now, Calendar()) == -left


@given(st.integers(1990, 2060))
def test_public_holidays_are_those_of_the_law(year):
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    expected = {day for day in days if day.isoweekday() <= 5 and day not in legal_holidays(year)}
    assert {day for day in days if Calendar().is_working_day(day)} == expected
