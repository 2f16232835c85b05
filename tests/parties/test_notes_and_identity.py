"""What colleagues must know, and whether somebody made sure of who this is."""

from typing import Any

import pytest
from django.test import Client

from core.actors import Actor
from parties import actions
from parties.models import PartyNote, Verification
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_note_says_who_wrote_it(client: Client) -> None:
    party, user = register.person(), register.signed_in(client)
    assert client.get(register.address("write_note", party)).status_code == 200
    client.post(register.address("write_note", party), {"text": "Hoort slecht"})
    note = PartyNote.objects.get()
    assert (note.text, note.author) == ("Hoort slecht", user)
    assert register.kinds(party) == ["note"]
    assert party.events.get().what == ""
    assert register.version(party) == 1  # it stands in nobody's way


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_a_note_says_something_and_not_too_much(client: Client, text: str) -> None:
    party = register.person()
    register.signed_in(client)
    response = client.post(register.address("write_note", party), {"text": text})
    assert response.status_code == 422
    assert text in response.content.decode()
    assert not PartyNote.objects.exists()


def test_a_note_that_holds_no_longer(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    client.post(register.address("write_note", party), {"text": "Hoort slecht"})
    remove = register.address("remove_note", party, PartyNote.objects.get().pk)
    assert client.get(remove).status_code == 405
    for _time in range(2):  # removed twice is removed once
        client.post(remove)
    assert "Hoort slecht" not in register.shown(client.get(party.get_absolute_url()))
    assert register.kinds(party) == ["note", "note"]
    other = register.person("Jan Peeters", "jan@example.org")
    assert client.post(register.address("remove_note", other, PartyNote.objects.get().pk)).status_code == 404


def test_a_note_has_an_author() -> None:
    with pytest.raises(ValueError, match="author"):
        actions.write_note(party=register.person(), text="x", by=Actor.citizen(), at=register.AT)


def test_a_document_was_seen(client: Client) -> None:
    party, user = register.person(), register.signed_in(client)
    client.post(register.address("verify_identity", party), {"version": "1", "how": "document"})
    seen = Verification.objects.get()
    assert (seen.party, seen.how, seen.by) == (party, "document", user)
    assert register.kinds(party) == ["verified"]
    said = register.shown(client.get(party.get_absolute_url()))
    assert "identiteit nagekeken" in said


def test_each_time_is_kept(client: Client) -> None:
    party = register.organisation()
    register.signed_in(client)
    for version in ("1", "2"):
        client.post(register.address("verify_identity", party), {"version": version, "how": "register"})
    assert Verification.objects.count() == 2
    assert "Vroeger" in register.shown(client.get(party.get_absolute_url()))


@pytest.mark.parametrize("how", ["", "signed_in", "iets"])
def test_how_must_be_something_that_a_clerk_can_do(client: Client, how: str) -> None:
    party = register.person()
    register.signed_in(client)
    response: Any = client.post(register.address("verify_identity", party), {"version": "1", "how": how})
    assert response.status_code == 422
    assert not Verification.objects.exists()
