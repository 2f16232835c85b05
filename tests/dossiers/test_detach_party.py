"""A match by name and contact data only attaches; a clerk confirms or detaches it in one step."""

import pytest

from core.actors import Actor
from dossiers.actions import StepRefused, confirm_party, detach_party
from parties.models import Party
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_second_report_attaches_to_the_same_person_unconfirmed() -> None:
    first, second = town.report(), town.report()
    assert first.contact.party == second.contact.party
    assert (first.contact.party_match, second.contact.party_match) == ("new", "name_and_contact")


def test_detaching_gives_the_dossier_a_person_of_its_own() -> None:
    first, second = town.report(), town.report()
    detach_party(dossier=second.dossier, by=Actor.staff(town.clerk()), at=town.MONDAY)
    second.dossier.refresh_from_db()
    second.contact.refresh_from_db()
    assert Party.objects.count() == 2
    assert second.dossier.initiator != first.dossier.initiator
    assert second.contact.party == second.dossier.initiator
    assert second.dossier.events.latest("sequence").kind == "party_detached"


def test_the_detached_person_does_not_catch_the_next_report() -> None:
    first, second = town.report(), town.report()
    detach_party(dossier=second.dossier, by=Actor.staff(town.clerk()), at=town.MONDAY)
    assert town.report().contact.party == first.contact.party


def test_confirming_keeps_the_person_and_is_written_down() -> None:
    town.report()
    second = town.report()
    confirm_party(dossier=second.dossier, by=Actor.staff(town.clerk()), at=town.MONDAY)
    second.contact.refresh_from_db()
    assert second.contact.party_match == "clerk"
    with pytest.raises(StepRefused):
        detach_party(dossier=second.dossier, by=Actor.staff(town.clerk("piet")), at=town.MONDAY)


def test_a_new_person_has_nothing_to_detach() -> None:
    with pytest.raises(StepRefused):
        detach_party(dossier=town.report().dossier, by=Actor.staff(town.clerk()), at=town.MONDAY)
