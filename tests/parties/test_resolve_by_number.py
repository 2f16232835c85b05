"""Who is this, when there is an official number, a proven identity or a date of birth."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core.actors import Actor
from parties.actions import Resolution, is_representative, resolve, verify
from parties.models import ContactPoint, Identifier, Party, Representation
from parties.numbers import OfficialNumber, Scheme, read_kbo, read_national_number, read_vcode
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
EMAIL = "jan@mortsel.example"
NUMBER = read_national_number("85073003328")
OTHER = read_national_number("98472899765")
BASIS = "Besluit van 1 januari 2026"


def come_in(name: str = "Jan Peeters", **known: Any) -> Resolution:
    return resolve(name=name, by=Actor.citizen(), at=AT, legal_basis=BASIS, **known)


def test_a_new_number_registers_its_owner() -> None:
    found = come_in(email=EMAIL, number=NUMBER)
    assert found.match == "new"
    identifier = Identifier.objects.get()
    assert (identifier.party, identifier.number, identifier.legal_basis) == (found.party, NUMBER, BASIS)
    assert (identifier.recorded_at, identifier.verified_how) == (AT, "")
    assert (identifier.value, str(identifier)) == ("", "85.07.••-•••.••")
    assert found.party.birth_date is None  # nobody asked for it


def test_a_known_number_finds_its_owner_under_another_name_and_address() -> None:
    first = come_in(email=EMAIL, number=NUMBER)
    again = come_in("Jan P.", email="jan@elders.example", number=NUMBER)
    assert again == Resolution(first.party, "number")
    assert Party.objects.count() == 1
    assert ContactPoint.objects.count() == 1  # what was found is not changed


def test_the_number_goes_before_name_and_address() -> None:
    with_number = come_in("Jan Peeters", number=NUMBER)
    by_name = come_in("Jan Peeters", email=EMAIL)
    assert with_number.party != by_name.party
    assert come_in("Jan Peeters", email=EMAIL, number=NUMBER) == Resolution(with_number.party, "number")


def test_a_number_that_is_new_is_never_hung_on_who_merely_has_the_name() -> None:
    """Anyone can type somebody's name and address: their own number must not end on that record."""
    known = come_in(email=EMAIL)
    other = come_in(email=EMAIL, number=NUMBER)
    assert other.match == "new"
    assert other.party != known.party
    assert not known.party.identifiers.exists()
    assert come_in(email=EMAIL) == Resolution(known.party, "name_and_contact")


def test_a_differing_number_forbids_a_match_by_name() -> None:
    first, second = come_in(email=EMAIL, number=NUMBER), come_in(email=EMAIL, number=OTHER)
    assert first.party != second.party
    assert second.match == "new"


@pytest.mark.parametrize(
    ("registered", "given", "same"),
    [
        (date(1985, 7, 30), date(1985, 7, 30), True),
        (date(1985, 7, 30), date(1985, 7, 31), False),
        (None, date(1985, 7, 31), True),
        (date(1985, 7, 30), None, True),
    ],
)
def test_a_differing_date_of_birth_forbids_a_match_by_name(
    registered: date | None, given: date | None, same: bool
) -> None:
    first, second = come_in(email=EMAIL, birth_date=registered), come_in(email=EMAIL, birth_date=given)
    assert (first.party == second.party) is same
    assert first.party.birth_date == registered
    assert come_in(email=EMAIL).party == first.party


def test_a_proven_identity_goes_before_everything() -> None:
    jan, an = come_in(email=EMAIL, number=NUMBER).party, come_in("An Claes", email="an@example.org").party
    assert come_in(email=EMAIL, proven=an) == Resolution(an, "proven")
    assert come_in(email=EMAIL, proven=jan, number=NUMBER) == Resolution(jan, "proven")


def test_the_number_of_a_proven_person_is_recorded_once() -> None:
    an = come_in("An Claes").party
    come_in("An Claes", proven=an, number=NUMBER)
    come_in("An Claes", proven=an, number=OTHER)  # a slip: she has another one
    assert [identifier.number for identifier in an.identifiers.all()] == [NUMBER]


def test_a_proven_person_does_not_get_the_number_of_another() -> None:
    jan, an = come_in(number=NUMBER).party, come_in("An Claes").party
    assert come_in("An Claes", proven=an, number=NUMBER) == Resolution(an, "proven")
    assert Identifier.objects.get().party == jan


