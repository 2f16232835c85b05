"""Every type of question: what it takes, refuses, keeps and shows."""

from typing import Any

import pytest
from django import forms
from wagtail import blocks

from core.registry import Registry
from forms import runtime, schema
from forms.blocks import StepBlock, StepsBlock, add_field_type
from forms.fields import registry
from forms.fields.base import FieldType
from forms.models import FormDefinition
from forms.roles import Role
from tests.forms import builder

ASKED = [field_type.name for field_type in registry if not (field_type.is_content or field_type.is_derived)]
questions = StepBlock.base_blocks["questions"]
EMPTY = ("", "   ", None)
OPTIONS: dict[str, dict[str, Any]] = {
    **{kind: {"options": ["Ja", "Nee"]} for kind in ("choice", "choices")},
    "dropdown": {"lines": "Ja\nNee"},
    "consent": {"text": "Ik ga akkoord."},
    "declaration": {"text": "Ik verklaar dat dit waar is."},
    "constant": {"value": "2026"},
}
"""What an editor must say before there is a question at all."""
CHOSEN = {"choice", "choices", "dropdown", "yes_no"}
"""Answers that a browser only sends from a list: spaces are none of them."""
ALWAYS = {"declaration"}
"""Must be answered whatever the editor says."""


def compiled(*asked: dict[str, Any]) -> schema.Schema:
    body = StepsBlock().to_python([builder.step("Stap", *asked)])
    return schema.build(title="T", intro="", privacy="", body=body)


def ask(kind: str, **value: Any) -> tuple[forms.Form, Any, Any]:
    """The form class with only this question, its type and its definition."""
    made = compiled(builder.question(kind, "Vraag", key="vraag", **(OPTIONS.get(kind, {}) | value)))
    step = made["steps"][0]
    return runtime.step_form_class(step, Role.CITIZEN), registry[kind], step["fields"][0]


