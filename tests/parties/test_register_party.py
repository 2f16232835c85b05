"""A new person or organisation: who is there already is shown first."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import AccessLog
from parties import actions
from parties.models import ContactPoint, Party
from parties.numbers import read_kbo
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def new(client: Client, **data: str) -> Any:
    given = {
        "kind": "person",
        "name": "Fatima El Amrani",
        "email": register.EMAIL,
        "phone": "",
        "birth_date": "",
        "number": "",
    }
    return client.post(reverse("parties:new"), given | data)


def test_somebody_new(client: Client) -> None:
    user = register.signed_in(client)
    assert client.get(reverse("parties:new")).status_code == 200
    response = new(client, phone="0470 12 34 56", birth_date="1985-07-30")
    party = Party.objects.get()
    assert response["Location"] == party.get_absolute_url()
    assert (party.name, party.birth_date) == ("Fatima El Amrani", register.BORN)
    assert {point.value for point in party.contact_points.all()} == {register.EMAIL, "+32470123456"}
    event = party.events.get()
    assert (event.kind, event.actor) == ("registered", user)
    again = actions.resolve(name="Fatima El Amrani", email=register.EMAIL, by=Actor.citizen(), at=register.AT)
    assert again.party == party


def test_an_association_without_a_company_number(client: Client) -> None:
    register.signed_in(client)
    new(client, kind="organisation", name="Buurtcomité", email="", number="v0012345")
    assert str(Party.objects.get().identifiers.get()) == "V0012345"


@pytest.mark.parametrize(
    "data",
    [
        {"name": "Iemand anders"},  # the same e-mail address
        {"email": "", "phone": "0470/12 34 56"},
        {"email": "ander@example.org", "birth_date": "1985-07-30"},  # the same name and date of birth
    ],
)
def test_who_looks_known_is_shown_first(client: Client, data: dict[str, str]) -> None:
    known = register.person(phone="0470 12 34 56")
    Party.objects.filter(pk=known.pk).update(birth_date=register.BORN)
    user = register.signed_in(client)
    response = new(client, **data)
    assert response.status_code == 409
    assert "Misschien kennen we deze al" in register.shown(response)
    assert f'href="{known.get_absolute_url()}"' in response.content.decode()
    assert Party.objects.count() == 1
    seen = AccessLog.objects.get()
    assert (seen.user, seen.action, seen.object_id) == (user, "search", str(known.pk))
    assert new(client, **data, seen=str(known.pk), somebody_else="1").status_code == 302
    assert Party.objects.count() == 2


def test_a_namesake_leaves_the_first_one_recognised(client: Client) -> None:
    known = register.person()
    register.signed_in(client)
    new(client, seen=str(known.pk), somebody_else="1")
    assert Party.objects.count() == 2
    found = actions.resolve(name="Fatima El Amrani", email=register.EMAIL, by=Actor.citizen(), at=register.AT)
    assert found.party == known
    assert ContactPoint.objects.exclude(party=known).get().match_key is None


def test_only_who_was_seen_is_set_aside(client: Client) -> None:
    first, second = register.person(), register.person("Jan Peeters")
    register.signed_in(client)
    response = new(client, name="Ali", seen=str(first.pk), somebody_else="1")
    assert response.status_code == 409
    assert f'href="{second.get_absolute_url()}"' in response.content.decode()


def test_another_button_does_not_set_anybody_aside(client: Client) -> None:
    known = register.person()
    register.signed_in(client)
    assert new(client, seen=str(known.pk)).status_code == 409
    assert new(client, seen="x,,-1", somebody_else="1").status_code == 409


def test_a_number_decides_whatever_the_clerk_says(client: Client) -> None:
    holder = register.organisation()
    register.numbered(holder, read_kbo("0403.019.261"))
    register.signed_in(client)
    response = new(client, kind="organisation", email="", number="0403.019.261", seen=str(holder.pk), somebody_else="1")
    assert response.status_code == 422
    assert "Dit nummer is al van Wandelclub De Vrije Tred" in register.shown(response)
    assert Party.objects.count() == 1


def test_a_colleague_who_was_a_moment_earlier(monkeypatch: Any) -> None:
    by, known = register.clerk(), register.person()
    monkeypatch.setattr(actions.registering, "known_already", lambda **_given: [])
    with pytest.raises(actions.LooksKnown) as refused:
        actions.register(kind="person", name=known.name, email=register.EMAIL, by=by, at=register.AT)
    assert refused.value.candidates == [known]
    assert Party.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": " "}, "Vul de naam in."),
        ({"email": "nee"}, "Geef een e-mailadres"),
        ({"phone": "12"}, "Vul een telefoonnummer in zoals"),
        ({"number": "0403.019.261"}, "Een persoon heeft geen ondernemingsnummer."),
        ({"kind": "organisation", "number": "0403.019.262"}, "Dit ondernemingsnummer bestaat niet."),
        ({"kind": "organisation", "number": "V12"}, "Vul een verenigingsnummer in"),
        ({"kind": "organisation", "birth_date": "1985-07-30"}, "Een organisatie heeft geen geboortedatum."),
        ({"birth_date": "morgen"}, "Schrijf de dag zoals"),
    ],
)
def test_what_cannot_be_is_said_at_its_place(client: Client, data: dict[str, str], words: str) -> None:
    register.signed_in(client)
    response = new(client, **data)
    assert response.status_code == 422
    assert words in register.shown(response)
    assert not Party.objects.exists()
