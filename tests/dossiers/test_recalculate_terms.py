"""A calendar that changes afterwards moves the terms of open dossiers, and nothing else."""

import pytest

from core.actors import Actor
from core.models import ClosingDay
from dossiers.actions import recalculate_terms, take_step
from dossiers.models import Dossier
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def due(dossier: Dossier) -> str:
    dossier.refresh_from_db()
    return dossier.due_at.astimezone(town.BRUSSELS).date().isoformat() if dossier.due_at else ""


def test_a_closing_day_added_afterwards_moves_the_term_but_not_the_promise() -> None:
    dossier = town.report().dossier
    ClosingDay.objects.create(day="2026-11-24", name="Brugdag")
    assert recalculate_terms() == 1
    assert due(dossier) == "2026-11-27"
    assert dossier.promised_at is not None
    assert dossier.promised_at.astimezone(town.BRUSSELS).date().isoformat() == "2026-11-26"


def test_removing_it_again_moves_the_term_back() -> None:
    dossier = town.report().dossier
    day = ClosingDay.objects.create(day="2026-11-24", name="Brugdag")
    recalculate_terms()
    day.delete()
    assert recalculate_terms() == 1
    assert due(dossier) == "2026-11-26"


def test_what_is_finished_or_paused_stays_as_it_is() -> None:
    refused, waiting = town.report().dossier, town.report().dossier
    by = Actor.staff(town.clerk())
    take_step(dossier=refused, step="weigeren", expected_version=1, reason="Nee.", by=by, at=town.MONDAY)
    take_step(dossier=waiting, step="vragen", expected_version=1, by=by, at=town.MONDAY)
    ClosingDay.objects.create(day="2026-11-24", name="Brugdag")
    assert recalculate_terms() == 0
    assert (due(refused), due(waiting)) == ("", "")


def test_doing_it_twice_changes_nothing_more() -> None:
    town.report()
    ClosingDay.objects.create(day="2026-11-24", name="Brugdag")
    assert [recalculate_terms(), recalculate_terms()] == [1, 0]


def test_queries_do_not_grow_with_the_number_of_dossiers(django_assert_num_queries: object) -> None:
    for number in range(5):
        town.report(name=f"Burger {number}", email=f"b{number}@example.org")
    with django_assert_num_queries(4):  # type: ignore[operator]
        recalculate_terms()
