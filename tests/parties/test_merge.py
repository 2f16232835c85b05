"""Two records of one person become one, and two again within thirty days."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.db import models
from django.test import Client
from django.test.utils import isolate_apps
from django.urls import reverse

from core.actors import Actor
from core.models import AccessLog, User
from dossiers.models import Contact, Dossier
from forms.models import FormDraft
from parties import merging
from parties.actions import resolve
from parties.finding import find
from parties.merging import LOST, MergeRefused, references
from parties.models import (
    Address,
    ContactPoint,
    EmailChange,
    Identifier,
    LookAlike,
    Merge,
    MergeChange,
    Party,
    PartyEvent,
    PartyNote,
    Recognition,
    RecognitionCategory,
    Representation,
    Verification,
)
from parties.numbers import read_kbo, read_national_number
from tests import town
from tests.forms import builder

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
LATER = AT + timedelta(days=5)


@pytest.fixture
def nele() -> User:
    return town.staff("nele", "parties.view_party", "parties.merge_party", first_name="Nele", last_name="Maes")


@pytest.fixture
def kept() -> Party:
    return Party.objects.create(name="Jan Peeters", birth_date=date(1980, 5, 12))


@pytest.fixture
def lost() -> Party:
    return Party.objects.create(name="Johannes Peeters", birth_date=date(1980, 5, 12), language="fr")


def point(party: Party, value: str, **more: Any) -> ContactPoint:
    kind = "email" if "@" in value else "phone"
    return ContactPoint.objects.create(party=party, kind=kind, value=value, as_given=value, **more)


def put_together(kept: Party, lost: Party, by: User, **choices: str) -> Merge:
    return merging.merge(kept=kept, lost=lost, choices=choices, by=Actor.staff(by), at=AT)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All that refers to a party, and the parties, but what only counts or remembers."""
    found = {
        reference.label: sorted(reference.rows.values_list("pk", f"{reference.field}_id"))
        for reference in references
        if not reference.stays
    }
    found["points"] = sorted(ContactPoint.objects.values_list("pk", "value", "is_preferred", "verified_how"))
    found["parties"] = sorted(Party.objects.values_list("pk", "name", "language", "merged_into"))
    return found


# --- Nothing is forgotten ---------------------------------------------------------------------------------------------


def foreign_keys_to_party(of: Iterable[type[models.Model]]) -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in of
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model is Party
    }


def test_every_reference_to_a_party_says_how_it_follows() -> None:
    declared = {name for name, _reference in references.items()}
    assert foreign_keys_to_party(apps.get_models(include_auto_created=True)) == declared


@isolate_apps("bookings")
def test_a_reference_that_nobody_told_of_is_seen() -> None:
    class Booking(models.Model):
        party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "bookings"

    assert foreign_keys_to_party([Booking]) == {"bookings.Booking.party"}


# --- What follows -----------------------------------------------------------------------------------------------------


def test_all_that_is_of_the_one_becomes_the_others(kept: Party, lost: Party, nele: User) -> None:
    town.report(name=lost.name, email="j@example.org")
    Dossier.objects.update(initiator=lost)
    Contact.objects.update(party=lost)
    point(lost, "+3234441717")
    Address.objects.create(party=lost, street="Statielei", number="12", postcode="2640", town="Mortsel")
    Identifier.holding(read_national_number("85.07.30-033.28"), party=lost, legal_basis="Wet").save()
    Verification.objects.create(party=lost, how="document")
    draft = FormDraft.objects.create(version=builder.published_form(), party=lost)
    PartyNote.objects.create(party=lost, text="Hoort slecht", author=nele)
    ksa = Party.objects.create(name="KSA", kind="organisation")
    Representation.objects.create(person=lost, organisation=ksa, role="leider", since=date(2020, 1, 1))
    assert dict(merging.goes_along(kept, lost)) == {
        reference.words: 1
        for reference in references
        if reference.label
        in {
            "dossiers.Dossier.initiator",
            "dossiers.Contact.party",
            "forms.FormDraft.party",
            "parties.ContactPoint.party",
            "parties.Address.party",
            "parties.Identifier.party",
            "parties.Verification.party",
            "parties.PartyNote.party",
            "parties.Representation.person",
        }
    }
    made = put_together(kept, lost, nele)
    for reference in references:
        if not reference.stays:
            assert not reference.of(lost).exists(), reference.label
    assert kept.dossiers.count() == kept.contacts.count() == kept.contact_points.count() == kept.notes.count() == 1
    lost.refresh_from_db()
    assert (lost.merged_into, lost.version) == (kept, 2)
    events = PartyEvent.objects.filter(kind="merged").values_list("party", "actor")
    assert sorted(events) == sorted([(kept.pk, nele.pk), (lost.pk, nele.pk)])
    late = FormDraft.objects.create(version=draft.version, party=kept)
    assert [each.key for each in merging.added_since(made)] == [late.pk]
    merging.undo(merge=made, by=Actor.staff(nele), at=LATER)
    draft.refresh_from_db()
    assert draft.party == lost


