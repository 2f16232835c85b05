"""Eight people at once, on connections of their own: the database decides who was first, and nobody notices."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from core.actors import Actor
from parties.actions import Resolution, resolve
from parties.models import ContactPoint, Party

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
CLIENTS = 8
ROUNDS = 10


def at_once(come_in: Callable[[int], Resolution]) -> list[Resolution]:
    """What eight clients get who all call ``come_in`` at the same moment; an error of any of them is raised here."""
    start = Barrier(CLIENTS, timeout=30)

    def client(number: int) -> Resolution:
        try:
            connection.ensure_connection()
            start.wait()
            return come_in(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(client, range(CLIENTS)))


def test_one_identity_becomes_one_party():
    for number in range(ROUNDS):
        email = f"jan{number}@mortsel.example"
        got = at_once(lambda _, email=email: resolve(name="Jan Peeters", email=email, by=Actor.citizen(), at=AT))
        assert len({resolution.party.pk for resolution in got}) == 1
        assert Counter(resolution.match for resolution in got) == {"new": 1, "name_and_contact": CLIENTS - 1}
    assert Party.objects.count() == ContactPoint.objects.count() == ROUNDS


def test_one_identity_becomes_one_party_inside_longer_transactions():
    """As in a submission: what follows (here another party) belongs to the same transaction."""

    def submit(number: int) -> Resolution:
        with transaction.atomic():
            resolution = resolve(name="Jan Peeters", phone="0470 12 34 56", by=Actor.citizen(), at=AT)
            resolve(name=f"Buur {number}", email="buren@mortsel.example", by=Actor.citizen(), at=AT)
        return resolution

    got = at_once(submit)
    assert len({resolution.party.pk for resolution in got}) == 1
    assert Party.objects.count() == 1 + CLIENTS


def test_namesakes_with_one_number_and_addresses_of_their_own_stay_apart():
    got = at_once(
        lambda number: resolve(
            name="Jan Peeters", email=f"jan{number}@mortsel.example", phone="03 444 17 17", by=Actor.citizen(), at=AT
        )
    )
    assert [resolution.match for resolution in got] == ["new"] * CLIENTS
    assert Party.objects.count() == CLIENTS
    numbers = ContactPoint.objects.filter(kind="phone", value="+3234441717")
    assert numbers.count() == CLIENTS
    assert numbers.filter(match_key__isnull=False).count() == 1


def test_family_members_at_one_address_stay_apart():
    names = ["Jan Peeters", "An Claes"]
    got = at_once(
        lambda number: resolve(name=names[number % 2], email="gezin@mortsel.example", by=Actor.citizen(), at=AT)
    )
    assert Counter(resolution.match for resolution in got) == {"new": 2, "name_and_contact": CLIENTS - 2}
    assert sorted(Party.objects.values_list("name", flat=True)) == sorted(names)
