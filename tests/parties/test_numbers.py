"""Official numbers: what is read as one, what is refused, and how much of it is shown."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parties.numbers import (
    InvalidNumber,
    OfficialNumber,
    Scheme,
    read_kbo,
    read_national_number,
    read_organisation_number,
    read_vcode,
)

FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in "85073003328")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("85073003328", "85073003328"),
        ("85.07.30-033.28", "85073003328"),
        (" 85 07 30 033 28 ", "85073003328"),
        ("85/07/30–033/28", "85073003328"),
        (FULL_WIDTH, "85073003328"),
        ("17073003384", "17073003384"),  # born in this century
        ("98.47.28-997.65", "98472899765"),  # BIS, sex known
        ("01 49 07 001 85", "01490700185"),
    ],
)
def test_national_number_is_read_however_it_is_spaced(typed: str, value: str) -> None:
    assert read_national_number(typed) == OfficialNumber(Scheme.NATIONAL_NUMBER, value)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "850730033",
        "850730033280",
        "85073003329",
        "12345678901",
        "85.13.30-033.28",
        "00000000000",
        "abcdefghijk",
        "85073003328; DROP TABLE",
        "<script>",
        "85\x0007\x0030 033 28",
        "9" * 100_000,
        "①⑤⑦",
    ],
)
def test_what_is_no_national_number_is_refused_with_advice(typed: str) -> None:
    with pytest.raises(InvalidNumber) as refusal:
        read_national_number(typed)
    assert len(str(refusal.value)) > 20


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("0403.019.261", "0403019261", "0403.019.261"),
        ("BE 0403 019 261", "0403019261", "0403.019.261"),
        ("be403019261", "0403019261", "0403.019.261"),
    ],
)
def test_company_number_is_read_and_shown(typed: str, value: str, shown: str) -> None:
    number = read_kbo(typed)
    assert (number.scheme, number.value, str(number)) == (Scheme.KBO, value, shown)


@pytest.mark.parametrize("typed", ["", "0403019262", "04030192", "2403019261", "NL403019261", "V0012345", "0" * 10])
def test_what_is_no_company_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidNumber):
        read_kbo(typed)


@pytest.mark.parametrize(("typed", "value"), [("V0012345", "V0012345"), ("v 001 23 45", "V0012345")])
def test_association_number(typed: str, value: str) -> None:
    assert read_vcode(typed) == read_organisation_number(typed, vcode=True) == OfficialNumber(Scheme.VCODE, value)
    with pytest.raises(InvalidNumber):
        read_organisation_number(typed)


@pytest.mark.parametrize("typed", ["V123", "V00123456", "0012345", "VV012345"])
def test_what_is_no_association_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidNumber):
        read_vcode(typed)


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_reader(text: str) -> None:
    for read in (read_national_number, read_kbo, read_vcode):
        with suppress(InvalidNumber):
            assert read(text).value.isascii()


def test_a_national_number_is_shown_only_in_part() -> None:
    number = read_national_number("85073003328")
    assert str(number) == "85.07.••-•••.••"
    assert "85" not in repr(number)


@pytest.mark.parametrize(
    ("value", "born"),
    [("85073003328", date(1985, 7, 30)), ("17073003384", date(2017, 7, 30)), ("98472899765", date(1998, 7, 28))],
)
def test_a_national_number_says_when_its_owner_was_born(value: str, born: date) -> None:
    assert read_national_number(value).birth_date == born


def test_other_numbers_say_nothing_of_a_birth() -> None:
    assert read_kbo("0403019261").birth_date is None
    assert read_national_number("40000095579").birth_date is None  # the day counter of that year ran out
