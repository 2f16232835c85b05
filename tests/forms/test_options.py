"""What a citizen may choose from: values that never change with their labels, hints, amounts, and long lists."""

import importlib
import json
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.text import slugify
from hypothesis import given
from hypothesis import strategies as st

from forms.fields import registry
from forms.fields.choices import NONE
from forms.fields.dropdown import remembered
from forms.models import FormDefinition
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, step
from tests.forms.test_field_types import ask, questions

LISTS = ("choice", "choices")


def option(label: str, name: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "item", "id": builder.block_id(name or label), "value": {"label": label, **more}}


def published(kind: str, *options: Any) -> dict[str, str]:
    """Label → value, of the next version."""
    asked = builder.question(kind, "Welke?", options=list(options), key="welke")
    definition = FormDefinition.objects.first() or builder.draft_form(step("Wie", NAME, EMAIL, asked))
    definition.body = [step("Wie", NAME, EMAIL, asked)]
    field = builder.publish(definition).schema["steps"][0]["fields"][2]
    return {item["label"]: item["value"] for item in field["items"]}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LISTS)
def test_value_stays_when_the_label_changes(kind: str) -> None:
    assert published(kind, option("Lamp"), option("Put")) == {"Lamp": "lamp", "Put": "put"}
    reworded = published(kind, option("Verlichting", "Lamp"), option("Put"), option("Lamp", "new"))
    assert reworded == {"Verlichting": "lamp", "Put": "put", "Lamp": "lamp-2"}
    assert published(kind, option("Put"), option("Licht", "Lamp")) == {"Put": "put", "Licht": "lamp"}


@pytest.mark.django_db
def test_value_of_before_there_were_structs_stays_with_its_label() -> None:
    """A version that was published from lines of text knew no blocks of options; a value was the slug of a label."""
    long = "Een heel lange keuze " * 8 + "ja"
    first = published("choice", "Losse tegel", long)
    assert first == {"Losse tegel": "losse-tegel", long: slugify(long)}
    assert published("choice", option("Losse tegel"), option(long)) == first


def test_option_without_letters_has_a_value() -> None:
    definition = ask("choice", options=["日本", "😀", "< 5", "> 5"])[2]
    values = [item["value"] for item in definition["items"]]
    assert len(set(values)) == 4
    assert all(values)
    assert registry["choice"].problems({"options": ["日本", "😀", "< 5", "> 5"]}, "Hier") == []


def test_line_of_text_and_struct_are_both_read() -> None:
    for kind in LISTS:
        block = questions.child_blocks[kind].child_blocks["options"]
        old = block.to_python([{"type": "item", "id": "a", "value": "Ja"}, "Nee"])
        new = block.to_python([option("Ja"), option("Nee")])
        assert [one["label"] for one in old] == [one["label"] for one in new] == ["Ja", "Nee"]
        assert old.bound_blocks[0].id == "a"


def test_hint_of_an_option_belongs_to_its_box() -> None:
    for kind in ("choice", "choices"):
        form_class = ask(kind, options=[option("Ja", hint="Dan <b>bellen</b> we u."), option("Nee")])[0]
        page = BeautifulSoup(str(form_class()["vraag"]), "html.parser")
        box = page.find("input", value="ja")
        assert page.find(id=box["aria-describedby"]).get_text() == "Dan bellen we u."
        assert "aria-describedby" not in page.find("input", value="nee").attrs


def test_amounts_count() -> None:
    options = [option("Klein", amount="12.50"), option("Groot", amount="20"), option("Niets")]
    lines = "Klein | 12,50\nGroot|20\nNiets"
    for kind, value in (("choice", {"options": options}), ("dropdown", {"lines": lines})):
        _form_class, field_type, definition = ask(kind, **value)
        counted = [field_type.amount(answer, definition) for answer in ("klein", "groot", "niets", None, "weg")]
        assert counted == [Decimal("12.50"), Decimal(20), None, None, None]
    _form_class, field_type, definition = ask("choices", options=options)
    assert field_type.amount(["klein", "groot", "niets"], definition) == Decimal("32.50")
    assert field_type.amount(["niets"], definition) is None
    assert field_type.amount([], definition) is None
    assert ask("yes_no")[1].amount("ja", ask("yes_no")[2]) is None