CASES: list[tuple[str, str, Any]] = [
    # good, and what it becomes
    ("text", "Fatima El Amrani", "Fatima El Amrani"),
    ("text", "  Jan   de\tWit \n", "Jan de Wit"),
    ("text", "e\u0301clair", "éclair"),
    ("text", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("text", "'; DROP TABLE party; --", "'; DROP TABLE party; --"),
    ("text", "x" * 200, "x" * 200),
    ("text", "bel\x07letje\x1b[31m", "belletje[31m"),
    ("text", "مرحبا 👋", "مرحبا 👋"),
    ("long_text", "een\r\ntwee\rdrie", "een\ntwee\ndrie"),
    ("long_text", "x\r\n" * 1999 + "xx", "x\n" * 1999 + "xx"),
    ("email", " Fatima@Example.ORG ", "Fatima@Example.ORG"),
    ("phone", "0470 12 34 56", "+32470123456"),
    ("phone", "03/444.17.17", "+3234441717"),
    ("phone", "+31 20 123 45 67", "+31201234567"),
    ("phone", "0032 470 12 34 56", "+32470123456"),
    ("place", "Statielei 10,\n2640 Mortsel", "Statielei 10, 2640 Mortsel"),
    ("choice", "ja", "ja"),
    ("choices", ["nee", "ja", "nee"], ["ja", "nee"]),
    ("choices", ["ja"], ["ja"]),
    ("dropdown", "nee", "nee"),
    ("yes_no", "ja", "ja"),
    ("yes_no", "nee", "nee"),
    ("number", "1250", "1250"),
    ("number", " 1.250 ", "1250"),
    ("number", "1 250", "1250"),
    ("number", "1.250.000", "1250000"),
    ("number", "12,0", "12"),
    ("number", "007", "7"),
    ("number", "0", "0"),
    ("money", "1.250,50", "1250.50"),
    ("money", "1250,5", "1250.50"),
    ("money", "€ 12,50", "12.50"),
    ("money", "12,50 euro", "12.50"),
    ("money", "12,-", "12.00"),
    ("money", "1,250.50", "1250.50"),
    ("money", "1\u00a0250,5", "1250.50"),
    ("date", "2026-11-24", "2026-11-24"),
    ("date", "2028-02-29", "2028-02-29"),
    ("time", "14:30", "14:30"),
    ("time", "14u30", "14:30"),
    ("time", "14 u 30", "14:30"),
    ("time", "14.30", "14:30"),
    ("time", "14,30", "14:30"),
    ("time", "14 30", "14:30"),
    ("time", "1430", "14:30"),
    ("time", "930", "09:30"),
    ("time", "9", "09:00"),
    ("time", "9 uur", "09:00"),
    ("time", "9h", "09:00"),
    ("time", "0:00", "00:00"),
    ("consent", ["ja"], "ja"),
    ("declaration", "ja", "ja"),
    ("iban", "BE68 5390 0754 7034", "BE68539007547034"),
    ("iban", "be68-5390-0754-7034", "BE68539007547034"),
    ("iban", "IBAN: BE68.5390.0754.7034", "BE68539007547034"),
    ("iban", "NL91 ABNA 0417 1643 00", "NL91ABNA0417164300"),
    ("plate", "1-ABC-123", "1-ABC-123"),
    ("plate", "1abc123", "1-ABC-123"),
    ("plate", "1 abc 123", "1-ABC-123"),
    ("plate", "1.ABC.123", "1-ABC-123"),
    ("plate", "1\u2013ABC\u2013123", "1-ABC-123"),
    ("plate", "maaa001", "M-AAA-001"),
    ("plate", "M-123-ABC", "M-123-ABC"),
    ("plate", "Q-AAA-001", "Q-AAA-001"),
    ("plate", "TXAA001", "T-XAA-001"),
    ("plate", "ABC 123", "ABC-123"),
    ("plate", "123abc", "123-ABC"),
    ("plate", "12A34", "12-A-34"),
    ("plate", "CD-AB-12", "CD-AB-12"),
    ("plate", "olifant", "OLIFANT"),
    ("plate", "E-12", "E-12"),
    ("plate", "1", "1"),
]
REFUSED: list[tuple[str, Any]] = [
    ("text", "x" * 201),
    ("text", "x" * 2_000_000),
    ("long_text", "x" * 4001),
    ("email", "fatima@"),
    ("email", "a@b.be\nBcc: iedereen@example.org"),
    ("email", "a" * 250 + "@example.org"),
    ("phone", "12"),
    ("phone", "bel mij"),
    ("phone", "0470 12 34 56 " * 4),
    ("phone", "+999 123"),
    ("place", "x" * 301),
    ("choice", "misschien"),
    ("choice", "Ja"),
    ("choice", ["ja", "nee"]),
    ("photo", "tekst in plaats van een bestand"),
    ("files", "tekst in plaats van een bestand"),
    ("choices", "ja' OR 1=1"),
    ("choices", ["ja", "misschien"]),
    ("choices", ["x"] * 10_000),
    ("dropdown", "misschien"),
    ("dropdown", "x" * 2_000_000),
    ("yes_no", "true"),
    ("number", "twaalf"),
    ("number", "1e5"),
    ("number", "Infinity"),
    ("number", "NaN"),
    ("number", "0x10"),
    ("number", "١٢"),
    ("number", "12,5"),
    ("number", "-1"),
    ("number", "1.25.0"),
    ("number", "12.3456.789"),
    ("number", "1,250"),
    ("number", "1 2"),
    ("number", "9" * 13),
    ("number", "9" * 2_000_000),
    ("number", "12 <script>"),
    ("money", "12,505"),
    ("money", "1,250"),
    ("money", "€"),
    ("money", "-5"),
    ("money", "twaalf euro"),
    ("date", "31-02-2026"),
    ("date", "24 november 2026"),
    ("date", "gisteren"),
    ("date", "2026-02-30"),
    ("date", "0001-01-01"),
    ("date", "9999-12-31"),
    ("date", "1|2|3|4"),
    ("date", "|" * 100_000),
    ("time", "24:00"),
    ("time", "14:60"),
    ("time", "half drie"),
    ("time", "1:2"),
    ("time", "99999"),
    ("time", "1" * 2_000_000),
    ("consent", "misschien"),
    ("consent", ["nee"]),
    ("declaration", ["nee", "on"]),
    ("iban", "BE68 5390 0754 7035"),
    ("iban", "BE68 5390 0754 703"),
    ("iban", "539-0075470-34"),
    ("iban", "XX68 5390 0754 7034"),
    ("iban", "BE68 5390 0754 7O34"),
    ("iban", "mijn rekening"),
    ("iban", "BE68<script>"),
    ("iban", "BE" + "6" * 2_000_000),
    ("plate", "1-ABC-1234"),
    ("plate", "<b>1-ABC-123"),
    ("plate", "een lange naam"),
    ("plate", "1-ABC-123" * 100_000),
    ("plate", "---"),
    ("plate", "AB\u0661-123"),
]


@pytest.mark.parametrize(("kind", "typed", "kept"), CASES)
def test_good_answer_is_kept_in_one_form(kind: str, typed: Any, kept: Any) -> None:
    form_class, field_type, definition = ask(kind)
    form = form_class({"vraag": typed})
    assert form.is_valid(), form.errors
    answer = field_type.normalise(form.cleaned_data["vraag"])
    assert answer == kept
    # Going over it once more, as the check page and sending do, changes nothing.
    again = form_class({"vraag": field_type.form_data(answer)})
    assert again.is_valid(), again.errors
    assert field_type.normalise(again.cleaned_data["vraag"]) == kept
    assert field_type.display(answer, definition)


@pytest.mark.parametrize(("kind", "typed"), REFUSED)
def test_bad_answer_is_refused_with_a_message(kind: str, typed: Any) -> None:
    form = ask(kind)[0]({"vraag": typed}, {})
    assert not form.is_valid()
    assert all(str(message).strip() for message in form.errors["vraag"])


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize("typed", EMPTY)
def test_empty_answer_is_refused_only_when_it_must_be_answered(kind: str, typed: Any) -> None:
    data = {} if typed is None else {"vraag": typed}
    required, optional = ask(kind)[0](data, {}), ask(kind, required=False)[0](data, {})
    assert "vraag" in required.errors
    if kind in CHOSEN and typed == "   ":
        assert "vraag" in optional.errors  # no browser sends that
        return
    assert optional.is_valid() is (kind not in ALWAYS), optional.errors
    field_type, definition = ask(kind, required=False)[1:]
    assert field_type.display(None, definition) == ""


@pytest.mark.parametrize("kind", ASKED)
def test_null_bytes_never_reach_the_database(kind: str) -> None:
    form = ask(kind)[0]({"vraag": "a\x00b"}, {})
    assert not form.is_valid() or "\x00" not in str(form.cleaned_data["vraag"])


@pytest.mark.parametrize("kind", [field_type.name for field_type in registry if not field_type.is_content])
def test_hostile_words_of_the_editor_are_plain_text(kind: str) -> None:
    given = OPTIONS.get(kind, {})
    hostile = {name: ["<b>Ja</b>", "Nee"] if name == "options" else f"<b>{text}</b>" for name, text in given.items()}
    made = compiled(
        builder.question(kind, "<script>alert(1)</script>Vraag", hint="<img src=x onerror=alert(1)> hint", **hostile)
    )
    field = made["steps"][0]["fields"][0]
    html = str(runtime.step_form_class(made["steps"][0], Role.CITIZEN)())
    assert "<script" not in html
    assert "onerror" not in html
    assert "<b>" not in html
    assert field["label"].endswith("Vraag")


@pytest.mark.parametrize("kind", [field_type.name for field_type in registry])
def test_type_explains_itself_to_the_editor(kind: str) -> None:
    block = questions.child_blocks[kind]
    assert isinstance(block, blocks.StructBlock)
    assert str(block.label)
    assert str(block.meta.description)
    assert block.meta.icon not in {"", "placeholder"}


@pytest.mark.parametrize(
    ("kind", "value", "purpose", "attributes"),
    [
        ("text", {"purpose": "name"}, "name", {"autocomplete": "name"}),
        ("text", {"purpose": "subject"}, "subject", {}),
        ("text", {}, "", {}),
        ("long_text", {"is_description": True}, "description", {}),
        ("email", {"is_own": True}, "email", {"autocomplete": "email", "type": "email"}),
        ("email", {"is_own": False}, "", {"autocomplete": "off"}),
        ("phone", {"is_own": True}, "phone", {"autocomplete": "tel", "type": "tel"}),
        ("place", {"is_subject": True}, "place", {"autocomplete": "off"}),
        ("choice", {}, "", {}),
        ("photo", {}, "", {"type": "file"}),
        ("files", {}, "", {"type": "file"}),
        ("number", {"decimals": 0, "minimum": 0}, "", {"inputmode": "numeric"}),
        ("number", {"decimals": 2, "minimum": 0}, "", {"inputmode": "decimal"}),
        ("number", {"minimum": None}, "", {"inputmode": "None"}),
        ("money", {}, "", {"inputmode": "decimal"}),
        ("date", {"is_birth_date": True}, "birth_date", {"autocomplete": "bday"}),
        ("date", {}, "", {}),
        ("time", {}, "", {"inputmode": "decimal"}),
        ("iban", {}, "", {"autocomplete": "off", "autocapitalize": "characters"}),
        ("plate", {}, "", {"autocomplete": "off", "autocapitalize": "characters"}),
    ],
)
def test_purpose_and_autocomplete(kind: str, value: dict[str, Any], purpose: str, attributes: dict[str, str]) -> None:
    form_class, _field_type, definition = ask(kind, **value)
    assert definition["parameters"]["purpose"] == purpose
    field = form_class()["vraag"].field
    found = field.widget.attrs | {"type": getattr(field.widget, "input_type", "")} | field.widget.attrs
    assert {name: str(found.get(name)) for name in attributes} == attributes
    if not attributes.get("autocomplete"):
        assert "autocomplete" not in field.widget.attrs


@pytest.mark.parametrize("options", [[], ["Ja"], ["Ja", "Ja"], ["Ja", "ja!"], ["Ja", "", "Nee"]])
def test_choice_needs_two_different_options(options: list[str]) -> None:
    found = registry["choice"].problems({"options": options}, "Hier")
    assert found
    assert {problem.where for problem in found} == {"Hier"}


def test_choice_with_good_options_has_no_problem() -> None:
    assert registry["choice"].problems({"options": ["Ja", "Nee", "Weet ik niet"]}, "Hier") == []


def test_higher_floor_can_add_a_type(monkeypatch: Any) -> None:
    class SongType(FieldType):
        name = "song"
        formidable_type = "text"
        label = "Lied"
        icon = "media"
        description = "Een lied."

    monkeypatch.setattr(registry, "_members", dict(registry._members))
    monkeypatch.setattr(questions, "child_blocks", questions.child_blocks.copy())
    add_field_type(SongType())
    body = FormDefinition._meta.get_field("body").stream_block.to_python(
        [builder.step("Stap", builder.question("song", "Welk lied?", key="lied"))]
    )
    made = schema.build(title="T", intro="", privacy="", body=body)
    form = runtime.step_form_class(made["steps"][0], Role.CITIZEN)({"lied": "De Vlaamse Leeuw"})
    assert form.is_valid()
    with pytest.raises(ValueError, match="song"):
        add_field_type(SongType())


def test_names_are_unique_and_kept() -> None:
    """Published versions hold these names: a type may be added, never renamed or removed."""
    assert isinstance(registry, Registry)
    first = {"text", "long_text", "choice", "place", "photo", "email", "phone"}
    second = {"choices", "dropdown", "yes_no", "number", "money", "date", "time", "files"}
    third = {"consent", "declaration", "iban", "plate", "constant"}
    content = {"heading", "explanation", "attention", "details", "video"}
    assert first | second | third | content <= {t.name for t in registry}
    assert content == {t.name for t in registry if t.is_content}
