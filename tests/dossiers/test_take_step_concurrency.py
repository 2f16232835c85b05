"""Eight clerks press at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.actors import Actor
from dossiers.actions import Changed, take_step
from dossiers.models import Dossier, Notification
from integrations.models import Delivery
from tests import town
from tests.dossiers import decisions
from tests.dossiers.test_decisions import stored
from tests.forms.test_answers_copy import read

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

CLERKS = 8


def test_one_clerk_wins_and_the_others_are_told_who() -> None:
    dossier = town.report().dossier
    clerks = [town.clerk(f"clerk{number}", first_name=f"Clerk {number}", last_name="") for number in range(CLERKS)]
    barrier = Barrier(CLERKS)

    def press(number: int) -> str:
        try:
            barrier.wait()
            step = "aanvaarden" if number % 2 else "weigeren"
            take_step(
                dossier=dossier,
                step=step,
                expected_version=1,
                reason="Omdat.",
                by=Actor.staff(clerks[number]),
                at=town.MONDAY,
            )
            return "won"
        except Changed as changed:
            return str(changed)
        finally:
            connection.close()

    with ThreadPoolExecutor(CLERKS) as pool:
        answers = list(pool.map(press, range(CLERKS)))
    assert answers.count("won") == 1
    winner = clerks[answers.index("won")]
    assert all(str(winner) in answer for answer in answers if answer != "won")
    assert Dossier.objects.get().events.count() == 2
    assert Delivery.objects.filter(kind="dossier").count() == 2  # the confirmation and one letter


def test_one_decision_is_kept_and_its_document_too() -> None:
    dossier = town.report(process_version=decisions.process()).dossier
    clerks = [town.clerk(f"clerk{number}", first_name=f"Clerk {number}", last_name="") for number in range(CLERKS)]
    barrier = Barrier(CLERKS)

    def decide(number: int) -> bool:
        try:
            barrier.wait()
            take_step(
                dossier=dossier,
                step="weigeren",
                expected_version=1,
                reason=f"Reden {number}",
                facts="Feiten",
                by=Actor.staff(clerks[number]),
                at=town.MONDAY,
            )
        except Changed:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(CLERKS) as pool:
        answers = list(pool.map(decide, range(CLERKS)))
    assert answers.count(True) == 1
    sent = Notification.objects.exclude(pdf="").get()
    assert f"Reden {answers.index(True)}" in sent.text
    assert f"Reden {answers.index(True)}" in read(sent.read_pdf())[1]
    assert stored() == [sent.pdf.name]


def test_dossiers_opened_at_once_get_numbers_in_a_row() -> None:
    town.melding()
    barrier = Barrier(CLERKS)

    def open_one(number: int) -> str:
        try:
            barrier.wait()
            return town.report(name=f"Burger {number}", email=f"burger{number}@example.org").dossier.number
        finally:
            connection.close()

    with ThreadPoolExecutor(CLERKS) as pool:
        numbers = sorted(pool.map(open_one, range(CLERKS)))
    assert numbers == [f"MEL-2026-{number:06d}" for number in range(1, CLERKS + 1)]
