"""Parties that may be one are proposed with the reason, and not again when somebody said that they are two."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from parties import look_alikes
from parties.models import Address, ContactPoint, Identifier, LookAlike, Party
from parties.numbers import read_kbo
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
BORN = date(1980, 5, 12)


@pytest.fixture
def nele() -> User:
    return town.staff("nele", "parties.view_party", "parties.merge_party")


def person(name: str, *, phone: str = "", email: str = "", street: str = "", **more: Any) -> Party:
    party = Party.objects.create(name=name, **more)
    for kind, value in (("phone", phone), ("email", email)):
        if value:
            ContactPoint.objects.create(party=party, kind=kind, value=value, as_given=value)
    if street:
        Address.objects.create(party=party, street=street, number="12", postcode="2640", town="Mortsel")
    return party


def proposed() -> list[tuple[str, str, list[str]]]:
    look_alikes.find_all(at=AT)
    return [(pair.first.name, pair.second.name, pair.reasons) for pair in LookAlike.objects.open().order_by("pk")]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"name": "Jan Peeters", "birth_date": BORN}, {"name": "Peeters Jan", "birth_date": BORN}, ["birth_date"]),
        ({"name": "Jan Peeters", "phone": "+3234441717"}, {"name": "J. Peters", "phone": "+3234441717"}, ["phone"]),
        ({"name": "Jan Peeters", "email": "j@x.be"}, {"name": "Jan Peters", "email": "j@x.be"}, ["email"]),
        ({"name": "Jan Peeters", "street": "Statielei"}, {"name": "Jan Peters", "street": "Statielei"}, ["address"]),
        ({"name": "KSA Mortsel", "kind": "organisation"}, {"name": "KSA  Mortsel", "kind": "organisation"}, ["name"]),
        (
            {"name": "Jan Peeters", "birth_date": BORN, "phone": "+3234441717"},
            {"name": "Jan Peeters", "birth_date": BORN, "phone": "+3234441717"},
            ["birth_date", "phone"],
        ),
    ],
)
def test_who_looks_alike_and_why(one: dict[str, Any], other: dict[str, Any], reasons: list[str]) -> None:
    person(**one)
    person("Iemand Anders", phone="+3234449999", birth_date=BORN)
    person(**other)
    assert proposed() == [(one["name"], other["name"], reasons)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Jan Peeters"}, {"name": "Jan Peeters"}),
        ({"name": "Jan Peeters", "phone": "+3234441717"}, {"name": "An Peeters", "phone": "+3234441717"}),
        (
            {"name": "Jan Peeters", "phone": "+3234441717", "birth_date": BORN},
            {"name": "Jan Peeters", "phone": "+3234441717", "birth_date": date(2010, 1, 1)},
        ),
        (
            {"name": "Peeters", "phone": "+3234441717"},
            {"name": "Peeters", "phone": "+3234441717", "kind": "organisation"},
        ),
    ],
)
def test_who_is_somebody_else(one: dict[str, Any], other: dict[str, Any]) -> None:
    person(**one)
    person(**other)
    assert proposed() == []


def test_two_with_numbers_of_their_own_are_two() -> None:
    for number in ("0403.019.261", "0403.170.701"):
        ksa = person("KSA Mortsel", kind="organisation")
        Identifier.holding(read_kbo(number), party=ksa).save()
    assert proposed() == []


def test_what_a_crowd_shares_says_nothing() -> None:
    for _each in range(look_alikes.CROWD + 1):
        person("Jan Peeters", phone="+3234441717")
    assert proposed() == []


def test_what_somebody_decided_stays_decided_and_what_is_no_longer_so_goes(nele: User) -> None:
    one, other = person("Jan Peeters", phone="+3234441717"), person("Jan Peters", phone="+3234441717")
    assert len(proposed()) == 1
    pair = LookAlike.objects.get()
    client = Client()
    client.force_login(nele)
    page = BeautifulSoup(client.get(reverse("parties:look_alikes")).content, "html.parser")
    assert "zelfde telefoonnummer" in page.select_one("main .l-card h2").get_text().lower()
    client.post(reverse("parties:dismiss", args=[pair.pk]))
    assert proposed() == []
    pair.refresh_from_db()
    assert pair.dismissed_by == nele
    third = person("Jan Peeters", email="j@x.be")
    ContactPoint.objects.create(party=one, kind="email", value="j@x.be", as_given="j@x.be")
    assert proposed() == [("Jan Peeters", "Jan Peeters", ["email"])]
    assert list(look_alikes.of(third)) == list(look_alikes.of(one)) == list(LookAlike.objects.open())
    ContactPoint.objects.filter(kind="email", party=third).delete()
    assert proposed() == []
    Party.objects.filter(pk=other.pk).update(merged_into=one)
    assert proposed() == []


def test_nobody_is_compared_with_everybody() -> None:
    """More people, no more questions."""

    def questions() -> int:
        with CaptureQueriesContext(connection) as queries:
            look_alikes.find_all(at=AT)
        return len(queries)

    for number in range(3):
        person(f"Jan Peeters {number}", phone=f"+3234441{number:03}", birth_date=BORN)
    few = questions()
    for number in range(60):
        person(f"An Claes {number}", phone=f"+3234442{number:03}", birth_date=BORN)
    assert questions() == few


def test_the_page_asks_no_more_when_it_is_full(nele: User) -> None:
    client = Client()
    client.force_login(nele)

    def questions() -> int:
        look_alikes.find_all(at=AT)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("parties:look_alikes")).status_code == 200
        return len(queries)

    for number in range(15):
        for name in ("Jan Peeters", "Jan Peters"):
            person(name, phone=f"+32344417{number:02}")
        if number == 0:
            questions()
            few = questions()
    assert questions() <= few
