"""Which term runs, and until when: the rules of docs/rules/termijnen.md on whole histories."""

from datetime import date, datetime, timedelta

import pytest

from dossiers.clock import Calendar
from dossiers.terms import Due, Reached, next_due
from tests.dossiers.test_clock import examples, moment, why
from tests.town import MONDAY

TERMS = [{"milestone": "decision", "days": 3}, {"milestone": "completed", "days": 20}]


def due(*history: tuple[str, int] | tuple[str, int, bool], first: datetime = MONDAY) -> Due | None:
    """``history``: milestone and number of days after the first contact; True where the status stops the clock."""
    reached = [Reached(step[0], first + timedelta(days=step[1]), *step[2:]) for step in history]
    return next_due(terms=TERMS, first_contact_at=first, history=reached, calendar=Calendar())


def day(due: Due | None) -> date | None:
    return due and due.at.date()


WORDS = {
    "ontvangen": ("received", False),
    "ontvankelijk": ("admissible", False),
    "niet ontvankelijk": ("inadmissible", False),
    "in uitvoering": ("in_progress", False),
    "staat stil": ("in_progress", True),
    "wacht op de burger": ("waiting_for_citizen", False),
    "afgehandeld": ("completed", False),
}
NEXT = {"beslissen": "decision", "afgehandeld": "completed"}


def happened(text: str) -> list[Reached]:
    """ "ontvangen ma 23/11/2026 09:00, …" """
    found = []
    for part in text.split(", "):
        *words, weekday, day, hour = part.split()
        milestone, pauses = WORDS[" ".join(words)]
        found.append(Reached(milestone, moment(f"{weekday} {day} {hour}"), pauses))
    return found


@pytest.mark.parametrize("example", examples("Heropend en stilgestaan"), ids=why)
def test_opened_again_and_standing_still_as_in_the_rule_book(example: dict[str, str]) -> None:
    history = happened(example["Gebeurd"])
    found = next_due(terms=TERMS, first_contact_at=history[0].at, history=history, calendar=Calendar())
    if example["Ten laatste"] == "geen":
        assert found is None
        return
    assert found is not None
    assert found.at.date() == moment(example["Ten laatste"]).date()
    assert found.term["milestone"] == NEXT[example["Volgende termijn"]]


def test_the_first_term_that_is_not_met_runs_from_the_first_contact() -> None:
    assert day(due(("received", 0))) == date(2026, 11, 26)
    assert day(due(("received", 0), ("admissible", 1))) == date(2026, 12, 21)


def test_the_term_itself_is_told_too() -> None:
    found = due(("received", 0))
    assert found is not None
    assert found.term["milestone"] == "decision"


@pytest.mark.parametrize("end", ["completed", "inadmissible", "withdrawn"])
def test_what_is_finished_is_not_due(end: str) -> None:
    assert due(("received", 0), (end, 1)) is None


def test_while_we_wait_nothing_is_due_and_afterwards_those_days_do_not_count() -> None:
    assert due(("received", 0), ("waiting_for_citizen", 1)) is None
    assert day(due(("received", 0), ("waiting_for_citizen", 1), ("received", 3))) == date(2026, 11, 30)


def test_a_status_of_the_editor_that_stops_the_clock_counts_as_a_pause() -> None:
    assert due(("received", 0), ("admissible", 1), ("in_progress", 2, True)) is None
    assert day(due(("received", 0), ("admissible", 1), ("in_progress", 2, True), ("in_progress", 3))) == date(
        2026, 12, 22
    )


def test_a_pause_over_a_weekend_costs_the_friday_only() -> None:
    # Asked on Friday 27 November (day 4), answered on Monday 30 November.
    assert day(due(("received", 0), ("admissible", 1), ("waiting_for_citizen", 4), ("in_progress", 7))) == date(
        2026, 12, 22
    )


def test_opened_again_after_completion_counts_from_that_day_and_needs_no_second_decision() -> None:
    history = [("received", 0), ("admissible", 1), ("completed", 4), ("in_progress", 14)]
    assert day(due(*history)) == date(2027, 1, 6)  # 20 working days after Monday 7 December, over two holidays


def test_opened_again_after_a_refusal_asks_a_decision_within_its_term_again() -> None:
    assert day(due(("received", 0), ("inadmissible", 1), ("received", 7))) == date(2026, 12, 3)


def test_a_second_refusal_ends_it_again() -> None:
    assert due(("received", 0), ("inadmissible", 1), ("received", 7), ("inadmissible", 8)) is None


def test_an_earlier_pause_does_not_count_for_the_new_term() -> None:
    history = [("received", 0), ("waiting_for_citizen", 1), ("received", 2), ("inadmissible", 3), ("received", 7)]
    assert day(due(*history)) == date(2026, 12, 3)


def test_leap_day_and_saturday_evening() -> None:
    saturday = datetime(2028, 2, 26, 20, 30, tzinfo=MONDAY.tzinfo)
    assert day(due(("received", 0), first=saturday)) == date(2028, 3, 1)  # Monday, Tuesday 29 February, Wednesday
