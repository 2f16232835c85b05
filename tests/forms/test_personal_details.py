"""Account numbers, licence plates, consent and declarations: what exactly is kept, and what the messages say."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from forms.fields import plate, registry
from tests.forms.test_field_types import ask


def messages(kind: str, typed: Any, **value: Any) -> list[str]:
    form = ask(kind, **value)[0]({"vraag": typed}, {})
    form.is_valid()
    return [str(message) for message in form.errors.get("vraag", [])]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("539-0075470-34", "Dit is een rekeningnummer van voor 2011. Vul het IBAN in, dat met BE begint."),
        ("BE68 5390 0754 7035", "Er staat een fout in dit rekeningnummer. Kijk het cijfer per cijfer na."),
        ("BE68 5390 0754 70", "Dit rekeningnummer is te lang of te kort. Een Belgisch heeft BE en 14 cijfers."),
        ("68 5390 0754 7034", "Een rekeningnummer (IBAN) begint met twee letters voor het land, zoals BE."),
    ],
)
def test_mistake_in_an_account_number_is_explained(typed: str, message: str) -> None:
    assert messages("iban", typed) == [message]


def test_foreign_account_may_be_refused() -> None:
    assert messages("iban", "NL91 ABNA 0417 1643 00", belgian_only=True) == [
        "Vul een Belgisch rekeningnummer in. Het begint met BE."
    ]
    assert messages("iban", "NL91 ABNA 0417 1643 00", belgian_only=False) == []


def test_account_number_is_shown_in_groups() -> None:
    assert registry["iban"].display("BE68539007547034", {}) == "BE68 5390 0754 7034"


@pytest.mark.parametrize(
    ("typed", "kept"), [("12-abc-3", "12-ABC-3"), ("B MW 1234", "B-MW-1234"), ("AA-123-BB", "AA-123-BB")]
)
def test_foreign_plate_when_the_editor_lets_it(typed: str, kept: str) -> None:
    form = ask("plate", foreign_allowed=True)[0]({"vraag": typed})
    assert form.is_valid()
    assert form.cleaned_data["vraag"] == kept


def test_foreign_plate_may_be_refused() -> None:
    assert messages("plate", "AA-123-BB", foreign_allowed=False) == [
        "Vul een Belgische nummerplaat in, zoals 1-ABC-123."
    ]
    assert messages("plate", "1abc123", foreign_allowed=False) == []


@given(st.from_regex(r"[1-9GMOQSTUVWXYZ][ .-]?[A-Z]{3}[ .-]?[0-9]{3}", fullmatch=True))
def test_european_plate_is_written_in_one_way(typed: str) -> None:
    signs = "".join(sign for sign in typed if sign.isalnum())
    if signs[0].isalpha() and typed[1].isalpha() and len(typed) > len(signs):
        return  # MABC-123 may be a personalised plate
    assert plate.belgian(typed.lower()) == f"{signs[0]}-{signs[1:4]}-{signs[4:]}"


@given(st.text(max_size=40))
def test_any_text_is_a_plate_or_a_refusal(text: str) -> None:
    for read in (plate.belgian, plate.foreign):
        if kept := read(text):
            assert read(kept) == kept


WORDS = "Ik ga akkoord dat de stad foto's van mijn kind gebruikt."


def test_consent_keeps_what_was_agreed_to() -> None:
    form_class, field_type, definition = ask("consent", text=WORDS, required=False)
    ticked, left = form_class({"vraag": ["ja"]}), form_class({})
    assert ticked.is_valid()
    assert left.is_valid()
    agreed, refused = (field_type.normalise(form.cleaned_data["vraag"]) for form in (ticked, left))
    assert (agreed, refused) == ("ja", "nee")
    assert field_type.display(agreed, definition) == WORDS
    assert field_type.display(refused, definition) == f"Niet akkoord: “{WORDS}”"
    assert [field_type.comparable(answer, definition) for answer in (agreed, refused, None)] == ["ja", None, None]
    assert field_type.form_data(refused) == []


def test_consent_is_a_box_with_its_words_under_a_heading() -> None:
    page = BeautifulSoup(str(ask("consent", text=WORDS)[0]()["vraag"].as_field_group()), "html.parser")
    assert page.legend.get_text(strip=True) == "Vraag"
    box = page.find("input", type="checkbox")
    assert page.find("label", attrs={"for": box["id"]}).get_text(strip=True) == WORDS
    assert not box.has_attr("checked")


def test_box_that_was_ticked_is_ticked_again() -> None:
    field_type = registry["consent"]
    form = ask("consent", text=WORDS)[0](initial={"vraag": field_type.form_data("ja")})
    assert "checked" in str(form["vraag"])


def test_message_says_which_box() -> None:
    assert messages("consent", [], required=True) == [
        "Vink het vakje bij “Vraag” aan als u akkoord gaat. Anders kunt u niet verder."
    ]
    assert messages("declaration", []) == ["Vink het vakje bij “Vraag” aan. Anders kunt u niet verder."]


@pytest.mark.parametrize("kind", ["consent", "declaration"])
def test_words_are_needed(kind: str) -> None:
    assert len(registry[kind].problems({"text": "  "}, "Hier")) == 1
    assert registry[kind].problems({"text": WORDS}, "Hier") == []