def test_field_by_field(kept: Party, lost: Party, nele: User) -> None:
    put_together(kept, lost, nele, name="kept", language=LOST)
    kept.refresh_from_db()
    assert (kept.name, kept.language) == ("Jan Peeters", "fr")


def test_what_both_have_is_there_once(kept: Party, lost: Party, nele: User) -> None:
    """The classic mistake: a unique constraint breaks the merge (zammad, osTicket)."""
    point(kept, "jan@example.org", is_preferred=True)
    mine = point(lost, "jan@example.org", is_preferred=True, verified_how="desk", verified_at=AT, verified_by=nele)
    change = EmailChange.objects.create(
        point=mine, email="n@example.org", token_hash="x", asked_by=nele, created_at=AT, expires_at=LATER
    )
    point(lost, "johannes@example.org")
    for party in (kept, lost):
        Address.objects.create(party=party, street="Statielei", number="12", postcode="2640", town="Mortsel")
    ksa = Party.objects.create(name="KSA", kind="organisation")
    for person in (kept, lost):
        Representation.objects.create(person=person, organisation=ksa, role="leider", since=date(2020, 1, 1))
    put_together(kept, lost, nele)
    points = kept.contact_points.order_by("pk")
    assert [(each.value, each.is_preferred) for each in points] == [
        ("jan@example.org", True),
        ("johannes@example.org", False),
    ]
    assert (points[0].verified_how, points[0].verified_by) == ("desk", nele)
    change.refresh_from_db()
    assert change.point == points[0]
    assert kept.addresses.count() == kept.represents.count() == 1


def test_each_had_another_that_is_used_first(kept: Party, lost: Party, nele: User) -> None:
    point(kept, "jan@example.org", is_preferred=True)
    point(lost, "johannes@example.org", is_preferred=True)
    point(lost, "+3234441717", is_preferred=True)
    put_together(kept, lost, nele)
    assert set(kept.contact_points.filter(is_preferred=True).values_list("value", flat=True)) == {
        "jan@example.org",
        "+3234441717",
    }


def test_two_associations_with_the_same_people_and_the_same_recognition(nele: User) -> None:
    jan = Party.objects.create(name="Jan Peeters")
    one, other = (Party.objects.create(name=name, kind="organisation") for name in ("KSA", "K.S.A."))
    category = RecognitionCategory.objects.create(code="A", name="Jeugd")
    for each in (one, other):
        Representation.objects.create(person=jan, organisation=each, role="leider", since=date(2020, 1, 1))
        Recognition.objects.create(party=each, category=category, since=date(2020, 1, 1))
    put_together(one, other, nele)
    assert one.representatives.count() == one.recognitions.count() == 1


# --- Refused ----------------------------------------------------------------------------------------------------------


def refusal(kept: Party, lost: Party, by: User, **how: Any) -> str:
    with pytest.raises(MergeRefused) as refused:
        merging.merge(kept=kept, lost=lost, choices={}, by=Actor.staff(by), at=AT, **how)
    assert not Merge.objects.filter(kept=kept, lost=lost).exists()
    return str(refused.value)


def test_two_national_numbers_are_two_people(kept: Party, lost: Party, nele: User) -> None:
    for party, number in ((kept, "85.07.30-033.28"), (lost, "97.09.10-001.53")):
        Identifier.holding(read_national_number(number), party=party, legal_basis="Wet").save()
    assert "Rijksregisternummer" in refusal(kept, lost, nele)
    assert lost.identifiers.exists()


def test_recognised_on_the_same_days_in_different_ways(nele: User) -> None:
    one, other = (Party.objects.create(name=name, kind="organisation") for name in ("KSA", "K.S.A."))
    for party, code in ((one, "A"), (other, "B")):
        category = RecognitionCategory.objects.create(code=code, name=code)
        Recognition.objects.create(party=party, category=category, since=date(2020, 1, 1))
    assert "erkend" in refusal(one, other, nele)


def test_a_person_and_an_organisation(kept: Party, nele: User) -> None:
    assert refusal(kept, Party.objects.create(name="KSA", kind="organisation"), nele)


def test_one_and_the_same(kept: Party, nele: User) -> None:
    assert refusal(kept, kept, nele)


def test_one_that_was_merged_already(kept: Party, lost: Party, nele: User) -> None:
    put_together(kept, lost, nele)
    third = Party.objects.create(name="Jan P.")
    assert "samengevoegd" in refusal(third, lost, nele)
    assert "samengevoegd" in refusal(lost, third, nele)


