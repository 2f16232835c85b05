"""Official numbers in the register: read by python-stdnum, of one party only, put right and checked."""

from typing import Any

import pytest
from django.test import Client

from parties import actions
from parties.models import Identifier, Party
from parties.numbers import Scheme, read_kbo, read_vcode
from tests.parties import register

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NUMBER = "85.07.30-033.28"
KBO = read_kbo("0403.019.261")
OTHER_KBO = read_kbo("0123.456.749")
VCODE = read_vcode("V0012345")


def add(client: Client, party: Party, **data: str) -> Any:
    given = {"version": str(register.version(party)), "legal_basis": register.BASIS, "verified_how": ""}
    return client.post(register.address("add_number", party), given | data)


def test_a_national_number_is_kept_as_everywhere_else(client: Client) -> None:
    party = register.person()
    register.signed_in(client)
    add(client, party, number=NUMBER)
    identifier = party.identifiers.get()
    assert (identifier.number, identifier.value, identifier.legal_basis) == (register.NUMBER, "", register.BASIS)
    assert identifier.verified_how == ""
    assert register.kinds(party) == ["number"]
    assert "85" not in party.events.get().what


def test_a_number_that_was_checked_says_by_whom(client: Client) -> None:
    party, user = register.person(), register.signed_in(client)
    add(client, party, number=NUMBER, verified_how="document")
    identifier = party.identifiers.get()
    assert (identifier.verified_how, identifier.verified_by) == ("document", user)


def test_an_organisation_has_a_company_number_and_an_association_number(client: Client) -> None:
    party = register.organisation()
    register.signed_in(client)
    add(client, party, scheme="kbo", number="BE 403.019.261")
    add(client, party, number="v0012345")  # one kind is left, so it is not asked
    assert {str(identifier) for identifier in party.identifiers.all()} == {"0403.019.261", "V0012345"}
    assert "Een officieel nummer" not in register.shown(client.get(party.get_absolute_url()))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"number": ""}, "Vul het nummer in."),
        ({"number": "85.07.30-033.29"}, "Dit rijksregisternummer bestaat niet."),
        ({"number": "12"}, "heeft 11 cijfers"),
        ({"number": NUMBER, "legal_basis": " "}, "Zeg welke wet of machtiging"),
        ({"number": NUMBER, "verified_how": "signed_in"}, "geldige keuze"),
    ],
)
def test_what_is_no_number_is_said_at_its_place(client: Client, data: dict[str, str], words: str) -> None:
    party = register.person()
    register.signed_in(client)
    response = add(client, party, **data)
    assert response.status_code == 422
    assert words in register.shown(response)
    assert not Identifier.objects.exists()


def test_a_number_of_another_party_is_refused_with_a_way_to_look(client: Client) -> None:
    holder, party = register.person("Jan Peeters", "jan@example.org"), register.person()
    register.numbered(holder)
    register.signed_in(client)
    response = add(client, party, number=NUMBER)
    assert response.status_code == 422
    assert "Dit nummer is al van Jan Peeters" in register.shown(response)
    assert f'href="{holder.get_absolute_url()}"' in response.content.decode()
    assert not party.identifiers.exists()
    assert register.version(party) == 1


def test_a_number_of_a_record_that_was_merged_leads_to_the_one_that_is_left(client: Client) -> None:
    old, kept, party = register.person("A", "a@x.be"), register.person("B", "b@x.be"), register.person()
    register.numbered(old)
    Party.objects.filter(pk=old.pk).update(merged_into=kept)
    register.signed_in(client)
    assert f'href="{kept.get_absolute_url()}"' in add(client, party, number=NUMBER).content.decode()


def test_a_number_of_somebody_born_on_another_day(client: Client) -> None:
    party = register.person()
    Party.objects.filter(pk=party.pk).update(birth_date="1985-07-31")
    register.signed_in(client)
    assert "iemand met een andere geboortedatum" in register.shown(add(client, party, number=NUMBER))


