"""Where somebody lives: a move, a correction, an address that was never right."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from parties import actions
from parties.models import Address, Party
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]

STREET = {"kind": "home", "street": "Statielei", "number": "12", "postcode": "2640", "town": "Mortsel"}
MAY, JUNE = "2026-05-01", "2026-06-01"


def add(client: Client, party: Party, **data: str) -> Any:
    given = {"version": str(register.version(party)), "since": MAY} | STREET | data
    return client.post(register.address("add_address", party), given)


def correct(client: Client, address: Address, **data: str) -> Any:
    party = address.party
    given = {"version": str(register.version(party)), "since": MAY, "reason": "slip"} | STREET | data
    return client.post(register.address("address", party, address.pk), given)


def test_a_first_address(client: Client) -> None:
    party, user = register.person(), register.signed_in(client)
    add(client, party, box="3")
    address = party.addresses.get()
    assert (str(address), address.since, address.recorded_by) == (
        "Statielei 12 bus 3, 2640 Mortsel", date(2026, 5, 1), user,
    )  # fmt: skip
    assert register.kinds(party) == ["address"]
    assert "Statielei" not in party.events.get().what


def test_who_moves_lives_there_no_longer(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    add(client, party)
    add(client, party, kind="post", street="Postbus 7")
    add(client, party, street="Eggestraat", since=JUNE)
    lived = {address.street: address.until for address in party.addresses.all()}
    assert lived == {"Statielei": date(2026, 5, 31), "Postbus 7": None, "Eggestraat": None}
    said = register.shown(client.get(party.get_absolute_url()))
    assert "1 vroeger adres" in said
    assert [a.street for a in party.addresses.on(date(2026, 5, 31)).filter(kind="home")] == ["Statielei"]


def test_two_addresses_from_one_day_are_no_reason_to_stumble(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    add(client, party)
    assert add(client, party, street="Eggestraat").status_code == 302
    assert party.addresses.get(street="Statielei").until == date(2026, 5, 1)


def test_an_address_put_right(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    add(client, party)
    address = party.addresses.get()
    correct(client, address, number="21", until="2026-12-31", reason="rectification")
    address.refresh_from_db()
    assert (address.number, address.until) == ("21", date(2026, 12, 31))
    event = party.events.last()
    assert (event.what, event.reason) == ("huisnummer, tot en met", "rectification")


def test_an_address_that_was_never_right_goes(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    add(client, party)
    remove = register.address("remove_address", party, party.addresses.get().pk)
    assert client.get(remove).status_code == 200
    assert party.addresses.exists()
    client.post(remove, {"version": str(register.version(party)), "reason": "slip"})
    assert not party.addresses.exists()
    assert register.kinds(party) == ["address", "address"]


@pytest.mark.parametrize(
    ("field", "words"),
    [("street", "Vul de straat in."), ("postcode", "Vul de postcode in."), ("town", "Vul de gemeente")],
)
def test_an_address_leads_somewhere(client: Client, field: str, words: str) -> None:
    party = register.person()
    register.signed_in(client)
    response = add(client, party, **{field: " "})
    assert response.status_code == 422
    assert words in register.shown(response)
    assert 'value="12"' in response.content.decode()
    assert not party.addresses.exists()


def test_an_address_does_not_end_before_it_begins(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    add(client, party)
    response = correct(client, party.addresses.get(), until="2026-04-30")
    assert response.status_code == 422
    assert "De laatste dag ligt voor de eerste" in register.shown(response)
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.update(until=date(2026, 4, 30))


def test_the_second_clerk_reads_who_was_first(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    add(client, party)
    response = add(client, party, version="1", street="Eggestraat")
    assert response.status_code == 409
    assert "Adres gewijzigd" in register.shown(response)
    assert 'value="Eggestraat"' in response.content.decode()
    assert party.addresses.count() == 1


def test_an_address_that_a_colleague_removed_meanwhile() -> None:
    party, by = register.person(), register.clerk()
    address = actions.add_address(party=party, expected_version=1, given=STREET, by=by, at=register.AT)
    actions.remove_address(address=address, expected_version=2, by=by, at=register.AT)
    with pytest.raises(actions.Refused, match="staat hier niet meer"):
        actions.remove_address(
            address=Address(pk=address.pk or 1, party=party), expected_version=3, by=by, at=register.AT
        )
