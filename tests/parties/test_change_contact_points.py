"""How somebody can be reached: added, changed, ended, checked; and whom it still recognises."""

from typing import Any

import pytest
from django.test import Client

from core.actors import Actor
from integrations.models import Delivery
from parties.actions import mark_bounced, resolve
from parties.models import ContactPoint, Party
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]

PHONE = "+32470123456"


def post(client: Client, name: str, party: Party, *more: Any, **data: str) -> Any:
    given = {"version": str(register.version(party)), "reason": "new"} | data
    return client.post(register.address(name, party, *more), given)


def who(**given: str) -> Party:
    return resolve(**({"name": "Fatima El Amrani"} | given), by=Actor.citizen(), at=register.AT).party  # type: ignore[arg-type]


def test_a_number_that_a_clerk_adds_recognises_its_owner(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    post(client, "add_contact_point", party, "telefoon", value="0470 12 34 56", note="werk", is_preferred="on")
    point = party.contact_points.get(kind="phone")
    assert (point.value, point.as_given, point.note, point.is_preferred) == (PHONE, "0470 12 34 56", "werk", True)
    assert who(phone="0470/12.34.56") == party
    assert register.kinds(party) == ["contact_data"]
    assert not Delivery.objects.exists()


def test_an_address_that_is_added_is_told_to_the_others_and_asks_its_owner(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    post(client, "add_contact_point", party, "mail", value="Nieuw@Example.org", ask="on")
    assert party.contact_points.filter(value="nieuw@example.org", verified_how="").exists()
    mails = {d.payload["to"][0]: d.payload["text"] for d in Delivery.objects.all()}
    assert set(mails) == {"fatima@example.org", "nieuw@example.org"}
    assert "nieuw@example.org" not in mails["fatima@example.org"]
    assert "03 444 17 17" in mails["fatima@example.org"]
    assert "/contactgegevens/" in mails["nieuw@example.org"]
    assert "Fatima" not in "".join(mails.values())  # whoever reads them may not be who we think


def test_of_each_kind_one_goes_first(client: Client) -> None:
    party = register.person(phone="03 444 17 17")
    register.signed_in(client)
    first = party.contact_points.get(kind="phone")
    post(client, "contact_point", party, first.pk, value="03 444 17 17", is_preferred="on")
    post(client, "add_contact_point", party, "telefoon", value="0470 12 34 56", is_preferred="on")
    assert party.contact_points.get(is_preferred=True).value == PHONE
    post(client, "contact_point", party, party.contact_points.get(value=PHONE).pk, value=PHONE)
    assert not party.contact_points.filter(is_preferred=True).exists()


def test_another_number_leaves_the_old_one_as_no_longer_used(client: Client) -> None:
    party = register.person(email="", phone="03 444 17 17")
    register.signed_in(client)
    old = party.contact_points.get()
    post(client, "contact_point", party, old.pk, value="0470 12 34 56")
    old.refresh_from_db()
    assert (old.value, old.ended_at is not None, old.match_key) == ("+3234441717", True, None)
    assert who(phone="0470 12 34 56") == party
    assert who(phone="03 444 17 17") != party
    assert "1 niet meer gebruikt" in register.shown(client.get(party.get_absolute_url()))


@pytest.mark.parametrize("reason", ["slip", "rectification"])
def test_a_slip_leaves_no_trace_of_the_wrong_number(client: Client, reason: str) -> None:
    party = register.person(email="", phone="03 444 17 17")
    register.signed_in(client)
    point = party.contact_points.get()
    ContactPoint.objects.filter(pk=point.pk).update(verified_how="called", verified_at=register.AT)
    post(client, "contact_point", party, point.pk, value="0470 12 34 56", reason=reason)
    right = party.contact_points.get()
    assert (right.pk, right.value, right.verified_how) == (point.pk, PHONE, "")
    assert party.events.get().reason == reason
    assert who(phone="0470 12 34 56") == party


def test_a_number_that_was_ended_is_used_again(client: Client) -> None:
    party = register.person(phone="0470 12 34 56")
    register.signed_in(client)
    point = party.contact_points.get(kind="phone")
    post(client, "end_contact_point", party, point.pk)
    assert who(phone="0470 12 34 56") != party
    post(client, "add_contact_point", party, "telefoon", value="0470 12 34 56")
    point.refresh_from_db()
    assert (point.ended_at, ContactPoint.objects.filter(party=party, kind="phone").count()) == (None, 1)
    assert point.match_key is None  # meanwhile it recognises the one who came in with it


def test_a_slip_towards_a_number_that_was_ended(client: Client) -> None:
    party = register.person(email="", phone="0470 12 34 56")
    register.signed_in(client)
    old = party.contact_points.get()
    post(client, "contact_point", party, old.pk, value="03 444 17 17")
    wrong = party.contact_points.in_use().get()
    post(client, "contact_point", party, wrong.pk, value="0470 12 34 56", reason="slip")
    assert [(p.value, p.ended_at) for p in party.contact_points.all()] == [(PHONE, None)]


def test_a_shared_number_keeps_recognising_whom_it_did(client: Client) -> None:
    first, namesake = register.person(), register.person("Fatima El Amrani", "f@example.org")
    register.signed_in(client)
    assert post(client, "add_contact_point", namesake, "mail", value=register.EMAIL).status_code == 302
    assert who(email=register.EMAIL) == first
    assert who(email="f@example.org") == namesake


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("telefoon", "", "Vul een telefoonnummer in zoals"),
        ("telefoon", "0470 12", "Vul een telefoonnummer in zoals"),
        ("telefoon", "0470 12 34 56", "Dit staat hier al."),
        ("mail", "geen adres", "Geef een e-mailadres"),
        ("mail", register.EMAIL.upper(), "Dit staat hier al."),
        ("mail", "a" * 250 + "@example.org", "."),
    ],
)
def test_what_is_no_address_is_refused_and_kept_in_sight(client: Client, kind: str, value: str, words: str) -> None:
    party = register.person(phone="0470 12 34 56")
    register.signed_in(client)
    response = post(client, "add_contact_point", party, kind, value=value, note="werk")
    assert response.status_code == 422
    assert words in register.shown(response)
    assert 'value="werk"' in response.content.decode()
    assert ContactPoint.objects.filter(party=party).count() == 2
    assert register.version(party) == 1


