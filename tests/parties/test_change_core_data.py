"""Who somebody is, put right; and two clerks at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.actors import Actor
from parties.actions import resolve
from parties.models import ContactPoint, Party, Representation
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def change(client: Client, party: Party, **data: str) -> Any:
    given = {
        "version": str(register.version(party)), "kind": "person", "name": party.name, "birth_date": "",
        "language": "nl", "preference": "", "ended_on": "", "reason": "new",
    }  # fmt: skip
    return client.post(register.address("core_data", party), given | data)


def test_everything_is_saved_and_who_did_it_is_kept(client: Client) -> None:
    party, user = register.person(), register.signed_in(client)
    response = change(
        client, party, name="  Fatima   El Amrani-Claes ", birth_date="1985-07-30", language="ar", preference="sms",
        reason="rectification",
    )  # fmt: skip
    assert response["Location"] == party.get_absolute_url()
    party.refresh_from_db()
    assert (party.name, party.birth_date, party.language, party.preference, party.version) == (
        "Fatima El Amrani-Claes", register.BORN, "ar", "sms", 2,
    )  # fmt: skip
    event = party.events.get()
    assert (event.kind, event.actor, event.reason) == ("changed", user, "rectification")
    assert event.what == "Naam, geboortedatum, taal, hoort ons het liefst via"  # and no value: it outlives them
    said = register.shown(client.get(party.get_absolute_url()))
    assert "Rechtzetting op vraag van de burger" in said


def test_the_new_name_is_recognised_and_the_old_one_no_longer(client: Client) -> None:
    party = register.person("Fatima El Amranni")
    register.signed_in(client)
    change(client, party, name="Fatima El Amrani", reason="slip")

    def who(name: str) -> Party:
        return resolve(name=name, email=register.EMAIL, by=Actor.citizen(), at=register.AT).party

    assert who("fatima el amrani") == party
    assert who("Fatima El Amranni") != party


def test_a_name_that_a_namesake_has_leaves_the_namesake_recognised(client: Client) -> None:
    first, second = register.person("Jan Peeters"), register.person("Jan Peters")
    register.signed_in(client)
    assert change(client, second, name="Jan Peeters").status_code == 302
    assert ContactPoint.objects.get(party=second).match_key is None
    assert resolve(name="Jan Peeters", email=register.EMAIL, by=Actor.citizen(), at=register.AT).party == first


def test_nothing_changed_is_no_change(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    assert change(client, party).status_code == 302
    assert register.version(party) == 1
    assert not party.events.exists()


def test_the_second_clerk_reads_who_was_first_and_loses_nothing(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    stale = {"version": "1"}
    change(client, party, name="Fatima Claes")
    client.post(register.address("write_note", party), {"text": "Hoort slecht"})  # no change of what the form shows
    response = change(client, party, **stale, name="Fatima Van Damme", birth_date="1985-07-30")
    said = register.shown(response)
    assert response.status_code == 409
    assert "Intussen gewijzigd door An Claes. Gewijzigd: Naam." in said
    assert 'value="Fatima Van Damme"' in response.content.decode()
    assert 'value="1985-07-30"' in response.content.decode()
    party.refresh_from_db()
    assert party.name == "Fatima Claes"
    assert 'name="version" value="2"' in response.content.decode()
    assert change(client, party, name="Fatima Van Damme").status_code == 302  # once more, with open eyes


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "  "}, "Vul de naam in."),
        ({"birth_date": "31/02/1985"}, "Schrijf de dag zoals"),
        ({"birth_date": "1885-07-30"}, "Deze dag kan niet. Kijk naar het jaar."),
        ({"birth_date": "2985-07-30"}, "Deze dag kan niet. Kijk naar het jaar."),
        ({"ended_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, "Deze dag kan niet."),
        ({"kind": "organisation", "birth_date": "1985-07-30"}, "Een organisatie heeft geen geboortedatum."),
    ],
)
def test_what_cannot_be_is_said_at_its_place(client: Client, data: dict[str, str], words: str) -> None:
    party = register.person()
    register.signed_in(client)
    response = change(client, party, **data)
    assert response.status_code == 422
    assert words in register.shown(response)
    assert register.version(party) == 1


def test_a_date_of_birth_that_the_national_number_contradicts(client: Client) -> None:
    party = register.person()
    register.numbered(party)
    register.signed_in(client)
    response = change(client, party, birth_date="1985-07-31")
    assert (response.status_code, register.version(party)) == (422, 1)
    assert "Het rijksregisternummer zegt een andere geboortedatum" in register.shown(response)
    assert change(client, party, birth_date="1985-07-30").status_code == 302


def test_an_association_that_was_registered_as_a_person(client: Client) -> None:
    party = register.person("KWB Mortsel")
    register.signed_in(client)
    assert change(client, party, kind="organisation", reason="slip").status_code == 302
    party.refresh_from_db()
    assert party.kind == "organisation"
    Representation.objects.create(
        person=register.person(), organisation=party, role="voorzitter", since=date(2026, 1, 1)
    )
    assert "Maak een nieuwe fiche." in register.shown(change(client, party, kind="person"))


def test_who_died_has_no_age(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    change(client, party, birth_date="1985-07-30", ended_on="2026-01-02")
    said = register.shown(client.get(party.get_absolute_url()))
    assert "Overleden op 2 januari 2026" in said
    assert "jaar)" not in said


def test_a_language_that_the_list_does_not_have_is_kept(client: Client) -> None:
    party = register.person()
    Party.objects.filter(pk=party.pk).update(language="eo")
    register.signed_in(client)
    assert change(client, party, language="eo", name="Fatima Claes").status_code == 302
    party.refresh_from_db()
    assert party.language == "eo"
    assert change(client, party, language="xx").status_code == 422