# --- Several choices --------------------------------------------------------------------------------------------------


def choose(*chosen: str, **value: Any) -> list[str]:
    options = {"options": ["Een", "Twee", "Drie"], "none_label": "Geen van deze"}
    form = ask("choices", **(options | value))[0]({"vraag": list(chosen)})
    form.is_valid()
    return [str(message) for message in form.errors.get("vraag", [])]


def test_number_of_choices_is_kept_to() -> None:
    assert choose("een", minimum=2) == ["Kies minstens 2 antwoorden."]
    assert choose("een", "twee", minimum=2) == []
    assert choose("een", "twee", "drie", maximum=2) == ["Kies hoogstens 2 antwoorden. Nu zijn het er 3."]
    assert choose(NONE, minimum=2) == []


def test_none_of_these_goes_with_nothing_else() -> None:
    assert choose(NONE) == []
    assert choose("een", NONE) == ["Kies “Geen van deze”, of een of meer van de andere antwoorden. Niet allebei."]
    html = str(ask("choices", options=["Een", "Twee"], none_label="Geen")[0]()["vraag"])
    assert 'data-behaviour="exclusive"' in html
    assert html.count("exclusive") == 1


def test_an_option_may_be_called_none_of_these_as_well() -> None:
    definition = ask("choices", options=["Geen van deze", "Iets"], none_label="Geen van deze")[2]
    assert len({item["value"] for item in definition["items"]}) == 3


def test_choices_are_shown_one_on_a_line() -> None:
    _form_class, field_type, definition = ask("choices", options=["Een", "Twee, of zo"])
    assert field_type.display(["een", "twee-of-zo"], definition) == "Een\nTwee, of zo"
    assert field_type.export(["een", "twee-of-zo"], definition) == {"": "Een; Twee, of zo"}
    assert field_type.comparable(["een"], definition) == ["een"]
    assert field_type.comparable([], definition) is None


@pytest.mark.parametrize("value", [{"minimum": 4}, {"minimum": 3, "maximum": 2}])
def test_impossible_number_of_choices_is_refused(value: dict[str, int]) -> None:
    found = registry["choices"].problems({"options": ["Een", "Twee", "Drie"], **value}, "Hier")
    assert len(found) == 1


# --- Long lists -------------------------------------------------------------------------------------------------------


def list_of(*lines: str) -> dict[str, str]:
    """Label → value, of the next version."""
    asked = builder.question("dropdown", "Welke?", lines="\n".join(lines), key="welke")
    definition = FormDefinition.objects.first() or builder.draft_form(step("Wie", NAME, EMAIL, asked))
    definition.body = [step("Wie", NAME, EMAIL, asked)]
    field = builder.publish(definition).schema["steps"][0]["fields"][2]
    return {item["label"]: item["value"] for item in field["items"]}


@pytest.mark.django_db
def test_line_keeps_its_value_when_it_is_reworded_in_its_place() -> None:
    assert list_of("Lamp", "Put", "Bank") == {"Lamp": "lamp", "Put": "put", "Bank": "bank"}
    assert list_of("Lamp", "Gat in de weg", "Bank") == {"Lamp": "lamp", "Gat in de weg": "put", "Bank": "bank"}
    assert list_of("Bank", "Put", "Lamp", "Gat in de weg") == {
        "Bank": "bank",
        "Put": "put-2",  # another one than the hole in the road, which kept its value
        "Lamp": "lamp",
        "Gat in de weg": "put",
    }


