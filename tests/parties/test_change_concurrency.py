"""Clerks at the same moment: one change at a time, and nobody stumbles."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.actors import Actor
from parties import actions
from parties.models import ContactPoint, EmailChange, Identifier, Party, Representation
from tests.parties import register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

MANY = 4


def at_once(*doing: Callable[[], Any]) -> list[str]:
    """What became of each: 'done', or the name of what refused it."""
    start, outcomes = Barrier(len(doing)), []

    def run(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes.append("done" if act() is not None else "nothing")
        except actions.Refused as refused:
            outcomes.append(type(refused).__name__)
        except Exception as error:  # noqa: BLE001  the test says what must not happen
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in doing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_of_those_who_saw_the_same_version_one_is_first() -> None:
    party, by = register.person(), register.clerk()

    def rename(name: str) -> Callable[[], Party]:
        return lambda: actions.change_core_data(
            party=party, expected_version=1, kind="person", name=name, birth_date=None, language="nl", preference="",
            ended_on=None, by=by, at=register.AT,
        )  # fmt: skip

    assert at_once(*(rename(f"Naam {number}") for number in range(MANY))) == ["Changed"] * (MANY - 1) + ["done"]
    assert (register.version(party), party.events.count()) == (2, 1)


def test_one_number_ends_at_one_party() -> None:
    by = register.clerk()
    parties = [register.person(f"Naam {number}", f"n{number}@example.org") for number in range(MANY)]

    def number(party: Party) -> Callable[[], Identifier]:
        return lambda: actions.add_number(
            party=party, expected_version=1, number=register.NUMBER, legal_basis="x", by=by, at=register.AT
        )

    assert at_once(*map(number, parties)) == ["NumberTaken"] * (MANY - 1) + ["done"]
    assert Identifier.objects.count() == 1


def test_one_person_is_registered_once() -> None:
    by = register.clerk()

    def new() -> Party:
        return actions.register(kind="person", name="Fatima", email=register.EMAIL, by=by, at=register.AT)

    assert at_once(*[new] * MANY) == ["LooksKnown"] * (MANY - 1) + ["done"]
    assert Party.objects.count() == 1


def test_two_clerks_who_start_from_either_side_wait_and_do_not_lock_one_another_out() -> None:
    club, chair, by = register.organisation(), register.person(), register.clerk()

    def represent(party: Party, other: Party, role: str) -> Callable[[], Representation]:
        return lambda: actions.add_representation(
            party=party, other=other, expected_version=1, role=role, since=date(2026, 1, 1), by=by, at=register.AT
        )

    outcomes = at_once(represent(club, chair, "voorzitter"), represent(chair, club, "secretaris"))
    assert outcomes == ["Changed", "done"]


def test_a_link_that_is_used_twice_at_once_is_used_once(monkeypatch: Any) -> None:
    party, by = register.person(), register.clerk()
    monkeypatch.setattr("parties.actions.email_change.secrets.token_urlsafe", lambda _size: "sleutel")
    now = timezone.now()
    actions.change_email(point=party.contact_points.get(), expected_version=1, email="nieuw@example.org", by=by, at=now)

    def confirm() -> EmailChange | None:
        return actions.confirm_email(token="sleutel", by=Actor.citizen(), at=now)

    assert at_once(*[confirm] * MANY) == ["done"] + ["nothing"] * (MANY - 1)
    assert ContactPoint.objects.in_use().get().value == "nieuw@example.org"
