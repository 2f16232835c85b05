"""Who acts for whom: added from either side, changed, ended."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from core.models import AccessLog
from parties import actions
from parties.actions import is_representative
from parties.models import Party, Representation
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]

MAY = date(2026, 5, 1)


@pytest.fixture
def club(db: None) -> Party:
    return register.organisation()


@pytest.fixture
def chair(db: None) -> Party:
    return register.person()


def add(client: Client, party: Party, other: Party, **data: str) -> Any:
    given = {"version": str(register.version(party)), "role": "voorzitter", "since": "2026-05-01", "until": ""} | data
    return client.post(register.address("add_representation", party, other.pk), given)


def acts(chair: Party, club: Party, day: date = MAY) -> bool:
    return is_representative(person=chair, organisation=club, day=day)


def test_found_chosen_and_added_from_the_organisation(client: Client, club: Party, chair: Party) -> None:
    user = register.signed_in(client)
    found = client.get(register.address("choose_other", club), {"q": "fatima"})
    assert register.address("add_representation", club, chair.pk) in found.content.decode()
    assert AccessLog.objects.filter(user=user, action="search", object_id=str(chair.pk)).exists()
    add(client, club, chair)
    row = Representation.objects.get()
    assert (row.person, row.organisation, row.role, row.since, row.until) == (chair, club, "voorzitter", MAY, None)
    assert row.recorded_by == user
    assert acts(chair, club)
    assert register.kinds(club) == register.kinds(chair) == ["representation"]
    assert club.events.get().what == "Toegevoegd: functie"  # not which: the history outlives personal data
    assert (register.version(club), register.version(chair)) == (2, 2)


def test_from_the_person_it_is_the_same(client: Client, club: Party, chair: Party) -> None:
    register.signed_in(client)
    add(client, chair, club)
    assert acts(chair, club)


def test_only_the_other_kind_is_found(client: Client, club: Party, chair: Party) -> None:
    register.person("Fatima Claes", "fc@example.org")
    register.signed_in(client)
    said = register.shown(client.get(register.address("choose_other", chair), {"q": "fatima"}))
    assert "Er is geen organisatie gevonden." in said
    assert "Fatima Claes" not in said


def test_two_persons_do_not_represent_one_another(client: Client, chair: Party) -> None:
    register.signed_in(client)
    response = add(client, chair, register.person("Jan Peeters", "jan@example.org"))
    assert response.status_code == 422
    assert "Deze twee zijn van dezelfde soort." in register.shown(response)
    assert not Representation.objects.exists()


def test_it_ends_on_a_day_that_still_counts(client: Client, club: Party, chair: Party) -> None:
    register.signed_in(client)
    add(client, club, chair)
    row = Representation.objects.get()
    end = register.address("end_representation", chair, row.pk)
    client.post(end, {"version": str(register.version(chair)), "until": "2026-06-30"})
    assert acts(chair, club, date(2026, 6, 30))
    assert not acts(chair, club, date(2026, 7, 1))
    assert "1 in het verleden" in register.shown(client.get(club.get_absolute_url()))


def test_put_right_for_both(client: Client, club: Party, chair: Party) -> None:
    register.signed_in(client)
    add(client, club, chair)
    row = Representation.objects.get()
    given = {"version": "2", "role": "secretaris", "since": "2026-04-01", "until": "", "reason": "slip"}
    assert client.post(register.address("representation", club, row.pk), given).status_code == 302
    row.refresh_from_db()
    assert (row.role, row.since) == ("secretaris", date(2026, 4, 1))
    assert chair.events.last().reason == "slip"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"role": " "}, "Vul de functie in."),
        ({"since": ""}, "Vul de dag in."),
        ({"until": "2026-04-30"}, "De laatste dag ligt voor de eerste"),
        ({"since": "gisteren"}, "Schrijf de dag zoals"),
    ],
)
def test_what_cannot_be_is_said_at_its_place(
    client: Client, club: Party, chair: Party, data: dict[str, str], words: str
) -> None:
    register.signed_in(client)
    response = add(client, club, chair, **data)
    assert response.status_code == 422
    assert words in register.shown(response)
    assert not Representation.objects.exists()
    assert register.version(club) == 1


def test_the_same_function_from_the_same_day_stands_there_once(client: Client, club: Party, chair: Party) -> None:
    register.signed_in(client)
    add(client, club, chair)
    assert "staat hier al" in register.shown(add(client, club, chair))
    assert add(client, club, chair, role="penningmeester").status_code == 302


def test_the_second_clerk_reads_who_was_first(client: Client, club: Party, chair: Party) -> None:
    register.signed_in(client)
    add(client, club, chair)
    response = add(client, club, chair, version="1", role="secretaris")
    assert response.status_code == 409
    assert 'value="secretaris"' in response.content.decode()
    assert Representation.objects.count() == 1


def test_nobody_is_hung_on_a_record_that_was_merged(client: Client, club: Party, chair: Party) -> None:
    kept = register.person("Jan Peeters", "jan@example.org")
    Party.objects.filter(pk=chair.pk).update(merged_into=kept)
    register.signed_in(client)
    assert add(client, club, chair).status_code == 404
    with pytest.raises(actions.Refused, match="samengevoegd"):
        actions.add_representation(
            party=club, other=chair, expected_version=1, role="lid", since=MAY, by=register.clerk(), at=register.AT
        )


def test_a_representation_of_others_is_not_found(client: Client, club: Party, chair: Party) -> None:
    register.signed_in(client)
    add(client, club, chair)
    stranger = register.person("Jan Peeters", "jan@example.org")
    assert client.get(register.address("representation", stranger, Representation.objects.get().pk)).status_code == 404
