"""Numbers, amounts and times, as people write them."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.fields import number, time
from forms.fields.base import FieldType
from forms.fields.number import TooPrecise, TwoReadings
from tests.forms.test_field_types import ask

numbers = st.decimals(-(10**11), 10**11, allow_nan=False, allow_infinity=False, places=4)


@pytest.mark.parametrize(
    ("text", "decimals", "expected"),
    [
        ("1.250,50", 2, "1250.5"),
        ("1250,5", 2, "1250.5"),
        ("1 250", 0, "1250"),
        ("1 250,50", 2, "1250.5"),
        ("1\u202f250", 0, "1250"),
        ("1.250", 2, "1250"),  # with two decimals a point before three digits can only group
        ("12.50", 2, "12.5"),
        ("0.250", 3, "0.25"),
        ("0,250", 3, "0.25"),
        ("1,250", 3, "1.25"),
        ("1.250.000,5", 1, "1250000.5"),
        ("1,250,000", 0, "1250000"),
        ("1,250.5", 1, "1250.5"),
        (",5", 1, "0.5"),
        (".5", 1, "0.5"),
        ("-12", 0, "-12"),
        ("\u221212", 0, "-12"),
        ("- 12", 0, "-12"),
        ("+12", 0, "12"),
        ("-0", 0, "0"),
        ("12,500", 1, "12.5"),
    ],
)
def test_number_that_can_be_read_in_one_way(text: str, decimals: int, expected: str) -> None:
    if text == "12,500":  # could be twelve thousand five hundred
        with pytest.raises(TwoReadings):
            number.parse(text, decimals)
        return
    assert number.plain(number.parse(text, decimals)) == expected


@pytest.mark.parametrize(("text", "decimals"), [("1.250", 3), ("12.250", 4), ("1,250", 0), ("1,250", 2)])
def test_number_that_can_be_read_in_two_ways_is_refused(text: str, decimals: int) -> None:
    with pytest.raises(TwoReadings):
        number.parse(text, decimals)


@pytest.mark.parametrize(("text", "decimals"), [("12,5", 0), ("12,505", 2), ("0,12345", 4)])
def test_number_with_too_many_decimals_is_refused(text: str, decimals: int) -> None:
    with pytest.raises((TooPrecise, TwoReadings)):
        number.parse(text, decimals)


@pytest.mark.parametrize(
    "text",
    [
        "-",
        ",",
        "1,",
        "1.",
        "1..2",
        "1 2",
        "1.25.000",
        "1.2500.000",
        "12e3",
        "\uff11\uff12",
        "1_000",
        "1,2,3",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        number.parse(text, 2)


@given(numbers)
def test_number_typed_or_read_back_is_the_same(value: Decimal) -> None:
    assert number.parse(number.typed(value), 4) == value
    cents = value.quantize(Decimal("0.01"))
    assert number.parse(number.shown(cents, 2), 2) == cents
    assert number.parse(number.plain(cents).replace(".", ","), 2) == cents
    assert Decimal(number.plain(value)) == value


@given(st.text(alphabet="0123456789 .,-+€\u00a0", max_size=20), st.integers(0, 4))
def test_any_text_is_a_number_or_a_refusal(text: str, decimals: int) -> None:
    try:
        value = number.parse(text, decimals)
    except ValueError:
        return
    assert number.parse(number.typed(value), decimals) == value


ASKED = {kind: ask(kind) for kind in ("number", "money", "time", "date")}


@given(st.text(max_size=60), st.sampled_from(sorted(ASKED)))
def test_any_text_is_an_answer_or_an_error_at_its_question(text: str, kind: str) -> None:
    form_class, field_type, _definition = ASKED[kind]
    form = form_class({"vraag": text}, {})
    if form.is_valid():
        answer = field_type.normalise(form.cleaned_data["vraag"])
        again = form_class({"vraag": field_type.form_data(answer)}, {})
        assert again.is_valid()
        assert field_type.normalise(again.cleaned_data["vraag"]) == answer
    else:
        assert form.errors["vraag"]
        str(form)  # and it can be shown again


@given(st.times())
def test_time_in_each_notation_is_the_same(moment: object) -> None:
    text = f"{moment:%H:%M}"
    hour, minute = text.split(":")
    for written in (text, f"{hour}u{minute}", f"{hour}.{minute}", f"{hour}{minute}", f"{int(hour)}:{minute}"):
        assert time.parse(written) == text


def messages(kind: str, typed: str, **value: object) -> list[str]:
    form = ask(kind, **value)[0]({"vraag": typed}, {})
    form.is_valid()
    return [str(message) for message in form.errors.get("vraag", [])]


@pytest.mark.parametrize(
    ("kind", "typed", "value", "message"),
    [
        ("number", "12,5", {}, "Vul een geheel getal in, zonder cijfers na de komma."),
        ("number", "veel", {}, "Vul een getal in cijfers in, zoals 12."),
        ("number", "0", {"minimum": "1", "maximum": "1500"}, "Vul een getal in van 1 tot en met 1.500."),
        ("number", "0", {"minimum": "1"}, "Vul een getal in van minstens 1."),
        ("number", "9", {"minimum": None, "maximum": "8"}, "Vul een getal in van hoogstens 8."),
        ("number", "1,234", {"decimals": 2}, "“1,234” kan op twee manieren gelezen worden."),
        ("number", "1,23", {"decimals": 1}, "Gebruik hoogstens 1 cijfer na de komma."),
        ("money", "0", {"minimum": "0.5", "maximum": "2500"}, "Vul een bedrag in van € 0,50 tot en met € 2.500,00."),
        ("money", "1,2345", {}, "Gebruik hoogstens twee cijfers na de komma"),
    ],
)
def test_message_says_how_to_mend_it(kind: str, typed: str, value: dict[str, object], message: str) -> None:
    found = messages(kind, typed, **value)
    assert len(found) == 1
    assert message in found[0]


@pytest.mark.parametrize(
    ("kind", "answer", "value", "shown", "exported", "amount"),
    [
        ("number", "1250.5", {"decimals": 1, "unit": "m²"}, "1.250,5 m²", "1250,5", "1250.5"),
        ("number", "0", {}, "0", "0", "0"),
        ("number", "-1250", {"minimum": None}, "-1.250", "-1250", "-1250"),
        ("money", "1250.50", {}, "€ 1.250,50", "1250,50", "1250.50"),
        ("money", "0.00", {}, "€ 0,00", "0,00", "0"),
    ],
)
def test_number_is_shown_exported_and_counted(
    kind: str, answer: str, value: dict[str, object], shown: str, exported: str, amount: str
) -> None:
    field_type: FieldType
    _form_class, field_type, definition = ask(kind, **value)
    assert field_type.display(answer, definition) == shown
    assert field_type.export(answer, definition) == {"": exported}
    assert field_type.amount(answer, definition) == Decimal(amount)
    assert field_type.comparable(answer, definition) == answer
    assert field_type.amount(None, definition) is None
    assert field_type.comparable(None, definition) is None


def test_unit_that_is_typed_too_is_taken_off() -> None:
    form = ask("number", unit="m²")[0]({"vraag": "12 M²"})
    assert form.is_valid()
    assert form.cleaned_data["vraag"] == 12


def test_unit_is_read_aloud_with_the_box() -> None:
    html = str(ask("number", unit="m²")[0]()["vraag"].as_field_group())
    assert 'id="id_vraag-unit">m²<' in html
    assert 'aria-describedby="id_vraag-unit"' in html


@pytest.mark.parametrize(
    ("typed", "value", "message"),
    [
        ("8:00", {"earliest": "09:00"}, "Vul een uur in vanaf 09:00."),
        ("18:00", {"latest": "17:00"}, "Vul een uur in tot en met 17:00."),
        ("18:00", {"earliest": "09:00", "latest": "17:00"}, "Vul een uur in van 09:00 tot en met 17:00."),
        ("9:10", {"step": "15"}, "Kies een uur zoals 09:00 of 09:15."),
        ("23:50", {"step": "30"}, "Kies een uur zoals 23:30 of 00:00."),
        ("half negen", {}, "Vul een uur in, zoals 14:30."),
    ],
)
def test_time_within_its_limits(typed: str, value: dict[str, object], message: str) -> None:
    assert messages("time", typed, **value) == [message]
    assert messages("time", "9:30", **value) == []