@pytest.mark.parametrize("number", [read_kbo("0403019261"), read_vcode("V0012345")])
def test_an_organisation_is_found_by_its_number(number: OfficialNumber) -> None:
    first = come_in("KWB Mortsel", kind=Party.Kind.ORGANISATION, number=number)
    assert first.party.kind == "organisation"
    assert come_in("K.W.B.", kind=Party.Kind.ORGANISATION, number=number) == Resolution(first.party, "number")
    identifier = Identifier.objects.get()
    assert (identifier.value, identifier.secret, identifier.lookup) == (number.value, None, number.value)


def test_an_organisation_without_a_number_is_known_by_name_and_contact() -> None:
    first = come_in("KWB Mortsel", kind=Party.Kind.ORGANISATION, email=EMAIL)
    again = come_in("kwb mortsel", kind=Party.Kind.ORGANISATION, email=EMAIL)
    assert again == Resolution(first.party, "name_and_contact")


def test_a_person_is_never_an_organisation_of_that_name() -> None:
    person = come_in("De Linde", email=EMAIL)
    organisation = come_in("De Linde", kind=Party.Kind.ORGANISATION, email=EMAIL)
    assert person.party != organisation.party
    assert organisation.match == "new"


# --- The database -----------------------------------------------------------------------------------------------------


def test_a_number_is_nobody_elses() -> None:
    come_in(number=NUMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Identifier.holding(NUMBER, party=come_in("An").party, legal_basis=BASIS).save()


@pytest.mark.parametrize(
    "wrong",
    [
        {"scheme": "bsn", "value": "1"},
        {"scheme": "kbo", "value": ""},
        {"scheme": "kbo", "value": "0403019261", "secret": "0403019261"},
        {"scheme": "national_number", "value": "85073003328", "legal_basis": BASIS},
        {"scheme": "national_number", "secret": "85073003328", "legal_basis": ""},
        {"scheme": "national_number", "secret": "85073003328", "legal_basis": BASIS, "lookup": ""},
        {"scheme": "kbo", "value": "0403019261", "verified_how": "document"},
        {"scheme": "kbo", "value": "0403019261", "verified_at": AT},
    ],
)
def test_the_database_refuses_a_wrong_number(wrong: dict[str, Any]) -> None:
    party = come_in().party
    with pytest.raises(IntegrityError), transaction.atomic():
        Identifier.objects.create(**{"party": party, "lookup": "x"} | wrong)


def test_only_a_person_has_a_date_of_birth() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Party.objects.create(kind="organisation", name="KWB", birth_date=date(1985, 7, 30))


def test_a_party_does_not_go_while_it_has_a_number() -> None:
    party = come_in(number=NUMBER).party
    with pytest.raises(ProtectedError):
        party.delete()


def test_who_verified_a_number_first_is_remembered() -> None:
    come_in(number=NUMBER)
    identifier = Identifier.objects.get()
    assert Identifier.objects.of(NUMBER).get() == identifier
    an, piet = town.clerk(), town.clerk("piet")
    verify(identifier=identifier, how=Identifier.Verified.DOCUMENT, by=Actor.staff(an), at=AT)
    verify(identifier=identifier, how=Identifier.Verified.REGISTER, by=Actor.staff(piet), at=AT + timedelta(days=1))
    identifier.refresh_from_db()
    assert (identifier.verified_how, identifier.verified_by, identifier.verified_at) == ("document", an, AT)


# --- Representation ---------------------------------------------------------------------------------------------------


@pytest.fixture
def kwb() -> Party:
    return come_in("KWB", kind=Party.Kind.ORGANISATION).party


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_somebody_represents_from_the_first_day_to_the_last(kwb: Party, day: date, may: bool) -> None:
    jan = come_in().party
    Representation.objects.create(
        person=jan, organisation=kwb, role="voorzitter", since=date(2026, 1, 1), until=date(2026, 12, 31)
    )
    assert is_representative(person=jan, organisation=kwb, day=day) is may
    assert not is_representative(person=kwb, organisation=jan, day=day)


@pytest.mark.parametrize(
    "wrong", [{"until": date(2025, 12, 31)}, {"role": ""}, {"person": None}, {"since": None}], ids=str
)
def test_the_database_refuses_a_wrong_representation(kwb: Party, wrong: dict[str, Any]) -> None:
    fields = {"person": come_in().party, "organisation": kwb, "role": "voorzitter", "since": date(2026, 1, 1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Representation.objects.create(**fields | wrong)


def test_nobody_represents_themselves(kwb: Party) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Representation.objects.create(person=kwb, organisation=kwb, role="zelf", since=date(2026, 1, 1))


def test_scheme_names_are_kept() -> None:
    """Rows hold them."""
    assert set(Scheme.values) == {"national_number", "kbo", "vcode"}