def test_somebody_changed_one_meanwhile(kept: Party, lost: Party, nele: User) -> None:
    versions = {kept.pk: 1, lost.pk: 1}
    Party.objects.filter(pk=lost.pk).update(version=2)
    assert "intussen" in refusal(kept, lost, nele, versions=versions)


# --- Afterwards -------------------------------------------------------------------------------------------------------


def test_who_comes_back_under_the_old_name_or_number_is_the_one_that_remains(
    kept: Party, lost: Party, nele: User
) -> None:
    by = Actor.citizen()
    first = resolve(name="Jef Pieters", email="jef@example.org", by=by, at=AT).party
    Identifier.holding(read_kbo("0403.019.261"), party=first).save()
    put_together(kept, first, nele)
    put_together(lost, kept, nele)
    assert resolve(name="Jef Pieters", email="jef@example.org", by=by, at=LATER).party == lost
    assert resolve(name="Iemand", number=read_kbo("0403.019.261"), by=by, at=LATER).party == lost
    assert resolve(name="Jef", proven=first, by=by, at=LATER).party == lost
    assert find("jef pieters", user=nele)[0].party == lost


def test_what_comes_to_the_merged_one_after_all_follows(kept: Party, lost: Party, nele: User) -> None:
    made = put_together(kept, lost, nele)
    late = point(lost, "+3234441717")
    merging.gather_late(at=AT + timedelta(hours=1))
    late.refresh_from_db()
    assert late.party == kept
    merging.undo(merge=made, by=Actor.staff(nele), at=LATER)
    late.refresh_from_db()
    assert late.party == lost
    merging.gather_late(at=AT + timedelta(hours=1))
    late.refresh_from_db()
    assert late.party == lost


# --- Undo -------------------------------------------------------------------------------------------------------------


def test_undoing_puts_everything_back(kept: Party, lost: Party, nele: User) -> None:
    town.report(name=lost.name, email="j@example.org")
    Dossier.objects.update(initiator=lost)
    Contact.objects.update(party=lost)
    point(kept, "jan@example.org", is_preferred=True)
    mine = point(lost, "jan@example.org", verified_how="desk", verified_at=AT, verified_by=nele)
    EmailChange.objects.create(
        point=mine, email="n@example.org", token_hash="x", asked_by=nele, created_at=AT, expires_at=LATER
    )
    point(lost, "johannes@example.org", is_preferred=True)
    Identifier.holding(read_national_number("85.07.30-033.28"), party=lost, legal_basis="Wet").save()
    before = everything()
    made = put_together(kept, lost, nele, name=LOST, birth_date=LOST, language=LOST)
    assert everything() != before
    assert merging.undo(merge=made, by=Actor.staff(nele), at=LATER) == 0
    assert everything() == before
    assert EmailChange.objects.get().point == mine
    made.refresh_from_db()
    assert (made.undone_at, made.undone_by) == (LATER, nele)
    assert PartyEvent.objects.filter(kind="unmerged").count() == 2


def test_what_was_added_since_goes_where_somebody_says(kept: Party, lost: Party, nele: User) -> None:
    before = point(kept, "jan@example.org")
    made = put_together(kept, lost, nele)
    first, second = point(kept, "+3234441717"), point(kept, "+3234441818")
    added = merging.added_since(made)
    assert [each.key for each in added] == [first.pk, second.pk]
    merging.undo(merge=made, theirs=[added[1].name], by=Actor.staff(nele), at=LATER)
    assert set(kept.contact_points.all()) == {before, first}
    assert set(lost.contact_points.all()) == {second}


def test_what_somebody_changed_since_stays_as_it_is_now(kept: Party, lost: Party, nele: User) -> None:
    moved = point(lost, "+3234441717")
    made = put_together(kept, lost, nele, name=LOST)
    Party.objects.filter(pk=kept.pk).update(name="Jan-Johannes Peeters")
    assert merging.undo(merge=made, by=Actor.staff(nele), at=LATER) == 1
    kept.refresh_from_db()
    moved.refresh_from_db()
    assert (kept.name, moved.party) == ("Jan-Johannes Peeters", lost)


def test_a_merge_can_be_undone_once_and_within_thirty_days(kept: Party, lost: Party, nele: User) -> None:
    made = put_together(kept, lost, nele)
    by = Actor.staff(nele)
    with pytest.raises(MergeRefused):
        merging.undo(merge=made, by=by, at=AT + timedelta(days=30, seconds=1))
    merging.undo(merge=made, by=by, at=AT + timedelta(days=30))
    with pytest.raises(MergeRefused):
        merging.undo(merge=made, by=by, at=LATER)
    assert put_together(kept, lost, nele)


