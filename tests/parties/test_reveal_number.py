"""A national number in full: with a right and a reason, once, and nowhere else. Docs: persoonsgegevens.md."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client

from core.models import AccessLog
from parties import actions
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]

IN_FULL = "85.07.30-033.28"
REASON = "aanvraag attest van woonst"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def reveal(client: Client, reason: str = REASON) -> Any:
    party = register.Party.objects.get()
    return client.post(register.address("reveal_number", party, party.identifiers.get().pk), {"reason": reason})


def test_it_is_shown_once_and_kept_who_saw_it_and_why(client: Client) -> None:
    party = register.person()
    register.numbered(party)
    user = register.signed_in(client)
    response = reveal(client, f"  {REASON}\n")
    assert response.status_code == 200
    assert IN_FULL in register.shown(response)
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert page.count(IN_FULL) == 1  # not in the title, a link or a form
    seen = AccessLog.objects.get()
    assert (seen.user, seen.action, seen.object_id, seen.reason) == (user, "reveal", str(party.pk), REASON)
    event = party.events.get()
    assert (event.kind, event.actor, event.what) == ("revealed", user, "")
    again = client.get(party.get_absolute_url())
    assert IN_FULL not in register.shown(again)
    assert "Rijksregisternummer volledig gelezen" in register.shown(again)


def test_looking_at_the_question_shows_nothing(client: Client) -> None:
    party = register.person()
    identifier = register.numbered(party)
    register.signed_in(client)
    address = register.address("reveal_number", party, identifier.pk)
    assert "85073003328" not in address
    page = client.get(address + "?reason=zomaar+even+kijken")
    assert IN_FULL not in page.content.decode()
    assert list(AccessLog.objects.values_list("action", flat=True)) == ["view"]


@pytest.mark.parametrize("reason", ["", "   ", "attest", "ik kijk", "a b c"])
def test_without_a_reason_in_words_nothing_is_shown(client: Client, reason: str) -> None:
    party = register.person()
    register.numbered(party)
    register.signed_in(client)
    response = reveal(client, reason)
    assert response.status_code == 422
    assert IN_FULL not in response.content.decode()
    assert not AccessLog.objects.exists()
    assert not party.events.exists()


def test_a_company_number_needs_no_revealing(client: Client) -> None:
    party = register.organisation()
    identifier = register.numbered(party, register.OfficialNumber("kbo", "0403019261"))  # type: ignore[arg-type]
    register.signed_in(client)
    assert client.post(register.address("reveal_number", party, identifier.pk), {"reason": REASON}).status_code == 404


def test_the_right_alone_is_not_enough(client: Client) -> None:
    """Who may not see the register may not look at its numbers either."""
    party = register.person()
    identifier = register.numbered(party)
    user = register.town.staff("los", "parties.reveal_national_number")
    client.force_login(user)
    assert client.post(register.address("reveal_number", party, identifier.pk), {"reason": REASON}).status_code == 404


# --- Keys ------------------------------------------------------------------------------------------------------------


def test_a_key_is_replaced_while_the_page_works(client: Client, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    party = register.person()
    register.numbered(party)
    register.signed_in(client)
    for keys in ([NEW, OLD], [NEW]):
        settings.ENCRYPTION_KEYS = keys
        assert IN_FULL in register.shown(reveal(client))
        if len(keys) == 2:
            call_command("rotate_keys")


def test_a_lost_key_is_said_and_the_rest_of_the_page_works(client: Client, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    party = register.person()
    register.numbered(party)
    settings.ENCRYPTION_KEYS = [NEW]
    register.signed_in(client)
    page = client.get(party.get_absolute_url())
    said = register.shown(page)
    assert page.status_code == 200
    assert "(niet leesbaar: de sleutel ontbreekt)" in said
    assert register.EMAIL in said
    assert "/tonen/" not in page.content.decode()
    response = reveal(client)
    assert response.status_code == 422
    assert "de sleutel ontbreekt" in register.shown(response)
    assert not AccessLog.objects.filter(action="reveal").exists()  # nobody saw anything
    given = {"version": "1", "name": "Fatima Claes", "kind": "person", "language": "nl", "reason": "new"}
    assert client.post(register.address("core_data", party), given).status_code == 302
    settings.ENCRYPTION_KEYS = [OLD]  # found again
    assert IN_FULL in register.shown(reveal(client))


def test_the_action_refuses_what_cannot_be_read(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    identifier = register.numbered(register.person())
    settings.ENCRYPTION_KEYS = [NEW]
    identifier.refresh_from_db()
    with pytest.raises(actions.Refused):
        actions.reveal_national_number(
            identifier=identifier, reason=REASON, user=register.member("onthaal"), at=register.AT
        )
