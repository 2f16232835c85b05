"""Whoever calls is found: by name, phone, e-mail, number or address, and by what people make of a name."""

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import User
from parties import finding_upkeep
from parties.finding import Found, find
from parties.models import Address, ContactPoint, Identifier, Party, SearchWord, WordKey
from parties.numbers import read_kbo, read_national_number, read_vcode
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def nele() -> User:
    return town.staff("nele", "parties.view_party", "dossiers.view_dossier", "dossiers.view_all_dossiers")


@pytest.fixture
def secretary() -> User:
    return town.staff("rik", "parties.view_party", "parties.reveal_national_number")


def person(
    name: str, *, email: str = "", phone: str = "", address: tuple[str, str] | None = None, **more: Any
) -> Party:
    party = Party.objects.create(name=name, **more)
    for kind, value in (("email", email), ("phone", phone)):
        if value:
            ContactPoint.objects.create(party=party, kind=kind, value=value, as_given=value)
    if address:
        live_at(party, *address)
    return party


def live_at(party: Party, street: str, number: str, **more: Any) -> Address:
    place = {"postcode": "2640", "town": "Mortsel"}
    return Address.objects.create(party=party, street=street, number=number, **place | more)


def organisation(name: str) -> Party:
    return person(name, kind=Party.Kind.ORGANISATION)


def names(found: list[Found]) -> list[str]:
    return [each.party.name for each in found]


# --- By name ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Jan Van den Berghe",
        "van den berghe",
        "vandenberghe",
        "Vanden Berghe",
        "VAN DEN BERGHE JAN",
        "vandenberghe jan",
        "berghe jan",
        "jan vandenb",
        "  jan   van den ",
        "Ján van dén Berghé",
    ],
)
def test_a_name_in_any_order_and_spelling(nele: User, words: str) -> None:
    jan = person("Jan Van den Berghe")
    person("Jan Peeters")
    person("An Van den Broeck")
    assert find(words, user=nele)[0] == Found(jan)


@pytest.mark.parametrize(
    "words", ["vandenberge", "van den berge", "vandeberghe", "Vandenbergeh Jan", "jan vandenbreghe"]
)
def test_a_slip_says_what_it_resembles(nele: User, words: str) -> None:
    jan = person("Jan Van den Berghe")
    person("Jan Peeters")
    first = find(words, user=nele)[0]
    assert first.party == jan
    assert first.why.startswith("lijkt op: ")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("klaas", "An Claes"),
        ("an klaas", "An Claes"),
        ("dhont", "Els D'Hondt"),
        ("kuipers", "Luc Cuypers"),
        ("peters tijs", "Thijs Peeters"),
        ("de klerk", "Bart De Clercq"),
        ("jansens", "Tom Janssens"),
        ("marieclaire peeters", "Marie-Claire Peeters"),
        ("marie claire", "Marie-Claire Peeters"),
        ("lukasz", "Łukasz Nowak"),
        ("soren", "Søren Weiß"),
        ("weiss", "Søren Weiß"),
        ("o'neill", "Sean O’Neill"),
        ("peeters ben", "Ben Peeters"),
        ("ben pe", "Ben Peeters"),
    ],
)
def test_names_as_one_hears_or_types_them(nele: User, words: str, name: str) -> None:
    wanted = person(name)
    person("Iemand Anders")
    assert [each.party for each in find(words, user=nele)] == [wanted]


@pytest.mark.parametrize("words", ["ksa", "KSA vzw", "v.z.w. k.s.a. mortsel", "mortsel ksa", "ksa mort"])
def test_the_words_of_associations_weigh_little(nele: User, words: str) -> None:
    ksa = organisation("KSA Mortsel vzw")
    organisation("Chiro Edegem vzw")
    assert [each.party for each in find(words, user=nele)] == [ksa]


def test_who_is_spelled_so_comes_before_who_resembles(nele: User) -> None:
    peeters, peters = person("Jan Peeters"), person("Jan Peters")
    assert find("jan peters", user=nele) == [Found(peters), Found(peeters, "lijkt op: Peeters")]


def test_a_whole_name_comes_before_a_longer_one(nele: User) -> None:
    person("Jan Peetermans")
    jan = person("Jan Peeter")
    assert names(find("peeter", user=nele)) == ["Jan Peeter", "Jan Peetermans"]
    assert find("peeter jan", user=nele)[0].party == jan


@pytest.mark.parametrize("words", ["", "ja", " j ", "%", "___", "'; DROP TABLE", "\\", "🙂🙂🙂", "12 12 12", "x" * 500])
def test_what_says_too_little_finds_nobody(nele: User, words: str) -> None:
    person("Jan Peeters")
    assert find(words, user=nele) == []


