"""Taking a step: guard, history, clock and letter."""

from datetime import timedelta

import pytest

from core.actors import Actor
from dossiers.actions import Changed, StepRefused, take_step
from dossiers.models import Dossier, Event
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TUESDAY = town.MONDAY + timedelta(days=1)


def take(dossier: Dossier, step: str, *, version: int = 1, reason: str = "", **more: object) -> Event:
    by = Actor.staff(town.clerk(f"clerk-{Dossier.objects.count()}-{Event.objects.count()}"))
    return take_step(
        **{"dossier": dossier, "step": step, "expected_version": version, "reason": reason, "by": by, "at": TUESDAY}
        | more
    )


def test_accepting_writes_history_and_answers_the_citizen() -> None:
    dossier = town.report().dossier
    event = take(dossier, "aanvaarden")
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvankelijk"
    assert dossier.version == 2
    assert (event.sequence, event.from_status, event.to_status, event.milestone) == (
        2,
        "ontvangen",
        "ontvankelijk",
        "admissible",
    )
    assert event.actor_name == "An Claes"
    assert Delivery.objects.latest("pk").payload["subject"] == "Melding MEL-2026-000001: we pakken het aan"


def test_the_next_term_starts_counting_from_the_first_contact() -> None:
    dossier = town.report().dossier
    take(dossier, "aanvaarden")
    dossier.refresh_from_db()
    assert dossier.due_at is not None
    assert dossier.due_at.astimezone(town.BRUSSELS).date().isoformat() == "2026-12-21"


def test_refusing_puts_the_reason_in_the_letter_and_ends_the_clock() -> None:
    dossier = town.report().dossier
    take(dossier, "weigeren", reason="Dit is een weg van het Vlaamse Gewest. {naam}")
    dossier.refresh_from_db()
    assert dossier.due_at is None
    assert "Dit is een weg van het Vlaamse Gewest. {naam}" in Delivery.objects.latest("pk").payload["text"]


def test_the_clock_stands_still_while_we_wait_for_the_citizen() -> None:
    dossier = town.report().dossier
    take(dossier, "vragen")
    dossier.refresh_from_db()
    assert dossier.due_at is None
    take(dossier, "aanvaarden", version=2, at=TUESDAY + timedelta(days=2))
    dossier.refresh_from_db()
    # Two paused working days (Tuesday and Wednesday): 20 working days after Monday 23 November become 23 December.
    assert dossier.due_at is not None
    assert dossier.due_at.astimezone(town.BRUSSELS).date().isoformat() == "2026-12-23"


def test_the_first_handler_becomes_the_handler() -> None:
    dossier = town.report().dossier
    take(dossier, "aanvaarden")
    dossier.refresh_from_db()
    assert str(dossier.handler) == "An Claes"


def test_whoever_comes_second_is_told_who_was_first_and_changes_nothing() -> None:
    dossier = town.report().dossier
    take(dossier, "aanvaarden")
    with pytest.raises(Changed, match="An Claes"):
        take(dossier, "weigeren", reason="te laat")
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvankelijk"
    assert dossier.events.count() == 2
    assert Delivery.objects.count() == 2


def test_a_step_that_the_table_does_not_allow_is_refused() -> None:
    dossier = town.report().dossier
    with pytest.raises(StepRefused, match="niet mogelijk"):
        take(dossier, "afwerken")
    dossier.refresh_from_db()
    assert dossier.version == 1


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_refusal_without_reason_is_refused(reason: str) -> None:
    dossier = town.report().dossier
    with pytest.raises(StepRefused, match="reden"):
        take(dossier, "weigeren", reason=reason)
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvangen"


def test_the_next_term_is_promised_with_the_step_and_never_an_earlier_day() -> None:
    dossier = town.report().dossier
    first = dossier.promised_at
    take(dossier, "vragen")
    dossier.refresh_from_db()
    assert dossier.promised_at == first
    take(dossier, "aanvaarden", version=2)
    dossier.refresh_from_db()
    assert dossier.promised_at == dossier.due_at
    assert dossier.due_at is not None
    assert first is not None
    assert dossier.due_at > first