def test_a_chain_is_undone_from_its_end(kept: Party, lost: Party, nele: User) -> None:
    third = Party.objects.create(name="Jan P.")
    first, second = put_together(kept, lost, nele), put_together(third, kept, nele)
    with pytest.raises(MergeRefused):
        merging.undo(merge=first, by=Actor.staff(nele), at=LATER)
    for made in (second, first):
        merging.undo(merge=made, by=Actor.staff(nele), at=LATER)
    assert not Party.objects.exclude(merged_into=None).exists()


def test_the_journal_is_forgotten_when_it_serves_nothing_any_more(kept: Party, lost: Party, nele: User) -> None:
    put_together(kept, lost, nele, name=LOST)
    merging.forget_old(at=AT + timedelta(days=30))
    assert MergeChange.objects.filter(old="Jan Peeters").exists()
    merging.forget_old(at=AT + timedelta(days=31))
    assert not MergeChange.objects.exists()


# --- The screens ------------------------------------------------------------------------------------------------------


def client(user: User) -> Client:
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def page_of(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def addresses(kept: Party, lost: Party, nele: User) -> list[str]:
    third = Party.objects.create(name="Jan P.")
    made = put_together(kept, third, nele)
    pair = LookAlike.objects.create(first=kept, second=lost, weight=1, found_at=AT)
    return [
        reverse("parties:look_alikes"),
        reverse("parties:dismiss", args=[pair.pk]),
        reverse("parties:merges"),
        reverse("parties:undo_merge", args=[made.pk]),
        reverse("parties:choose_same", args=[kept.pk]),
        reverse("parties:side_by_side", args=[kept.pk, lost.pk]),
    ]


def test_only_with_the_right_to_merge(addresses: list[str]) -> None:
    looker = client(town.staff("mo", "parties.view_party"))
    for address in addresses:
        assert looker.get(address).status_code in {302, 403, 405}
        assert looker.post(address).status_code in {302, 403, 405}
        assert Client().get(address).status_code in {302, 405}
    assert not LookAlike.objects.exclude(dismissed_at=None).exists()


def test_from_side_by_side_to_merged(kept: Party, lost: Party, nele: User) -> None:
    point(lost, "+3234441717")
    address = reverse("parties:side_by_side", args=[kept.pk, lost.pk])
    clerk = client(nele)
    page = page_of(clerk.get(address))
    assert {field["name"] for field in page.select("input[type=radio]")} == {"name", "language"}
    assert AccessLog.objects.filter(user=nele, action="view").count() == 2
    page = page_of(clerk.post(address, {"name": "kept"}), 422)
    assert "Taal" in page.select_one("[role=alert]").get_text()
    assert page.select_one("input[name=name][value=kept]").has_attr("checked")
    page = page_of(clerk.post(address, {"name": "kept", "language": "lost"}))
    assert "Telefoonnummers en e-mailadressen: 1" in page.select_one(".l-lines").get_text()
    assert not Merge.objects.exists()
    sent = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}
    response = clerk.post(address, sent)
    assert response["Location"] == kept.get_absolute_url()
    kept.refresh_from_db()
    assert (kept.language, Merge.objects.get().by) == ("fr", nele)
    assert page_of(clerk.post(address, sent), 409).select_one("[role=alert]")


def test_a_merge_that_is_impossible_says_why(kept: Party, nele: User) -> None:
    ksa = Party.objects.create(name="KSA", kind="organisation")
    page = page_of(client(nele).get(reverse("parties:side_by_side", args=[kept.pk, ksa.pk])))
    assert "persoon en een organisatie" in page.select_one("[role=alert]").get_text()
    assert not page.select("main form button")


def test_undo_asks_whose_what_was_added_is(kept: Party, lost: Party, nele: User) -> None:
    made = merging.merge(kept=kept, lost=lost, choices={}, by=Actor.staff(nele), at=datetime.now(UTC))
    late = point(kept, "+3234441717")
    address = reverse("parties:undo_merge", args=[made.pk])
    clerk = client(nele)
    assert page_of(clerk.get(reverse("parties:merges"))).select(f'a[href="{address}"]')
    name = page_of(clerk.get(address)).select_one("input[type=radio]")["name"]
    page_of(clerk.post(address), 422)
    assert Merge.objects.standing().exists()
    assert clerk.post(address, {name: "lost"})["Location"] == lost.get_absolute_url()
    late.refresh_from_db()
    assert late.party == lost


def test_the_other_record_is_looked_up(kept: Party, lost: Party, nele: User) -> None:
    Party.objects.create(name="Peeters", kind="organisation")
    page = page_of(client(nele).post(reverse("parties:choose_same", args=[kept.pk]), {"q": "peeters"}))
    assert [link["href"] for link in page.select(".l-person a")] == [
        reverse("parties:side_by_side", args=[kept.pk, lost.pk])
    ]