def test_only_persons_or_only_organisations(nele: User) -> None:
    jan = person("Mortsel Jan", address=("Statielei", "12"))
    ksa = organisation("KSA Mortsel")
    assert [each.party for each in find("mortsel", user=nele, kind="person")] == [jan]
    assert [each.party for each in find("mortsel", user=nele, kind="organisation")] == [ksa]
    assert find("statielei", user=nele, kind="organisation") == []


def test_without_the_right_nobody_is_found() -> None:
    person("Jan Peeters", email="jan@example.org")
    stranger = town.staff("zoe")
    assert find("jan peeters", user=stranger) == find("jan@example.org", user=stranger) == []


# --- By what is theirs alone, or nearly -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "03 444 17 17",
        "03/444.17.17",
        "+32 3 444 17 17",
        "0032 3 444 17 17",
        "034441717",
        "+32 (0)3 444 17 17",
        "03 444 1",
    ],
)
def test_a_phone_number_in_any_notation(nele: User, words: str) -> None:
    jan = person("Jan Peeters", phone="+3234441717")
    person("An Claes", phone="+3234551717")
    assert find(words, user=nele) == [Found(jan, "Telefoonnummer 03 444 17 17")]


def test_a_family_shares_a_number(nele: User) -> None:
    family = {person(name, phone="+3234441717") for name in ("Jan Peeters", "An Peeters")}
    assert {each.party for each in find("03 444 17 17", user=nele)} == family


def test_a_number_that_is_no_longer_used_says_so_and_comes_last(nele: User) -> None:
    before = person("Jan Peeters", phone="+3234441717")
    ContactPoint.objects.update(ended_at=AT)
    now = person("An Claes", phone="+3234441717")
    found = find("03 444 17 17", user=nele)
    assert [each.party for each in found] == [now, before]
    assert found[1].why == "Telefoonnummer 03 444 17 17 (niet meer in gebruik)"


@pytest.mark.parametrize("words", ["Fatima@Example.org", "fatima@ex"])
def test_an_email_address_or_its_beginning(nele: User, words: str) -> None:
    fatima = person("Fatima El Amrani", email="fatima@example.org")
    person("Fatima Ander", email="ander@example.org")
    assert find(words, user=nele) == [Found(fatima, "E-mailadres fatima@example.org")]


@pytest.mark.parametrize("words", ["0403.019.261", "403019261", "BE 0403 019 261", "v0012345", "V 001 2345"])
def test_an_official_number(nele: User, words: str) -> None:
    kwb = organisation("KWB Mortsel")
    Identifier.holding(read_kbo("0403.019.261"), party=kwb).save()
    Identifier.holding(read_vcode("V0012345"), party=kwb).save()
    found = find(words, user=nele)
    assert [each.party for each in found] == [kwb]
    assert found[0].why in {"Ondernemingsnummer 0403.019.261", "Verenigingsnummer V0012345"}


def test_a_national_number_only_with_the_right_and_where_it_leaves_no_trace(nele: User, secretary: User) -> None:
    fatima = person("Fatima El Amrani")
    Identifier.holding(read_national_number("85.07.30-033.28"), party=fatima, legal_basis="Wet").save()
    for words in ("85.07.30-033.28", "85073003328"):
        assert find(words, user=secretary) == []
        assert find(words, user=nele, with_national_number=True) == []
        found = find(words, user=secretary, with_national_number=True)
        assert found == [Found(fatima, "Rijksregisternummer 85.07.••-•••.••")]


@pytest.mark.parametrize("written", ["{}", "mel 2026 1", "MEL-2026-1"])
def test_the_number_of_a_dossier_leads_to_whom_it_is_for(nele: User, written: str) -> None:
    dossier = town.report().dossier
    found = find(written.format(dossier.number.lower()), user=nele)
    assert found == [Found(dossier.initiator, f"dossier {dossier.number}")]


def test_a_dossier_of_another_team_leads_nowhere() -> None:
    dossier = town.report().dossier
    assert find(dossier.number, user=town.staff("mo", "parties.view_party", "dossiers.view_dossier")) == []


# --- By address -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["Statielei 12", "statielei 12 mortsel", "12 statielei", "statielei 2640", "peeters statielei"]
)
def test_an_address(nele: User, words: str) -> None:
    jan = person("Jan Peeters", address=("Statielei", "12"))
    person("An Claes", address=("Kerkstraat", "12"))
    assert [each.party for each in find(words, user=nele)] == [jan]


def test_an_address_says_that_somebody_lives_there(nele: User) -> None:
    jan = person("Jan Peeters", address=("Statielei", "12"))
    assert find("statielei 12", user=nele) == [Found(jan, "Woont op Statielei 12")]


