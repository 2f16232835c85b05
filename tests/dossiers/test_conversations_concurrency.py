"""Eight people at the desk register contacts of a hundred people with overlapping data: nobody twice, nothing lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Count, F

from core.actors import Actor
from dossiers import actions
from dossiers.models import Contact, Conversation, Dossier
from parties.models import ContactPoint, Party
from tests import town
from tests.dossiers import talking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

CLERKS, PEOPLE, EACH = 8, 100, 30


def test_nobody_is_registered_twice_and_no_contact_is_lost() -> None:
    version = talking.information()
    clerks = [talking.in_role("Onthaal", f"clerk{number}") for number in range(CLERKS)]
    # Families share a phone number, and people leave out one or the other.
    people = [
        {"given_name": f"Burger {number}", "given_phone": f"0470 12 34 {number // 3:02d}"} for number in range(PEOPLE)
    ]
    barrier = Barrier(CLERKS)

    def work(number: int) -> list[str]:
        chance, kept = Random(number), []  # noqa: S311  which person calls
        try:
            barrier.wait()
            for _turn in range(EACH):
                who = chance.choice(people)
                conversation = Conversation.objects.create(
                    user=clerks[number], started_at=town.MONDAY, subject=f"Vraag van {who['given_name']}", **who
                )
                actions.answer_now(
                    conversation=conversation,
                    process_version=version,
                    step="meteen-beantwoord",
                    by=Actor.staff(clerks[number]),
                    at=town.MONDAY,
                )
                kept.append(who["given_name"])
        finally:
            connection.close()
        return kept

    with ThreadPoolExecutor(CLERKS) as pool:
        kept = Counter(name for names in pool.map(work, range(CLERKS)) for name in names)

    assert kept.total() == CLERKS * EACH
    contacts = Counter(Contact.objects.values_list("given_name", flat=True))
    assert contacts == kept
    assert Dossier.objects.filter(status__milestone="completed").count() == CLERKS * EACH
    assert not Party.objects.values("name").annotate(number=Count("pk")).filter(number__gt=1)
    assert Contact.objects.exclude(party__name=F("given_name")).count() == 0
    keys = ContactPoint.objects.exclude(match_key=None).values_list("match_key", flat=True)
    assert len(set(keys)) == len(keys) == len(kept)


def test_two_add_to_the_same_dossiers_in_another_order() -> None:
    version = talking.information()
    clerks = [talking.in_role("Onthaal", f"clerk{number}") for number in range(4)]
    dossiers = [town.report(process_version=version, subject=f"Dossier {number}").dossier for number in range(3)]
    barrier = Barrier(len(clerks))

    def add(number: int) -> int:
        chance, done = Random(number), 0  # noqa: S311  an order
        try:
            barrier.wait()
            for _turn in range(10):
                conversation = Conversation.objects.create(
                    user=clerks[number], started_at=town.MONDAY, subject="Hoe ver?", party=dossiers[0].initiator
                )
                order = chance.sample(dossiers, k=len(dossiers))
                by = Actor.staff(clerks[number])
                actions.add_to_dossiers(conversation=conversation, dossiers=order, by=by, at=town.MONDAY)
                done += 1
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(len(clerks)) as pool:
        assert sum(pool.map(add, range(len(clerks)))) == 40
    for dossier in dossiers:
        assert dossier.events.filter(kind="contact").count() == 40


def test_of_eight_who_take_over_the_same_conversation_one_gets_it() -> None:
    clerks = [talking.in_role("Onthaal", f"clerk{number}") for number in range(CLERKS)]
    for turn in range(10):
        left = talking.conversation(
            talking.in_role("Onthaal", f"weg{turn}"), started_at=town.MONDAY - timedelta(days=1)
        )
        barrier = Barrier(CLERKS)

        def take(number: int, left: Conversation = left, barrier: Barrier = barrier) -> bool:
            try:
                barrier.wait()
                return actions.take_over(conversation=left, **talking.by(clerks[number]))
            finally:
                connection.close()

        with ThreadPoolExecutor(CLERKS) as pool:
            assert sum(pool.map(take, range(CLERKS))) == 1
        Conversation.objects.all().delete()