def test_each_kind_once_and_where_it_fits() -> None:
    club, by = register.organisation(), register.clerk()
    doing: dict[str, Any] = {"party": club, "by": by, "at": register.AT}
    actions.add_number(number=KBO, expected_version=1, **doing)
    with pytest.raises(actions.Refused, match="Er is al zo'n nummer"):
        actions.add_number(number=OTHER_KBO, expected_version=2, **doing)
    with pytest.raises(actions.Refused, match="past hier niet"):
        actions.add_number(number=register.NUMBER, legal_basis="x", expected_version=2, **doing)
    assert register.version(club) == 2


def test_a_number_put_right_keeps_its_row_and_is_to_be_checked_again(client: Client) -> None:
    party = register.person()
    identifier = register.numbered(party)
    actions.verify(identifier=identifier, how=Identifier.Verified.DOCUMENT, by=register.clerk("ann"), at=register.AT)
    register.signed_in(client)
    address = register.address("number", party, identifier.pk)
    page = client.get(address).content.decode()
    assert "033" not in page  # typed anew, never shown
    given = {"version": "1", "number": "98.47.28-997.65", "legal_basis": register.BASIS, "reason": "rectification"}
    assert client.post(address, given).status_code == 302
    right = party.identifiers.get()
    assert (right.pk, right.number, right.verified_how) == (identifier.pk, register.OTHER_NUMBER, "")
    assert party.events.last().reason == "rectification"


def test_the_legal_basis_alone_can_be_put_right(client: Client) -> None:
    party = register.person()
    identifier = register.numbered(party)
    actions.verify(identifier=identifier, how=Identifier.Verified.DOCUMENT, by=register.clerk("ann"), at=register.AT)
    register.signed_in(client)
    given = {"version": "1", "number": NUMBER, "legal_basis": "Beter besluit", "reason": "slip"}
    client.post(register.address("number", party, identifier.pk), given)
    right = party.identifiers.get()
    assert (right.legal_basis, right.verified_how) == ("Beter besluit", "document")


def test_a_number_put_right_to_that_of_another_is_refused(client: Client) -> None:
    first, second = register.organisation(), register.organisation("Toneelkring", "doek@example.org")
    register.numbered(first, KBO)
    wrong = register.numbered(second, OTHER_KBO)
    register.signed_in(client)
    given = {"version": "1", "number": "0403.019.261", "reason": "slip"}
    response = client.post(register.address("number", second, wrong.pk), given)
    assert "Dit nummer is al van Wandelclub De Vrije Tred" in register.shown(response)
    assert second.identifiers.get().number == OTHER_KBO


def test_a_number_that_was_never_right_goes(client: Client) -> None:
    party = register.organisation()
    identifier = register.numbered(party, VCODE)
    register.signed_in(client)
    address = register.address("remove_number", party, identifier.pk)
    assert client.get(address).status_code == 200
    assert Identifier.objects.exists()
    client.post(address, {"version": "1", "reason": "slip"})
    assert not Identifier.objects.exists()
    assert party.events.get().what == "Verwijderd: Verenigingsnummer"


def test_checked_by_a_clerk(client: Client) -> None:
    party, user = register.organisation(), register.signed_in(client)
    identifier = register.numbered(party, KBO)
    client.post(register.address("verify_number", party, identifier.pk), {"version": "1", "how": "register"})
    identifier.refresh_from_db()
    assert (identifier.verified_how, identifier.verified_by) == ("register", user)
    assert register.kinds(party) == ["verified"]
    assert client.post(register.address("verify_number", party, identifier.pk), {"version": "2"}).status_code == 422


def test_the_first_check_at_the_desk_is_remembered_once() -> None:
    party, by = register.person(), register.clerk()
    identifier = register.numbered(party)
    for _time in range(2):
        actions.verify(identifier=identifier, how=Identifier.Verified.DOCUMENT, by=by, at=register.AT)
    assert register.kinds(party) == ["verified"]


def test_without_its_key_the_rest_can_still_be_kept(client: Client, settings: Any) -> None:
    party = register.person()
    identifier = register.numbered(party)
    settings.ENCRYPTION_KEYS = ["0" * 43 + "="]
    register.signed_in(client)
    given = {"version": "1", "number": NUMBER, "legal_basis": register.BASIS, "reason": "slip"}
    assert client.post(register.address("number", party, identifier.pk), given).status_code == 302
    assert party.identifiers.get(scheme=Scheme.NATIONAL_NUMBER).number == register.NUMBER
