"""When the three questions are asked, until when, and the code on paper: dossiers/survey.py by itself."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers import survey
from dossiers.clock import BRUSSELS, Calendar
from dossiers.milestones import Milestone, ProcessKind

CALENDAR = Calendar()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("kind", "milestone", "origin", "survey_on", "asked"),
    [
        ("melding", "completed", "own", True, True),
        ("melding", "inadmissible", "own", True, True),
        ("melding", "withdrawn", "own", True, False),
        ("melding", "admissible", "own", True, False),
        ("information", "completed", "own", True, False),
        ("invoice", "completed", "own", True, False),
        ("melding", "completed", "import", True, False),
        ("melding", "completed", "own", False, False),
    ],
)
def test_which_dossiers_are_asked_about(kind: str, milestone: str, origin: str, survey_on: bool, asked: bool) -> None:
    version = SimpleNamespace(kind=ProcessKind(kind), survey=survey_on)
    assert survey.applies(version, milestone=Milestone(milestone), origin=origin) is asked  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ended", "mailed"),
    [
        ("2026-11-26T23:30", "2026-11-27T09:00"),
        ("2026-11-27T15:00", "2026-11-30T09:00"),
        ("2026-11-28T10:00", "2026-11-30T09:00"),
        ("2026-12-24T10:00", "2026-12-28T09:00"),
        ("2027-03-26T15:00", "2027-03-30T09:00"),
    ],
    ids=["the next day", "over a weekend", "on a Saturday", "over Christmas", "Easter Monday and summer time"],
)
def test_the_message_leaves_one_working_day_later_at_nine(ended: str, mailed: str) -> None:
    assert survey.sent_at(local(ended), CALENDAR) == local(mailed)


def test_thirty_days_are_open_the_thirtieth_included() -> None:
    assert survey.closes_at(local("2026-11-30T09:00")) == local("2026-12-31T00:00")


@pytest.mark.parametrize(
    ("asked", "reminded"), [("2026-11-30T09:00", "2026-12-07T09:00"), ("2026-12-18T09:00", "2026-12-28T09:00")]
)
def test_the_reminder_leaves_a_week_later_or_on_the_first_working_day_after_that(asked: str, reminded: str) -> None:
    assert survey.remind_at(local(asked), CALENDAR) == local(reminded)


def test_a_calendar_without_working_days_stops_nothing() -> None:
    never = Calendar(frozenset(local("2026-11-01T00:00").date() + timedelta(days=day) for day in range(800)))
    assert survey.sent_at(local("2026-11-27T15:00"), never) == local("2026-11-28T09:00")


def test_a_code_has_no_letters_that_look_alike_and_none_that_make_words() -> None:
    codes = {survey.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert not set("".join(codes)) & set("01258AEIOUBLSZ")
    assert {len(code) for code in codes} == {8}


@given(st.text(st.sampled_from(survey.ALPHABET), min_size=8, max_size=8), st.sampled_from([" ", "-", ".", " - ", ""]))
def test_a_code_is_read_however_it_is_typed(code: str, separator: str) -> None:
    printed = survey.printed_code(code)
    assert printed == f"{code[:4]}-{code[4:]}"
    assert survey.typed_code(f" {printed.replace('-', separator).lower()} ") == code
