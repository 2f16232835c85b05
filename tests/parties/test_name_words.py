"""Names taken apart: the same in Python and in the database."""

import json

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from parties.name_words import alike, asked, distance, fold, same_word, sound, word_rows

ALPHABET = "abcdeéèëïöøßŁæœÇñ ABVZ'’.-–/&()0127 ıŽ Σσ Жж ت"


@pytest.mark.parametrize(
    ("name", "found_by"),
    [
        ("Jan Van den Berghe", {"jan", "vandenberghe", "denberghe", "berghe"}),
        ("D'Hondt Élise", {"dhondt", "elise"}),
        ("Fatima El Amrani", {"fatima", "elamrani", "amrani"}),
        ("Marie-Claire Peeters", {"marie", "claire", "marieclaire", "peeters"}),
        ("Ben Peeters", {"benpeeters", "peeters"}),
        ("KSA Mortsel v.z.w.", {"ksa", "mortsel", "vzw"}),
        ("Søren Łukasz Weiß", {"soren", "lukasz", "weiss"}),
        ("Van", {"van"}),
        ("", set()),
        ("???", set()),
    ],
)
def test_the_words_of_a_name(name: str, found_by: set[str]) -> None:
    assert {word for word, _rest in word_rows(name)} == found_by


def test_the_other_words_stand_beside_each() -> None:
    rows = dict(word_rows("Jan Van den Berghe"))
    assert rows["berghe"] == " jan van den"
    assert rows["jan"] == " vandenberghe denberghe berghe van den"
    assert (
        dict(word_rows("Sint-Benedictusstraat", "12 3 2640 Mortsel"))["benedictusstraat"] == " sint 12 3 2640 mortsel"
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("berghe van den jan", ["berghe", "vandenjan"]),
        ("Vandenberghe, Jan", ["vandenberghe", "jan"]),
        ("van den berghe jan", ["vandenberghe", "jan"]),
        ("jan van den", ["jan", "vanden"]),
        ("jan peeters-claes", ["jan", "peeters", "claes"]),
        ("KSA Mortsel vzw", ["ksa", "mortsel"]),
        ("vzw", ["vzw"]),
        ("jan jan", ["jan"]),
    ],
)
def test_what_a_search_asks(typed: str, words: list[str]) -> None:
    assert asked(typed) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("claes", "klaas"),
        ("vandenberghe", "vandenberge"),
        ("vandenberghe", "vandeberg"),
        ("janssens", "jansens"),
        ("thijs", "tijs"),
        ("declercq", "deklerk"),
        ("cuypers", "kuipers"),
        ("bosch", "bos"),
        ("vrancken", "franken"),
        ("dhondt", "dhont"),
        ("peeters", "peters"),
        ("goossens", "gosens"),
        ("peeters", "peetres"),
    ],
)
def test_words_that_may_be_one_name(one: str, other: str) -> None:
    assert same_word(one, other)
    assert same_word(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("jan", "an"), ("jan", "jef"), ("maes", "claes"), ("janssens", "janssen s")]
)
def test_words_that_are_other_names(one: str, other: str) -> None:
    assert same_word(one, other) is (other == "janssen s")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Jan Peeters", "Peeters Jan", True),
        ("Jan Peeters", "J. Peeters", True),
        ("Jan Karel Peeters", "Jan Peeters", True),
        ("Jan Van den Berghe", "Vandenberge Jan", True),
        ("KSA Mortsel vzw", "K.S.A. Mortsel", True),
        ("Jan Peeters", "An Peeters", False),
        ("Jan Peeters", "Peeters", False),
        ("Chiro", "Chiro vzw", True),
        ("", "Jan", False),
    ],
)
def test_names_that_may_be_one_persons(one: str, other: str, expected: bool) -> None:
    assert alike(one, other) is expected
    assert alike(other, one) is expected


@given(st.text("abcd", max_size=6), st.text("abcd", max_size=6))
def test_the_distance_is_one(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) is (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@pytest.mark.both
@pytest.mark.django_db
def test_the_database_takes_names_apart_in_the_same_way() -> None:
    @given(st.text(ALPHABET, max_size=40), st.text(ALPHABET, max_size=20))
    def compare(head: str, tail: str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("SELECT loket_word_rows(%s, %s)", [head, tail])
                kept = {tuple(row) for row in json.loads(cursor.fetchone()[0])}
            else:
                cursor.execute("SELECT word, rest FROM loket_word_rows(%s, %s)", [head, tail])
                kept = set(cursor.fetchall())
                cursor.execute("SELECT loket_fold(%s), loket_sound(loket_fold(%s))", [head, head])
                assert cursor.fetchone() == (fold(head), sound(fold(head)))
        assert kept == set(word_rows(head, tail))

    for name in ("Jan Van den Berghe", "Marie-Claire D’Hondt", "İstanbul ŞAHİN", "'t Hof ter Linden vzw", "van den"):
        compare.hypothesis.inner_test(name, "12 2640 Mortsel")
    compare()
