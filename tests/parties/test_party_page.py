"""The page of a person or organisation: what it says, to whom, and in how many queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.roles import ROLES
from core.models import AccessLog
from parties import actions
from parties.models import (
    Address,
    ContactPoint,
    Identifier,
    Party,
    PartyEvent,
    PartyNote,
    Recognition,
    RecognitionCategory,
    Representation,
    Verification,
)
from parties.numbers import read_kbo, read_vcode
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]

KEEPERS = {"onthaal", "dossierbehandelaar", "coordinator_verenigingen", "beheerder"}
READERS = KEEPERS | {"zaalbeheer"}
CHANGES = (
    "core_data", "verify_identity", "add_address", "add_number", "choose_other",
)  # fmt: skip


def full(party: Party, times: int) -> None:
    """Everything that a page can hold, so many times."""
    user = register.member("beheerder", f"wie{times}")
    day = date(2020, 1, 1)
    category = RecognitionCategory.objects.get_or_create(code="A", defaults={"name": "Erkend"})[0]
    for number in range(times):
        ContactPoint.objects.create(
            party=party, kind="phone", value=f"+3247055200{number}", verified_how="called", verified_at=register.AT,
            verified_by=user,
        )  # fmt: skip
        Address.objects.create(party=party, kind="seat", street=f"Straat {number}", postcode="2640", town="Mortsel")
        other = Party.objects.create(name=f"Lid {number}")
        Representation.objects.create(person=other, organisation=party, role="lid", since=day)
        Representation.objects.create(person=other, organisation=party, role="oud-lid", since=day, until=day)
        first = day + timedelta(days=number)
        Recognition.objects.create(party=party, category=category, since=first, until=first)
        PartyNote.objects.create(party=party, text="Let op", author=user)
        Verification.objects.create(party=party, how="register", by=user)
        PartyEvent.objects.record(party, "changed", by=register.Actor.staff(user), at=register.AT)


def test_a_receptionist_reads_who_it_is(client: Client) -> None:
    party = register.person(phone="0470 12 34 56")
    Party.objects.filter(pk=party.pk).update(birth_date=date(1985, 7, 30), language="fr", preference="phone")
    identifier = register.numbered(party)
    by = register.clerk()
    actions.write_note(party=party, text="Hoort slecht", by=by, at=register.AT)
    actions.verify_identity(party=party, expected_version=1, how=Verification.How.DOCUMENT, by=by, at=register.AT)
    register.signed_in(client)
    response = client.get(party.get_absolute_url())
    said = register.shown(response)
    for words in (
        "Fatima El Amrani", "geboren op 30 juli 1985", "spreekt Frans", "liefst via telefoon", "0470 12 34 56",
        "fatima@example.org", "Hoort slecht", "85.07.••-•••.••", "Document gezien aan de balie",
        "23 november 2026, 09:00, door An Claes",
    ):  # fmt: skip
        assert words in said, words
    assert "85073003328" not in response.content.decode()
    assert identifier.number is not None
    assert identifier.number.in_full not in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_an_organisation_with_its_board_and_what_it_is_recognised_as(client: Client) -> None:
    club, chair, former = register.organisation(), register.person(), register.person("Jan Peeters", "jan@example.org")
    register.numbered(club, read_vcode("V0012345"))
    register.numbered(club, read_kbo("0403.019.261"))
    today = timezone.localdate()
    Representation.objects.create(person=chair, organisation=club, role="voorzitter", since=date(2020, 1, 1))
    Representation.objects.create(
        person=former, organisation=club, role="penningmeester", since=date(2020, 1, 1), until=date(2020, 12, 31)
    )
    category = RecognitionCategory.objects.create(code="A", name="Erkende Mortselse verenigingen")
    Recognition.objects.create(party=club, category=category, since=today, decision="college van vandaag")
    register.signed_in(client)
    said = register.shown(client.get(club.get_absolute_url()))
    for words in ("V0012345", "0403.019.261", "voorzitter", "1 in het verleden", "A Erkende Mortselse verenigingen"):
        assert words in said, words
    on_the_other_side = register.shown(client.get(chair.get_absolute_url()))
    assert "Wandelclub De Vrije Tred voorzitter" in on_the_other_side


@pytest.mark.parametrize(
    ("preference", "warning"),
    [
        ("sms", "maar we kennen geen gsm-nummer"),
        ("phone", "maar we kennen geen nummer"),
        ("print", "maar we kennen geen adres"),
        ("mail", ""),
    ],
)
def test_a_road_that_leads_nowhere_is_said(client: Client, preference: str, warning: str) -> None:
    party = register.person()
    Party.objects.filter(pk=party.pk).update(preference=preference)
    register.signed_in(client)
    said = register.shown(client.get(party.get_absolute_url()))
    assert ("Hoort ons het liefst" in said) == bool(warning)
    assert warning in said


def test_what_comes_back_is_said(client: Client) -> None:
    party = register.person()
    actions.mark_bounced(email=register.EMAIL, at=register.AT)
    Party.objects.filter(pk=party.pk).update(preference="mail")
    register.signed_in(client)
    said = register.shown(client.get(party.get_absolute_url()))
    assert "mail komt terug sinds 23 november" in said
    assert "maar we kennen geen adres dat werkt" in said


def test_looking_is_written_in_the_access_log(client: Client) -> None:
    party = register.person()
    user = register.signed_in(client)
    client.get(party.get_absolute_url())
    seen = AccessLog.objects.get()
    assert (seen.user, seen.action, seen.model, seen.object_id) == (user, "view", "parties.party", str(party.pk))


def test_an_old_link_leads_to_the_record_it_was_merged_into(client: Client) -> None:
    party, kept = register.person(), register.person("Jan Peeters", "jan@example.org")
    Party.objects.filter(pk=party.pk).update(merged_into=kept)
    register.signed_in(client)
    assert client.get(party.get_absolute_url())["Location"] == kept.get_absolute_url()
    for name in CHANGES:
        assert client.get(register.address(name, party))["Location"] == kept.get_absolute_url(), name


def test_names_are_only_words(client: Client) -> None:
    party = register.person("<script>alert(1)</script>")
    register.signed_in(client)
    assert "<script>alert" not in client.get(party.get_absolute_url()).content.decode()


def test_however_much_there_is_it_takes_the_same_queries(
    client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    few, many = register.organisation(), register.organisation("Toneelkring", "doek@example.org")
    full(few, 1)
    full(many, 5)
    register.signed_in(client)
    client.get(few.get_absolute_url())  # what is looked up once for each process
    with django_assert_max_num_queries(40) as counted:
        client.get(few.get_absolute_url())
    with django_assert_num_queries(len(counted.captured_queries)):
        client.get(many.get_absolute_url())


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_the_page_and_who_changes_it(client: Client, role: str) -> None:
    party = register.person()
    identifier = register.numbered(party)
    register.signed_in(client, role)
    seen = client.get(party.get_absolute_url())
    assert seen.status_code == (200 if role in READERS else 302)
    if role in READERS:
        assert ("Wijzig de gegevens" in register.shown(seen)) == (role in KEEPERS)
    for name in CHANGES:
        answer = client.get(register.address(name, party)).status_code
        assert answer == (200 if role in KEEPERS else 302), name
    revealing = register.address("reveal_number", party, identifier.pk)
    assert client.get(revealing).status_code == (200 if role in KEEPERS else 302)
    assert client.get(reverse("parties:new")).status_code == (200 if role in KEEPERS else 302)
    recognising = register.address("recognise", party)
    may = role in {"coordinator_verenigingen", "beheerder"}
    assert client.get(recognising).status_code == (200 if may else 302)


@pytest.mark.parametrize("role", sorted(set(ROLES) - KEEPERS))
def test_nothing_is_changed_by_who_may_not(client: Client, role: str) -> None:
    party = register.person()
    point, identifier = party.contact_points.get(), register.numbered(party)
    before = list(Party.objects.values()), list(ContactPoint.objects.values()), list(Identifier.objects.values("pk"))
    register.signed_in(client, role)
    for name, more in (
        ("core_data", ()), ("write_note", ()), ("verify_identity", ()), ("add_contact_point", ("mail",)),
        ("contact_point", (point.pk,)), ("end_contact_point", (point.pk,)), ("ask_confirmation", (point.pk,)),
        ("add_address", ()), ("add_number", ()), ("remove_number", (identifier.pk,)),
        ("reveal_number", (identifier.pk,)),
    ):  # fmt: skip
        data = {"version": 1, "reason": "slip", "text": "x", "name": "x", "kind": "person", "value": "x@example.org"}
        assert client.post(register.address(name, party, *more), data).status_code == 302, name
    after = list(Party.objects.values()), list(ContactPoint.objects.values()), list(Identifier.objects.values("pk"))
    assert after == before
    assert not PartyEvent.objects.exists()
    assert not AccessLog.objects.exists()


def test_rows_of_another_record_are_not_found(client: Client) -> None:
    mine, other = register.person(), register.person("Jan Peeters", "jan@example.org")
    point, identifier = other.contact_points.get(), register.numbered(other)
    register.signed_in(client, "beheerder")
    for name, pk in (
        ("contact_point", point.pk), ("end_contact_point", point.pk), ("verify_contact_point", point.pk),
        ("number", identifier.pk), ("remove_number", identifier.pk), ("reveal_number", identifier.pk),
    ):  # fmt: skip
        assert client.get(register.address(name, mine, pk)).status_code == 404, name
        assert client.post(register.address(name, mine, pk), {"version": 1, "reason": "slip"}).status_code in (404, 422)
    assert client.post(register.address("ask_confirmation", mine, point.pk)).status_code == 404
