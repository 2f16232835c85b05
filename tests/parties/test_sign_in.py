"""A sign-in leads to one party: who signed in before, else by the national number, and never by a name."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import Actor
from parties.actions import SignedIn, is_representative, resolve, sign_in
from parties.claims import Identity, Represented, Subject
from parties.merging import merge
from parties.models import Identifier, Party, PartyEvent, Representation, Verification
from parties.models import Subject as Row
from parties.numbers import read_kbo, read_national_number

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
DAY = AT.date()
NUMBER = read_national_number("85073003328")
JAN = Identity("https://aanmelden.example", (Subject("vo_id", "v-1"), Subject("sub", "s-1")), "Jan Peeters", NUMBER)
KSA = Represented(read_kbo("0403019261"), "KSA Mortsel", by_law=False)
BASIS = "beraadslaging 12/2026"


def come_in(identity: Identity = JAN, *, at: datetime = AT, **more: Any) -> SignedIn:
    return sign_in(identity=identity, at=at, **more)


@pytest.mark.django_db
def test_first_time_makes_a_party_and_the_next_time_finds_it() -> None:
    first = come_in()
    again = come_in(replace(JAN, name="Jan Baptist Peeters"), at=AT + timedelta(hours=1))
    assert first == again == SignedIn(Party.objects.get())
    assert (again.person.name, again.person.birth_date) == ("Jan Peeters", None)  # nothing is overwritten
    assert [row.how for row in Verification.objects.all()] == [Verification.How.SIGNED_IN]  # once a day
    come_in(at=AT + timedelta(days=1))
    assert Verification.objects.count() == 2
    assert set(Row.objects.values_list("claim", "value", "first_at", "last_at")) == {
        ("vo_id", "v-1", AT, AT + timedelta(days=1)),
        ("sub", "s-1", AT, AT + timedelta(days=1)),
    }
    kinds = [event.kind for event in first.person.events.order_by("pk")]
    assert kinds == [PartyEvent.Kind.REGISTERED, PartyEvent.Kind.VERIFIED, PartyEvent.Kind.VERIFIED]


@pytest.mark.django_db
def test_another_provider_capacity_or_person_is_not_the_same_subject() -> None:
    jan = come_in().person
    assert come_in(replace(JAN, subjects=(Subject("vo_id", "v-1"), Subject("sub", "s-2")))).person == jan
    assert come_in(replace(JAN, subjects=(Subject("sub", "v-1"),))).person != jan
    assert come_in(replace(JAN, issuer="https://elders.example")).person != jan
    with pytest.raises(IntegrityError), transaction.atomic():
        Row.objects.create(
            party=Party.objects.create(), issuer=JAN.issuer, claim="sub", value="s-1", first_at=AT, last_at=AT
        )


@pytest.mark.django_db
def test_number_is_looked_at_only_on_a_legal_basis() -> None:
    come_in()
    assert not Identifier.objects.exists()
    jan = come_in(legal_basis=BASIS).person
    kept = jan.identifiers.get()
    assert (kept.number, kept.verified_how, kept.legal_basis) == (NUMBER, "signed_in", BASIS)
    elsewhere = replace(JAN, issuer="https://elders.example")
    assert come_in(elsewhere).person != jan  # the number says nothing without a basis
    other = replace(JAN, issuer="https://derde.example")
    assert come_in(other, legal_basis=BASIS).person == jan


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "is_same"), [("jan  PÉÉTERS", True), ("Mia Wouters", False)])
def test_number_that_somebody_typed_finds_only_a_record_of_that_name(typed: str, is_same: bool) -> None:
    claimed = resolve(name=typed, number=NUMBER, legal_basis="Wet", by=Actor.citizen(), at=AT).party
    person = come_in(legal_basis=BASIS).person
    assert (person == claimed) is is_same
    kept = Identifier.objects.get()
    assert (kept.party, kept.verified_how) == (claimed, "signed_in" if is_same else "")


@pytest.mark.django_db
def test_same_name_and_address_is_not_enough() -> None:
    known = resolve(name="Jan Peeters", email="jan@mortsel.example", by=Actor.citizen(), at=AT).party
    assert come_in(legal_basis=BASIS).person != known


@pytest.mark.django_db
def test_number_that_contradicts_the_record_is_left_for_a_clerk() -> None:
    jan = come_in().person
    Party.objects.filter(pk=jan.pk).update(birth_date=DAY)
    assert come_in(legal_basis=BASIS).person == jan
    assert not Identifier.objects.exists()


@pytest.mark.django_db
def test_who_was_merged_leads_to_who_remains() -> None:
    jan = come_in().person
    kept = Party.objects.create(name="Jan Peeters")
    merge(kept=kept, lost=jan, choices={}, by=Actor.system("test"), at=AT)
    assert come_in().person == kept
    assert kept.subjects.count() == 2


@pytest.mark.django_db
def test_for_an_organisation_it_holds_on_the_days_on_which_it_was_shown() -> None:
    signed_in = come_in(replace(JAN, organisation=KSA))
    jan, ksa = signed_in.person, signed_in.organisation
    assert ksa is not None
    assert (ksa.name, ksa.kind, str(ksa.identifiers.get())) == ("KSA Mortsel", "organisation", "0403.019.261")
    row = Representation.objects.get()
    assert (row.role, row.since, row.until, row.source) == ("vertegenwoordiger", DAY, DAY, "signed_in")
    assert is_representative(person=jan, organisation=ksa, day=DAY)
    assert not is_representative(person=jan, organisation=ksa, day=DAY + timedelta(days=1))
    come_in(replace(JAN, organisation=KSA), at=AT + timedelta(days=9))
    row.refresh_from_db()
    assert (row.since, row.until) == (DAY, DAY + timedelta(days=9))
    assert ksa.events.filter(kind=PartyEvent.Kind.REPRESENTATION).count() == 1


@pytest.mark.django_db
def test_what_the_town_knows_of_it_stays() -> None:
    ksa = resolve(name="KSA", number=KSA.number, kind=Party.Kind.ORGANISATION, by=Actor.citizen(), at=AT).party
    jan = come_in().person
    known = Representation.objects.create(person=jan, organisation=ksa, role="voorzitter", since=DAY)
    assert come_in(replace(JAN, organisation=replace(KSA, by_law=True))) == SignedIn(jan, ksa)
    assert list(Representation.objects.all()) == [known]
    assert Party.objects.get(pk=ksa.pk).name == "KSA"
    known.until = DAY - timedelta(days=1)
    known.since = DAY - timedelta(days=9)
    known.save()
    come_in(replace(JAN, organisation=replace(KSA, by_law=True)))
    assert Representation.objects.get(source="signed_in").role == "wettelijk vertegenwoordiger"


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_moment_are_one() -> None:
    """By one subject, ten times over; and by one number, new or known, under eight subjects."""
    everybody = replace(JAN, organisation=KSA)

    def one(name: str) -> list[Identity]:
        return [replace(everybody, number=None, subjects=(Subject("vo_id", name), Subject("sub", name)))] * 8

    def eight(text: str) -> list[Identity]:
        number = read_national_number(text)
        subjects = [(Subject("sub", f"{text}-{place}"),) for place in range(8)]
        return [replace(everybody, number=number, subjects=each) for each in subjects]

    numbers = ["85073003328", "98472899765", "90020112305"]
    rounds = [[everybody] * 8, *(one(str(place)) for place in range(9)), *map(eight, numbers)]
    for identities in rounds:
        start = Barrier(8, timeout=30)

        def client(identity: Identity, start: Barrier = start) -> SignedIn:
            try:
                connection.ensure_connection()
                start.wait()
                return come_in(identity, legal_basis=BASIS)
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(client, identities))) == 1
    people = 1 + 9 + 2  # the first number is that of the first one
    assert Party.objects.count() == people + 1
    assert Row.objects.count() == 2 * 10 + 8 * 3
    assert (Representation.objects.count(), Identifier.objects.count()) == (people, 3 + 1)