def test_a_street_with_a_slip(nele: User) -> None:
    jan = person("Jan Peeters", address=("Sint-Benedictusstraat", "3"))
    assert find("benedictusstraat 3", user=nele)[0].party == jan
    assert find("sint benediktusstraat 3", user=nele) == [
        Found(jan, "Woont op Sint-Benedictusstraat 3 (lijkt op: Sintbenedictusstraat)")
    ]


def test_where_somebody_lived_says_that_it_was_once(nele: User) -> None:
    jan = person("Jan Peeters")
    live_at(jan, "Statielei", "12", until=date(2020, 1, 1))
    assert find("statielei 12", user=nele) == [Found(jan, "Vroeger op Statielei 12")]


def test_a_name_comes_before_a_street(nele: User) -> None:
    other = person("An Claes", address=("Jan Peetersstraat", "1"))
    jan = person("Jan Peeters")
    assert [each.party for each in find("jan", user=nele)] == [jan, other]


# --- Who is no longer there -------------------------------------------------------------------------------------------


def test_a_merged_party_leads_to_the_one_that_remains(nele: User) -> None:
    kept = person("Jan Peeters")
    between = person("Johannes Peeters", merged_into=kept)
    person("Jef Pieters", phone="+3234441717", merged_into=between)
    assert find("jef pieters", user=nele)[0] == Found(kept, "samengevoegd: Jef Pieters")
    assert find("03 444 17 17", user=nele) == [Found(kept, "samengevoegd: Jef Pieters, Telefoonnummer 03 444 17 17")]
    assert names(find("peeters", user=nele)) == ["Jan Peeters"]


# --- Kept by the database ---------------------------------------------------------------------------------------------


def test_however_a_party_was_saved_it_is_found(nele: User) -> None:
    Party.objects.bulk_create([Party(name="Jan Peeters"), Party(name="An Claes", kind="person")])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE parties_party SET name = 'Els Maes' WHERE name = 'Jan Peeters'")
    assert names(find("els maes", user=nele)) == ["Els Maes"]
    assert find("jan peeters", user=nele) == []
    Party.objects.filter(name="An Claes").update(name="An Wouters", kind="organisation")
    assert names(find("wouters", user=nele, kind="organisation")) == ["An Wouters"]
    assert find("claes", user=nele) == []


def test_an_address_that_changes_or_goes_is_followed(nele: User) -> None:
    jan = person("Jan Peeters", address=("Statielei", "12"))
    Address.objects.update(street="Kerkstraat")
    assert find("statielei", user=nele) == []
    assert [each.party for each in find("kerkstraat 12", user=nele)] == [jan]
    Address.objects.all().delete()
    assert find("kerkstraat", user=nele) == []
    Party.objects.all().delete()
    assert not SearchWord.objects.exists()


def test_somebody_else_who_changes_leaves_the_words_alone(nele: User) -> None:
    jan = person("Jan Peeters")
    before = set(SearchWord.objects.values_list("pk", flat=True))
    Party.objects.filter(pk=jan.pk).update(language="fr")
    assert set(SearchWord.objects.values_list("pk", flat=True)) == before


def test_at_night_what_is_missing_is_taken_up_and_what_nobody_bears_is_forgotten(nele: User) -> None:
    jan = person("Jan Vandenberghe", address=("Statielei", "12"))
    SearchWord.objects.all().delete()
    WordKey.objects.all().delete()
    assert find("vandenberghe", user=nele) == []
    finding_upkeep.tidy()
    assert [each.party for each in find("vandenberge", user=nele)] == [jan]
    assert [each.party for each in find("statielei 12", user=nele)] == [jan]
    Party.objects.update(name="")
    Address.objects.all().delete()
    assert WordKey.objects.exists()
    finding_upkeep.tidy()
    assert not WordKey.objects.exists()


def test_whoever_was_there_before_the_migration_is_found(nele: User) -> None:
    jan = person("Jan Vandenberghe", address=("Statielei", "12"))
    person("")
    SearchWord.objects.all().delete()
    WordKey.objects.all().delete()
    migration = import_module("parties.migrations.0008_take_up_names")
    migration.take_up(apps, None)
    for words in ("vandenberghe jan", "vandenberge", "statielei 12"):
        assert [each.party for each in find(words, user=nele)] == [jan]


def test_finding_asks_no_more_questions_when_more_is_found(nele: User) -> None:
    person("Jan Peeters", address=("Statielei", "12"))
    find("jan peeters", user=nele)  # the rights of the user are read once

    def questions(words: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            find(words, user=nele)
        return len(queries)

    few = questions("jan peeters")
    for number in range(40):
        person(f"Jan Peeters {number}", address=("Statielei", str(number)))
    assert questions("jan peeters") <= few
    assert questions("statielei") <= 10
