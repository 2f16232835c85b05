"""Eight people at once, on connections of their own: the database decides who was first, and nobody notices."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from core.actors import Actor
from parties.actions import Resolution, resolve
from parties.models import ContactPoint, Identifier, Party
from parties.numbers import read_kbo, read_national_number

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


def test_one_new_number_becomes_one_party():
    """Under eight names and addresses: the number alone decides."""
    numbers = [read_kbo("0403019261"), read_national_number("85073003328"), read_national_number("98472899765")]
    for number in numbers:
        kind = Party.Kind.ORGANISATION if number.scheme == "kbo" else Party.Kind.PERSON
        got = at_once(
            lambda place, number=number, kind=kind: resolve(
                name=f"Naam {place}",
                email=f"{place}@mortsel.example",
                kind=kind,
                number=number,
                legal_basis="Besluit",
                by=Actor.citizen(),
                at=AT,
            )
        )
        assert len({resolution.party.pk for resolution in got}) == 1
        assert Counter(resolution.match for resolution in got) == {"new": 1, "number": CLIENTS - 1}
    assert Party.objects.count() == Identifier.objects.count() == len(numbers)


def test_namesakes_with_a_number_and_without_one_at_the_same_moment():
    """Four give a number, four do not, all with one name and address: nobody's number ends on another's record."""
    number = read_national_number("85073003328")
    for place in range(ROUNDS):
        email = f"gezin{place}@mortsel.example"
        got = at_once(
            lambda client, email=email: resolve(
                name="Jan Peeters",
                email=email,
                number=number if client % 2 else None,
                legal_basis="Besluit",
                by=Actor.citizen(),
                at=AT,
            )
        )
        with_number = {resolution.party.pk for client, resolution in enumerate(got) if client % 2}
        assert len(with_number) == 1
    assert Identifier.objects.count() == 1


def test_namesakes_born_on_two_days_stay_apart():
    days = [date(1985, 7, 30), date(1998, 7, 28)]
    got = at_once(
        lambda client: resolve(
            name="Jan Peeters", email="gezin@mortsel.example", birth_date=days[client % 2], by=Actor.citizen(), at=AT
        )
    )
    keepers = ContactPoint.objects.filter(match_key__isnull=False)
    assert keepers.count() == 1
    known = keepers.get().party
    for client, resolution in enumerate(got):
        assert (resolution.party == known) is (days[client % 2] == known.birth_date)