def test_there_are_only_two_kinds(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    assert client.get(register.address("add_contact_point", party, "fax")).status_code == 404


def test_checked_by_a_clerk_says_how_when_and_by_whom(client: Client) -> None:
    party = register.person(phone="0470 12 34 56")
    user = register.signed_in(client)
    point = party.contact_points.get(kind="phone")
    post(client, "verify_contact_point", party, point.pk, how="called")
    point.refresh_from_db()
    assert (point.verified_how, point.verified_by) == ("called", user)
    assert "Teruggebeld op dit nummer" in register.shown(client.get(party.get_absolute_url()))
    email = party.contact_points.get(kind="email")
    assert post(client, "verify_contact_point", party, email.pk, how="called").status_code == 422  # nobody calls a mail


def test_a_number_that_a_colleague_ended_meanwhile(client: Client) -> None:
    party = register.person(phone="0470 12 34 56")
    register.signed_in(client)
    point = party.contact_points.get(kind="phone")
    stale = str(register.version(party))
    post(client, "end_contact_point", party, point.pk)
    address = register.address("end_contact_point", party, party.contact_points.get(kind="email").pk)
    response = client.post(address, {"version": stale, "reason": "new"})
    assert response.status_code == 409
    assert "Intussen gewijzigd door An Claes. Contactgegevens gewijzigd: Niet meer gebruikt" in register.shown(response)
    assert party.contact_points.get(kind="email").ended_at is None
    assert post(client, "contact_point", party, point.pk, value=PHONE).status_code == 404


def test_what_came_back_is_forgotten_with_the_slip(client: Client) -> None:
    party = register.person(email="fatima@exmple.org")
    mark_bounced(email="fatima@exmple.org", at=register.AT)
    register.signed_in(client)
    post(client, "contact_point", party, party.contact_points.get().pk, value=register.EMAIL, reason="slip")
    assert party.contact_points.get().bounced_at is None
