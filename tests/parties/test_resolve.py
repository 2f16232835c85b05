from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core.actors import Actor
from core.models import User
from parties.actions import Anonymous, Resolution, resolve, resolving
from parties.models import ContactPoint, Party
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
EMAIL = "jan@mortsel.example"
PHONE = "0470 12 34 56"


def come_in(name: str = "Jan Peeters", **contact: str) -> Resolution:
    return resolve(name=name, by=Actor.citizen(), at=AT, **contact)


def held_by(party: Party) -> list[tuple[str, str, str]]:
    return list(party.contact_points.order_by("pk").values_list("kind", "value", "as_given"))


# --- New --------------------------------------------------------------------------------------------------------------


def test_somebody_new_is_registered_with_everything_given():
    resolution = come_in("  Jan   Peeters ", email=" Jan@Mortsel.example ", phone=PHONE)
    assert resolution.match == "new"
    party = Party.objects.get()
    assert resolution.party == party
    assert (party.kind, party.name, party.language, party.created_at) == ("person", "Jan Peeters", "nl", AT)
    assert held_by(party) == [
        ("email", "jan@mortsel.example", "Jan@Mortsel.example"),
        ("phone", "+32470123456", "0470 12 34 56"),
    ]
    assert set(party.contact_points.values_list("created_at", flat=True)) == {AT}


def test_one_address_may_belong_to_several_people():
    jan, an = come_in("Jan Peeters", email=EMAIL), come_in("An Claes", email=EMAIL)
    assert (jan.match, an.match) == ("new", "new")
    assert jan.party != an.party
    assert ContactPoint.objects.filter(value=EMAIL).count() == 2


def test_one_name_at_two_addresses_is_two_people():
    assert come_in(email=EMAIL).party != come_in(email="jan@elders.example").party


def test_without_address_or_number_nobody_is_recognised():
    assert come_in().party != come_in().party
    assert Party.objects.count() == 2
    assert not ContactPoint.objects.exists()


def test_without_a_name_nobody_is_recognised():
    first, second = come_in("", email=EMAIL), come_in("?", email=EMAIL)
    assert (first.match, second.match) == ("new", "new")
    assert first.party != second.party


def test_a_number_that_cannot_exist_is_not_registered():
    assert held_by(come_in(email=EMAIL, phone="12").party) == [("email", EMAIL, EMAIL)]


# --- Known ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        {"name": "jan PEETERS", "email": "JAN@mortsel.example"},
        {"name": "Jan-Peeters", "email": f" {EMAIL}"},
        {"name": "Ján Peeters", "email": EMAIL, "phone": "03 444 17 17"},
    ],
)
def test_the_same_name_and_address_attach_to_the_same_party(again):
    first = come_in(email=EMAIL)
    second = come_in(**again)
    assert second == Resolution(first.party, "name_and_contact")
    assert Party.objects.count() == 1


@pytest.mark.parametrize("number", ["0470/12.34.56", "+32 470 12 34 56"])
def test_without_address_the_number_decides(number):
    first = come_in(phone=PHONE)
    assert come_in(phone=number) == Resolution(first.party, "name_and_contact")
    assert come_in("An Claes", phone=number).party != first.party


def test_a_number_given_beside_the_address_recognises_its_party_later():
    first = come_in(email=EMAIL, phone=PHONE)
    assert come_in(phone=PHONE) == Resolution(first.party, "name_and_contact")


def test_when_there_is_an_address_the_number_does_not_decide():
    """Father and son of the same name at one land line, each with an address of his own."""
    father = come_in(email=EMAIL, phone=PHONE)
    son = come_in(email="zoon@mortsel.example", phone=PHONE)
    assert son.match == "new"
    assert held_by(son.party)[1] == ("phone", "+32470123456", PHONE)
    assert come_in(phone=PHONE).party == father.party


def test_a_match_leaves_the_known_party_as_it_is():
    first = come_in(email=EMAIL)
    before = Party.objects.values().get(), ContactPoint.objects.values().get()
    resolve(
        name="JAN PEETERS", email=EMAIL.upper(), phone=PHONE, by=Actor.citizen(), at=datetime(2027, 1, 4, tzinfo=UTC)
    )
    assert (Party.objects.values().get(), ContactPoint.objects.values().get()) == before
    assert held_by(first.party) == [("email", EMAIL, EMAIL)]


def test_who_is_a_moment_late_gets_the_party_of_who_was_first(monkeypatch):
    """Both looked before either had registered: the unique key stops the second, who then looks again."""
    first = come_in(email=EMAIL, phone=PHONE)
    look, looks = resolving._known, []

    def too_early(key: str | None) -> Party | None:
        looks.append(key)
        return None if len(looks) == 1 else look(key)

    monkeypatch.setattr(resolving, "_known", too_early)
    assert come_in(email=EMAIL) == Resolution(first.party, "name_and_contact")
    assert len(looks) == 2
    assert (Party.objects.count(), ContactPoint.objects.count()) == (1, 2)


# --- Refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"email": "  "}, {"phone": "12"}])
def test_nothing_to_know_somebody_by_is_refused(given):
    with pytest.raises(Anonymous):
        come_in("  ", **given)
    assert not Party.objects.exists()


def test_a_refusal_by_the_database_that_is_no_race_reaches_the_caller(monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> Party:
        raise IntegrityError("a rule of the database")

    monkeypatch.setattr(resolving, "_register", refuse)
    with pytest.raises(IntegrityError, match="a rule of the database"):
        come_in(email=EMAIL)


# --- The register -----------------------------------------------------------------------------------------------------


def test_a_party_does_not_go_while_something_points_to_it():
    party = come_in(email=EMAIL).party
    with pytest.raises(ProtectedError):
        party.delete()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "fax", "value": "+3234441717"},
        {"kind": "phone", "value": ""},
        {"kind": "email", "value": EMAIL},
    ],
    ids=["unknown kind", "empty value", "held already"],
)
def test_the_database_refuses_a_wrong_contact_point(wrong):
    party = come_in(email=EMAIL).party
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.create(party=party, **wrong)


def test_only_staff_with_the_right_see_parties():
    come_in(email=EMAIL)
    reader = town.staff("lezer", "parties.view_party")
    nobody = User.objects.create_user("niemand")
    assert Party.objects.visible_to(reader).count() == 1
    assert Party.objects.visible_to(nobody).count() == 0
    reader.is_active = False
    assert Party.objects.visible_to(reader).count() == 0


def test_an_address_that_grows_too_long_in_lower_case_is_left_out() -> None:
    email = "İ" * 240 + "@example.org"
    party = resolve(name="Deniz", email=email, phone="0470 12 34 56", by=Actor.citizen(), at=AT).party
    assert [point.kind for point in party.contact_points.all()] == ["phone"]