@given(st.lists(st.text(min_size=1, max_size=4)), st.lists(st.text(min_size=1, max_size=4)))
def test_values_are_unique_and_stay_with_labels_that_stay(first: list[str], second: list[str]) -> None:
    earlier = remembered([], first)
    later = remembered(earlier, second)
    assert len({name for _label, name in later}) == len(set(second))
    assert all(dict(later)[label] == name for label, name in earlier if label in second)
    assert remembered(later, second) == later


def test_pasted_lines_are_tidied_and_mistakes_are_named() -> None:
    definition = ask("dropdown", lines="  Statielei \r\n\n<b>Molenlei</b>\nA | B\n" + "x" * 300)[2]
    assert [item["label"] for item in definition["items"]] == ["Statielei", "Molenlei", "A | B", "x" * 200]
    assert len(registry["dropdown"].problems({"lines": "Statielei\nstatielei\nMolenlei"}, "Hier")) == 1
    assert len(registry["dropdown"].problems({"lines": "Statielei"}, "Hier")) == 1
    assert len(registry["dropdown"].problems({"lines": "\n".join(map(str, range(1001)))}, "Hier")) == 1


def test_list_of_five_hundred() -> None:
    form_class, field_type, definition = ask("dropdown", lines="\n".join(f"Straat {number}" for number in range(500)))
    form = form_class({"vraag": "straat-499"})
    assert form.is_valid()
    assert field_type.display("straat-499", definition) == "Straat 499"
    html = str(form["vraag"])
    assert html.count("<option") == 501
    assert "data-search-select" in html


# --- The migration ----------------------------------------------------------------------------------------------------

OLD = [
    {"type": "item", "id": "11111111-1111-4111-8111-111111111111", "value": "Losse tegel"},
    {"type": "item", "id": "22222222-2222-4222-8222-222222222222", "value": "Put <b>"},
]


@pytest.mark.django_db
@pytest.mark.both
def test_lines_in_forms_and_their_drafts_become_structs_and_back() -> None:
    migration = importlib.import_module("forms.migrations.0002_options")
    apps = MigrationLoader(connection).project_state([("forms", "0002_options")]).apps
    definition = builder.draft_form()
    revision = definition.save_revision()
    old_body = [step("Wat", builder.question("choice", "Wat?", options=[*OLD, "Nooit bewaard"], key="wat"))]
    apps.get_model("forms", "FormDefinition").objects.filter(pk=definition.pk).update(body=old_body)
    revision.content["body"] = json.dumps(old_body)
    revision.save()

    migration.forwards(apps, None)

    definition.refresh_from_db()
    revision.refresh_from_db()
    for body in (definition.body.get_prep_value(), json.loads(revision.content["body"])):
        options = body[0]["value"]["questions"][0]["value"]["options"]
        assert [one["value"]["label"] for one in options] == ["Losse tegel", "Put <b>", "Nooit bewaard"]
        assert [one["id"] for one in options[:2]] == [one["id"] for one in OLD]
        assert options[2]["id"]
    assert definition.draft_schema()["steps"][0]["fields"][0]["items"][0]["value"] == "losse-tegel"
    migration.forwards(apps, None)  # twice does no harm
    definition.refresh_from_db()
    assert definition.body[0].value["questions"][0].value["options"][0]["label"] == "Losse tegel"

    migration.backwards(apps, None)
    revision.refresh_from_db()
    back = json.loads(revision.content["body"])[0]["value"]["questions"][0]["value"]["options"]
    assert [one["value"] for one in back] == ["Losse tegel", "Put <b>", "Nooit bewaard"]


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_boxes_that_stand_ready_are_empty(kind: str) -> None:
    """Of what is not there, the editor's browser makes a hint that says "undefined"."""
    block = registry[kind].block
    ready = block.get_form_state(block.get_default())["options"]
    assert [set(option["value"]) for option in ready] == [{"label", "hint", "amount"}] * 2
    assert not any(text for option in ready for text in option["value"].values())
