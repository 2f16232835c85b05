"""A form travels in a file: to another Loket and back, from Open Forms, and from a template."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from forms import editing
from forms.editor_views import templates
from forms.models import FormDefinition, FormRemark, QuestionGroup
from forms.open_forms import Outcome
from forms.portable import FORMAT, NotReadable
from tests import town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, block_id, question, step

pytestmark = [pytest.mark.django_db, pytest.mark.both]

KIND = question("choice", "Wat komt er?", options=[{"label": "Container"}, {"label": "Steiger"}])


@pytest.fixture
def editor() -> User:
    return town.staff("ellen", *(f"forms.{verb}_formdefinition" for verb in ("add", "change", "view")))


@pytest.fixture
def browser(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def conditional() -> dict[str, Any]:
    rules = [{"type": "rule", "value": {"question": KIND["id"], "test": "is", "value": "Steiger"}}]
    return question("text", "Hoe hoog?", when={"mode": "all", "rules": rules})


def contact_group() -> QuestionGroup:
    group = QuestionGroup(title="Contact", intro="", questions=[NAME, EMAIL])
    group.save()
    return group


def shared(group: QuestionGroup) -> dict[str, Any]:
    return {"type": "shared", "id": block_id("gedeeld"), "value": {"group": group.pk}}


def form() -> FormDefinition:
    return builder.draft_form(step("Wat", KIND, conditional()), step("Wie", shared(contact_group())))


def imported(data: Any, editor: User) -> editing.Imported:
    return editing.import_form(data=data, by=editor, at=timezone.now())


def logic(definition: FormDefinition) -> Any:
    return [
        [field["label"], field["parameters"]["when"]]
        for s in definition.draft_schema()["steps"]
        for field in s["fields"]
    ]


# --- Our own format ---------------------------------------------------------------------------------------------------


def test_form_comes_back_as_it_went(editor: User) -> None:
    definition = form()
    data = json.loads(json.dumps(editing.export(definition)))
    made = imported(data, editor)
    assert logic(made.definition) == logic(definition)
    assert made.definition.process_type == definition.process_type
    assert made.definition.slug == "melding-openbaar-domein-2"
    assert not made.definition.live
    assert QuestionGroup.objects.count() == 1  # the same shared questions are recognised
    assert made.notes == []


def test_shared_questions_that_are_not_here_are_made(editor: User) -> None:
    definition = form()
    data = editing.export(definition)
    QuestionGroup.objects.update(title="Anders")
    made = imported(data, editor)
    assert QuestionGroup.objects.count() == 2
    assert [line.outcome for line in made.notes] == [Outcome.ADAPTED]


def test_process_type_that_is_not_here_is_left_empty_and_said(editor: User) -> None:
    made = imported(editing.export(form()) | {"process_type": "Bestaat niet"}, editor)
    assert made.definition.process_type is None
    assert "Bestaat niet" in FormRemark.objects.get().text


def test_unknown_type_of_question_is_left_out_and_said(editor: User) -> None:
    data = editing.export(form())
    data["body"][0]["value"]["questions"].append({"type": "hologram", "value": {"label": "Uw hologram"}})
    made = imported(data, editor)
    assert [line.where for line in made.notes] == ["Uw hologram (hologram)"]
    assert len(made.definition.body[0].value["questions"]) == 2


def test_nothing_of_citizens_is_in_the_file() -> None:
    builder.published_form()
    citizen = builder.Citizen().start().fill_in_everything()
    citizen.send()
    text = json.dumps(editing.export(FormDefinition.objects.get()))
    assert "Fatima" not in text
    assert "fatima@" not in text


HOSTILE: list[Any] = [
    None,
    [],
    "x",
    {},
    {"loket": "form"},
    {"loket": "form", "format": 0},
    {"loket": "form", "format": "1"},
    {"loket": "form", "format": 1, "body": {}},
    {"loket": "form", "format": 1, "body": [{"type": "step", "value": {"title": {"a": 1}, "questions": []}}]},
    {"loket": "form", "format": 1, "body": [{"type": "step", "value": {"questions": "x"}}]},
    {"loket": "form", "format": 1, "body": [], "title": 5},
    {"loket": "form", "format": 1, "body": [], "shared": {"a": 1}},
    {
        "loket": "form",
        "format": 1,
        "body": [{"type": "step", "value": {"questions": [{"type": "text", "value": {"label": 7, "when": {}}}]}}],
    },
    {
        "loket": "form",
        "format": 1,
        "body": [
            {
                "type": "step",
                "value": {
                    "when": {"rules": [{"type": "rule", "value": {"test": "zzz", "question": "weg"}}]},
                    "questions": [],
                },
            }
        ],
    },
]  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE)
def test_damaged_file_is_refused_or_made_harmless(data: Any, browser: Client, editor: User) -> None:
    try:
        made = imported(data, editor)
    except NotReadable:
        assert not FormDefinition.objects.exists()
    else:
        assert (
            browser.get(reverse("wagtailsnippets_forms_formdefinition:edit", args=[made.definition.pk])).status_code
            == 200
        )


def test_newer_format_is_refused_politely(editor: User) -> None:
    with pytest.raises(NotReadable, match="nieuwere"):
        imported({"loket": "form", "format": FORMAT + 1, "body": []}, editor)


@pytest.mark.parametrize("name", templates())
def test_template_can_be_published_as_it_is(name: str, editor: User) -> None:
    made = imported(templates()[name], editor)
    assert made.notes == []
    made.definition.process_type = town.melding().process_type
    assert [str(problem) for problem in made.definition.problems()] == []
    assert [str(hint) for hint in made.definition.warnings()] == []


# --- Open Forms -------------------------------------------------------------------------------------------------------


def open_forms(components: list[dict[str, Any]], logic: list[Any] | None = None, **of_form: Any) -> bytes:
    return zipped(
        {
            "forms.json": [{"uuid": "f", "name": "Aanvraag", "slug": "aanvraag", **of_form}],
            "formSteps.json": [
                {"uuid": "s2", "index": 1, "form_definition": "http://x/api/v2/form-definitions/d2"},
                {"uuid": "s1", "index": 0, "form_definition": "http://x/api/v2/form-definitions/d1"},
            ],
            "formDefinitions.json": [
                {"uuid": "d1", "name": "Eerst", "configuration": {"components": components}},
                {"uuid": "d2", "name": "Dan", "configuration": {"components": [text("slot")]}},
            ],
            "formLogic.json": logic or [],
            "_meta.json": {},
        }
    )


def zipped(files: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return out.getvalue()


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": f"Vraag {key}", "validate": {"required": True}} | more


def radio(key: str = "soort") -> dict[str, Any]:
    values = [{"label": "Container", "value": "c"}, {"label": "Steiger", "value": "s"}]
    return {"type": "radio", "key": key, "label": "Wat?", "values": values, "openForms": {"dataSrc": "manual"}}


def read(content: bytes, editor: User) -> editing.Imported:
    data, notes = editing.read_file(content)
    return editing.import_form(data=data, notes=notes, by=editor, at=timezone.now())


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ({"type": "textfield"}, "text"),
        ({"type": "textarea"}, "long_text"),
        ({"type": "email"}, "email"),
        ({"type": "phoneNumber"}, "phone"),
        ({"type": "number", "decimalLimit": 2, "validate": {"min": 1, "max": 5}}, "number"),
        ({"type": "currency"}, "money"),
        ({"type": "date"}, "date"),
        ({"type": "time"}, "time"),
        ({"type": "checkbox"}, "yes_no"),
        ({"type": "postcode"}, "text"),
        ({"type": "map"}, "place"),
        ({"type": "select", "data": {"values": [{"label": "A", "value": "a"}]}}, "dropdown"),
        ({"type": "selectboxes", "values": [{"label": "A", "value": "a"}]}, "choices"),
    ],
)
def test_component_becomes_a_question(component: dict[str, Any], expected: str, editor: User) -> None:
    made = read(open_forms([{"key": "x", "label": "Vraag"} | component]), editor)
    (asked,) = made.definition.body[0].value["questions"]
    assert (asked.block_type, asked.value["label"]) == (expected, "Vraag")
    assert [s.value["title"] for s in made.definition.body] == ["Eerst", "Dan"]  # in the order of their index
    assert not made.definition.live


@pytest.mark.parametrize("kind", ["signature", "npFamilyMembers", "password", "zelfgemaakt", None])
def test_component_without_counterpart_is_reported(kind: str | None, editor: User) -> None:
    made = read(open_forms([{"type": kind, "key": "x", "label": "Teken hier"}]), editor)
    (line,) = [line for line in made.notes if line.outcome == Outcome.LEFT_OUT]
    assert "Teken hier" in line.where
    assert FormRemark.objects.filter(text__contains="Teken hier").exists()


def test_layout_becomes_groups_and_rows(editor: User) -> None:
    made = read(
        open_forms(
            [
                {"type": "fieldset", "key": "f", "label": "Samen", "components": [text("a"), text("b")]},
                {"type": "columns", "key": "k", "columns": [{"components": [text("c")]}, {"components": [text("d")]}]},
                {"type": "editgrid", "key": "g", "label": "Kinderen", "groupLabel": "kind", "components": [text("e")]},
                {"type": "content", "key": "i", "label": "", "html": "<p>Lees <b>dit</b></p><script>x</script>"},
                {"type": "datetime", "key": "m", "label": "Wanneer?"},
            ]
        ),
        editor,
    )
    asked = made.definition.body[0].value["questions"]
    assert [one.block_type for one in asked] == ["group", "text", "text", "repeat", "explanation", "date", "time"]
    assert [one.value["label"] for one in asked[0].value["questions"]] == ["Vraag a", "Vraag b"]
    assert asked[3].value["row_label"] == "kind"
    assert "<" not in asked[4].value["text"]


def condition_of(made: editing.Imported, number: int = 1) -> Any:
    schema = made.definition.draft_schema()
    return schema["steps"][0]["fields"][number]["parameters"]["when"]


@pytest.mark.parametrize(("show", "mode", "tests"), [(True, "all", ["is"]), (False, "any", ["is_not", "empty"])])
def test_simple_condition_is_taken_over(show: bool, mode: str, tests: list[str], editor: User) -> None:
    asked = text("hoog", conditional={"show": show, "when": "soort", "eq": "s"})
    when = condition_of(read(open_forms([radio(), asked]), editor))
    assert when["mode"] == mode
    assert [(rule["key"], rule["test"]) for rule in when["rules"]] == [("wat", test) for test in tests]
    assert when["rules"][0]["value"] == "steiger"


def show(component: str, state: bool = False) -> dict[str, Any]:
    return {
        "component": component,
        "action": {"type": "property", "property": {"value": "hidden", "type": "bool"}, "state": state},
    }


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ({"==": [{"var": "soort"}, "s"]}, [("wat", "is", "steiger")]),
        ({"!=": [{"var": "soort"}, "s"]}, [("wat", "is_not", "steiger")]),
        ({">": [{"var": "aantal"}, 3]}, [("hoeveel", "greater", "3")]),
        ({"<": [{"date": {"var": "dag"}}, {"date": "2026-12-31"}]}, [("wanneer", "before", "2026-12-31")]),
        ({"in": ["a", {"var": "welke"}]}, [("welke", "is", "a")]),
        ({"==": [{"var": "welke.a"}, True]}, [("welke", "is", "a")]),
        ({"!!": [{"var": "aantal"}]}, [("hoeveel", "filled", "")]),
        (
            {"and": [{"==": [{"var": "soort"}, "s"]}, {">=": [{"var": "aantal"}, 2]}]},
            [("wat", "is", "steiger"), ("hoeveel", "at_least", "2")],
        ),
    ],
)
def test_simple_logic_is_taken_over(trigger: Any, expected: list[Any], editor: User) -> None:
    components = [
        radio(),
        {"type": "number", "key": "aantal", "label": "Hoeveel?"},
        {"type": "date", "key": "dag", "label": "Wanneer?"},
        {"type": "selectboxes", "key": "welke", "label": "Welke?", "values": [{"label": "A", "value": "a"}]},
        text("hoog", hidden=True),
    ]
    made = read(open_forms(components, [{"json_logic_trigger": trigger, "actions": [show("hoog")]}]), editor)
    rules = condition_of(made, 4)["rules"]
    assert [(rule["key"], rule["test"], rule["value"]) for rule in rules] == expected
    assert not [line for line in made.notes if line.outcome == Outcome.LEFT_OUT]


def test_step_that_is_skipped_gets_the_opposite_condition(editor: User) -> None:
    action = {"form_step_uuid": "s2", "action": {"type": "step-not-applicable"}}
    rule = {"json_logic_trigger": {"==": [{"var": "soort"}, "s"]}, "actions": [action]}
    made = read(open_forms([radio()], [rule]), editor)
    when = made.definition.draft_schema()["steps"][1]["when"]
    assert (when["mode"], [found["test"] for found in when["rules"]]) == ("any", ["is_not", "empty"])


@pytest.mark.parametrize(
    "rule",
    [
        {"json_logic_trigger": {"+": [1, 2]}, "actions": [show("hoog")]},
        {"json_logic_trigger": {"==": [{"var": "weg"}, 1]}, "actions": [show("hoog")]},
        {"json_logic_trigger": {"==": [{"var": "soort"}, "s"]}, "actions": [show("weg")]},
        {"json_logic_trigger": True, "actions": [{"action": {"type": "disable-next"}}]},
        {"json_logic_trigger": {"==": [{"var": "soort"}, "s"]}, "actions": [{"action": {"type": "variable"}}]},
    ],
)
def test_logic_without_counterpart_is_reported(rule: Any, editor: User) -> None:
    made = read(open_forms([radio(), text("hoog")], [rule]), editor)
    assert [line.where for line in made.notes if line.outcome == Outcome.LEFT_OUT] == ["Logische regel 1"]
    assert condition_of(made) is None


@pytest.mark.parametrize(
    "content",
    [
        b"PK geen zip",
        zipped({"iets.json": []}),
        zipped({"forms.json": b"{"}),
        zipped({"forms.json": [1]}),
        zipped({"forms.json": [{"name": "x"}], "formSteps.json": [5]}),
        zipped({"../../etc/passwd": b"x", "forms.json": [{"name": "x"}]}),
        zipped({"/abs.json": b"x", "forms.json": [{"name": "x"}]}),
        zipped({"forms.json": b"[" + b" " * 6_000_000 + b"]"}),  # small on the way, large inside
        zipped({f"{number}.txt": b"" for number in range(60)}),
        zipped({"forms.json": b"[" * 100_000}),
    ],
)
def test_hostile_zip_is_refused(content: bytes, editor: User) -> None:
    with pytest.raises(NotReadable):
        read(content, editor)
    assert not FormDefinition.objects.exists()


# --- Screens ----------------------------------------------------------------------------------------------------------


def test_editor_exports_and_imports(browser: Client) -> None:
    definition = form()
    response = browser.get(reverse("form_export", args=[definition.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="melding-openbaar-domein.json"'
    file = SimpleUploadedFile("formulier.json", response.content)
    response = browser.post(reverse("form_new"), {"file": file}, follow=True)
    assert response.status_code == 200
    assert "Alles is overgenomen." in response.content.decode()
    assert FormDefinition.objects.count() == 2


def test_report_names_what_was_left_out(browser: Client) -> None:
    file = SimpleUploadedFile(
        "x.zip", open_forms([radio(), {"type": "signature", "key": "h", "label": "Handtekening"}])
    )
    response = browser.post(reverse("form_new"), {"file": file}, follow=True)
    page = response.content.decode()
    assert "Handtekening" in page
    assert "Overgenomen" in page
    assert "Alles is overgenomen." not in page


@pytest.mark.parametrize("content", [b"", b"geen json", b"\xff\xfe", b"PK\x03\x04", b"[]"])
def test_wrong_file_is_explained(content: bytes, browser: Client) -> None:
    response = browser.post(reverse("form_new"), {"file": SimpleUploadedFile("x.json", content)})
    assert response.status_code == 400
    assert 'class="l-error"' in response.content.decode()
    assert "autofocus" in response.content.decode()  # the reason stands below the templates


def test_template_makes_a_draft(browser: Client) -> None:
    for _ in range(2):
        assert browser.post(reverse("form_new"), {"sjabloon": "klacht"}).status_code == 302
    assert FormDefinition.objects.filter(live=False).count() == 2


def test_only_who_may_make_forms_imports(client: Client) -> None:
    client.force_login(town.staff("bea", "forms.view_formdefinition"))
    assert client.post(reverse("form_new"), {"sjabloon": "klacht"}).status_code in {302, 403}
    assert not FormDefinition.objects.exists()


def test_copy_has_its_conditions_and_an_address_of_its_own(browser: Client) -> None:
    definition = form()
    response = browser.get(reverse("wagtailsnippets_forms_formdefinition:copy", args=[definition.pk]))
    assert response.status_code == 200
    copied = response.context["form"].instance
    assert copied.slug == ""
    assert copied.title == "Melding openbaar domein (kopie)"
    assert logic(copied) == logic(definition)
