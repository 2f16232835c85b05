"""Somebody to whom nothing refers any more is proposed after the register's own term, and erased; nobody else is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from core.actors import Actor
from core.keeping import PARTIES
from core.models import AccessLog, KeepingTerm, User
from dossiers.actions import retention
from dossiers.models import Contact, DestructionItem, DestructionList, RetentionWalk
from parties import actions, erasing, merging
from parties.actions.holding import hold
from parties.finding import find
from parties.models import (
    Address,
    ContactPoint,
    Identifier,
    LookAlike,
    MergeChange,
    Party,
    PartyEvent,
    Recognition,
    RecognitionCategory,
    Representation,
    SearchWord,
    WordKey,
)
from tests import town
from tests.dossiers import talking
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = register.AT
DUE = AT.replace(year=2036)
SYSTEM = Actor.system("Bewaartermijn")


@pytest.fixture
def fatima() -> Party:
    party = register.person(phone="0470 12 34 56")
    Party.objects.filter(pk=party.pk).update(created_at=AT)
    return Party.objects.get(pk=party.pk)


def due(at: datetime = DUE) -> list[str]:
    return [each.party.name for each in erasing.due_after(0, most=1000, at=at)[1]]


# --- Who is due


def test_ten_years_after_the_last_change_and_not_a_day_before(fatima: Party) -> None:
    assert due(DUE - timedelta(days=1)) == []
    assert due() == ["Fatima El Amrani"]


def test_the_town_may_choose_another_term(fatima: Party) -> None:
    KeepingTerm.objects.create(what=PARTIES, years=3, source="Besluit")
    assert due(AT.replace(year=2029)) == ["Fatima El Amrani"]


def test_who_was_touched_since_is_not(fatima: Party) -> None:
    user = talking.in_role("Onthaal", "nele")
    actions.write_note(party=fatima, text="Belde", by=Actor.staff(user), at=AT.replace(year=2030))
    assert due() == []
    assert due(AT.replace(year=2040)) == ["Fatima El Amrani"]


def to_a_dossier(party: Party) -> None:
    town.report()


def to_a_contact(party: Party) -> None:
    Contact.objects.create(party=party, channel="phone", at=AT, subject="Vraag")


def to_a_conversation(party: Party) -> None:
    talking.conversation(talking.nele(), party=party)


def to_a_recognition(party: Party) -> None:
    category = RecognitionCategory.objects.create(code="Z", name="Jeugd")
    Recognition.objects.create(party=party, category=category, since=date(2026, 1, 1), until=date(2030, 1, 1))


def to_a_representation(party: Party) -> None:
    club = Party.objects.create(kind=Party.Kind.ORGANISATION, name="Club")
    Representation.objects.create(person=party, organisation=club, role="lid", since=date(2026, 1, 1))


@pytest.mark.parametrize(
    "refer", [to_a_dossier, to_a_contact, to_a_conversation, to_a_recognition, to_a_representation]
)
def test_who_something_still_refers_to_is_not(fatima: Party, refer: Callable[[Party], None]) -> None:
    refer(fatima)
    assert "Fatima El Amrani" not in due()
    assert not erasing.erase(party=fatima, by=SYSTEM, at=DUE)
    assert Party.objects.get(pk=fatima.pk).name == "Fatima El Amrani"


def test_what_ended_longer_ago_than_the_term_keeps_nobody(fatima: Party) -> None:
    to_a_recognition(fatima)
    assert due(AT.replace(year=2041)) == ["Fatima El Amrani"]


def test_the_walk_goes_on_where_it_was_and_begins_anew(fatima: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "WALKED_A_NIGHT", 1)
    other = Party.objects.create(name="Ander", created_at=AT)
    nights = []
    for _night in range(3):
        retention.propose(at=DUE)
        nights.append((RetentionWalk.objects.get().reached, DestructionItem.objects.count()))
    assert nights == [(fatima.pk, 1), (other.pk, 2), (0, 2)]


def test_the_walk_costs_the_same_however_many_there_are(fatima: Party, django_assert_max_num_queries: Any) -> None:
    Party.objects.bulk_create(Party(name=f"Burger {number}", created_at=AT) for number in range(200))
    with django_assert_max_num_queries(14):
        erasing.due_after(0, most=1000, at=DUE)


# --- Through the list


def test_through_the_list_like_a_dossier(fatima: Party) -> None:
    marc = talking.in_role("Beheerder", "marc")
    officer = talking.in_role("Functionaris gegevensbescherming", "fg")
    retention.propose(at=DUE)
    made = DestructionList.objects.get()
    assert (made.kind, made.year, str(made)) == ("parties", 2026, "Contacten, laatst gewijzigd in 2026")
    client = Client()
    client.force_login(marc, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(made.get_absolute_url()).content.decode()
    assert f"contact {fatima.pk}" in page
    assert "Fatima" not in page
    retention.prepare(made=made, by=Actor.staff(marc), at=DUE)
    retention.approve(made=made, number=1, by=Actor.staff(officer), at=DUE)
    assert retention.destroy_approved(at=DUE) == 1
    fatima.refresh_from_db()
    assert (fatima.name, fatima.anonymised_at, str(fatima)) == ("", DUE, "vernietigd contact")
    made.refresh_from_db()
    assert made.state == "done"


def test_who_came_back_after_the_approval_stays(fatima: Party) -> None:
    marc, officer = talking.in_role("Beheerder", "marc"), talking.in_role("Functionaris gegevensbescherming", "fg")
    retention.propose(at=DUE)
    made = DestructionList.objects.get()
    retention.prepare(made=made, by=Actor.staff(marc), at=DUE)
    retention.approve(made=made, number=1, by=Actor.staff(officer), at=DUE)
    town.report()
    assert retention.destroy_approved(at=DUE) == 0
    assert made.items.get().state == "not_due"
    assert Party.objects.get(pk=fatima.pk).name == "Fatima El Amrani"


# --- What goes


def test_nothing_says_who_it_was_and_who_looked_stays(fatima: Party) -> None:
    clerk = talking.in_role("Onthaal", "nele")
    register.numbered(fatima)
    Address.objects.create(party=fatima, street="Statielei", number="1", postcode="2640", town="Mortsel")
    AccessLog.objects.record(user=clerk, action="reveal", obj=fatima, at=AT, reason="Fatima vroeg het")
    twin = Party.objects.create(name="Fatima Amrani", created_at=AT)
    LookAlike.objects.create(first=fatima, second=Party.objects.create(name="X"), weight=1, found_at=AT)
    merging.merge(kept=fatima, lost=twin, choices={"name": "lost"}, by=Actor.staff(clerk), at=AT)
    assert erasing.erase(party=fatima, by=SYSTEM, at=DUE)
    for model in (Address, ContactPoint, Identifier, MergeChange, LookAlike):
        assert not model._default_manager.exists(), model
    assert set(Party.objects.filter(pk__in=[fatima.pk, twin.pk]).values_list("name", flat=True)) == {""}
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"x"}
    assert not WordKey.objects.filter(word="fatima").exists()
    seen = AccessLog.objects.get(action="reveal")
    assert (seen.user, seen.object_id, seen.reason) == (clerk, str(fatima.pk), "")
    assert [event.kind for event in PartyEvent.objects.filter(party=fatima).order_by("pk")][-1] == "erased"


def test_a_word_that_somebody_else_bears_is_still_found(fatima: Party) -> None:
    other = Party.objects.create(name="Fatima Janssens")
    erasing.erase(party=fatima, by=SYSTEM, at=DUE)
    user = User.objects.get(pk=talking.in_role("Onthaal", "nele").pk)
    assert [each.party for each in find("fatima", user=user)] == [other]
    assert [each.party for each in find("fatma", user=user)] == [other]


def test_doing_it_twice_is_doing_it_once(fatima: Party) -> None:
    assert erasing.erase(party=fatima, by=SYSTEM, at=DUE)
    assert not erasing.erase(party=fatima, by=SYSTEM, at=DUE)
    assert PartyEvent.objects.filter(kind="erased").count() == 1


def test_its_page_says_so_and_it_can_no_longer_be_changed(fatima: Party) -> None:
    erasing.erase(party=fatima, by=SYSTEM, at=DUE)
    client = Client()
    client.force_login(talking.in_role("Onthaal", "nele"), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(fatima.get_absolute_url()).content.decode()
    assert "23 november 2036" in page
    assert "wijzigen/" not in page
    with pytest.raises(actions.Refused, match="vernietigd"):
        hold(Party.objects.get(pk=fatima.pk))
