"""A form travels in a file: to another Loket and back, from Open Forms, and from a template."""

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import User
from forms import editing
from forms.editor_views import templates
from forms.models import EmbedHost, FormDefinition, FormRemark, QuestionGroup
from forms.open_forms import Outcome
from forms.portable import FORMAT, NotReadable
from tests import town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, block_id, question, step
from videos.models import Media

pytestmark = [pytest.mark.django_db, pytest.mark.both]

KIND = question("choice", "Wat komt er?", options=[{"label": "Container"}, {"label": "Steiger"}])


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


STAYS = {
    "id", "title", "slug", "intro", "privacy", "process_type", "body",  # have a place of their own in the file
    "live", "has_unpublished_changes", "first_published_at", "last_published_at", "live_revision", "go_live_at",
    "expire_at", "expired", "latest_revision", "locked", "locked_at", "locked_by",
}  # fmt: skip
"""Columns that are no settings of the form itself, but of its being published and worked on here."""


def test_every_setting_of_a_form_travels_or_is_known_to_stay() -> None:
    assert {field.name for field in FormDefinition._meta.concrete_fields} == STAYS | set(editing.SETTINGS)


LIMITS: dict[str, Any] = {
    "opens_at": datetime(2030, 1, 1, 9, tzinfo=town.BRUSSELS),
    "closes_at": datetime(2030, 2, 1, 9, tzinfo=town.BRUSSELS),
    "max_submissions": 30,
    "show_places": True,
    "text_not_yet": "Kom terug in januari.",
    "text_closed": "De volgende reeks start in de lente.",
    "text_full": "Er is een wachtlijst.",
    "max_per_address": 100,
    "max_per_browser": None,
    "max_starts_per_address": 0,
    "minimum_seconds": 10,
    "has_trap": False,
    "cosigners_max": 2,
    "cosigners_required": False,
    "cosigner_who": "de andere ouder",
    "cosign_days": 30,
    "on_behalf": "may",
    "sign_in": "no",
    "api_allowed": True,
    "embedding_allowed": True,
}


def test_settings_of_every_tab_come_along(editor: User) -> None:
    assert set(LIMITS) == set(editing.SETTINGS)
    definition = builder.draft_form(step("Wie", NAME, EMAIL), **LIMITS)
    made = imported(json.loads(json.dumps(editing.export(definition))), editor)
    saved = FormDefinition.objects.get(pk=made.definition.pk).get_latest_revision_as_object()
    assert {name: getattr(saved, name) for name in LIMITS} == LIMITS
    # Who imports must know that others may get at the form.
    assert [line.where for line in made.notes] == [
        "Andere programma's mogen dit formulier lezen, controleren en versturen",
        "Andere websites mogen dit formulier tonen",
    ]


def test_websites_that_may_show_our_forms_stay_here(editor: User) -> None:
    EmbedHost.objects.create(name="Bibliotheek", origin="https://bib.example")
    definition = builder.draft_form(step("Wie", NAME, EMAIL), embedding_allowed=True)
    assert "bib.example" not in json.dumps(editing.export(definition))


def test_form_that_closed_already_says_so(editor: User) -> None:
    definition = builder.draft_form(step("Wie", NAME, EMAIL), closes_at=datetime(2020, 1, 1, tzinfo=town.BRUSSELS))
    made = imported(editing.export(definition), editor)
    assert [(line.outcome, line.where) for line in made.notes] == [(Outcome.ADAPTED, "Sluit op")]
    assert made.definition.closes_at == definition.closes_at


@pytest.mark.parametrize(
    ("name", "value", "new"),
    [
        ("max_submissions", -1, None),
        ("max_submissions", 10**30, None),
        ("max_per_address", "veel", 10),
        ("minimum_seconds", 9999, 3),
        ("opens_at", "morgen", None),
        ("opens_at", "0001-01-01T00:00:00Z", None),
        ("opens_at", "2030-13-45T00:00", None),
        ("has_trap", "misschien", True),
        ("cosigners_max", 99, 0),
        ("cosigner_who", "x" * 200, ""),
        ("cosign_days", None, 14),
        ("on_behalf", "iedereen", "no"),
    ],
)
def test_setting_that_cannot_be_is_left_as_in_a_new_form_and_said(
    name: str, value: Any, new: Any, editor: User
) -> None:
    data = editing.export(builder.draft_form(step("Wie", NAME, EMAIL), minimum_seconds=3))
    data["settings"][name] = value
    made = imported(data, editor)
    assert getattr(made.definition, name) == new
    assert [line.outcome for line in made.notes] == [Outcome.LEFT_OUT]
    assert FormRemark.objects.count() == 1


def test_form_that_closes_before_it_opens_gets_neither(editor: User) -> None:
    data = editing.export(builder.draft_form(step("Wie", NAME, EMAIL)))
    data["settings"] |= {"opens_at": "2030-02-01T09:00:00Z", "closes_at": "2030-01-01T09:00:00Z"}
    made = imported(data, editor)
    assert (made.definition.opens_at, made.definition.closes_at) == (None, None)
    assert [line.outcome for line in made.notes] == [Outcome.LEFT_OUT]


def test_export_of_an_older_loket_still_imports(editor: User) -> None:
    """Written by Loket when its format was 1: without settings, and without the video that was in the form."""
    made = imported(json.loads((Path(__file__).parent / "form_1.json").read_text()), editor)
    assert [[label, bool(condition)] for label, condition in logic(made.definition)] == [
        ["Wat komt er?", False],
        ["Hoe hoog?", True],
        ["Zo meldt u het", False],
        ["Wat is uw naam?", False],
        ["Wat is uw e-mailadres?", False],
    ]
    assert (made.definition.max_per_address, made.definition.cosigners_max) == (10, 0)
    left_out = [line for line in made.notes if line.outcome == Outcome.LEFT_OUT]
    assert [line.where for line in left_out] == ["Video: Zo meldt u het", "Procestype"]


def test_video_that_stayed_behind_is_in_the_report(editor: User) -> None:
    media = Media.objects.create(title="Zo werkt het", type="video", duration=60, file=ContentFile(b"x", "a.mp4"))
    video = question("video", "", video=media.pk, title="Zo meldt u het")
    group = QuestionGroup(title="Contact", intro="", questions=[NAME, video])
    group.save()
    definition = builder.draft_form(step("Wat", KIND, video), step("Wie", shared(group)))
    data = editing.export(definition)
    group.questions = []
    group.save()
    made = imported(data, editor)
    left_out = {line.where: line.block for line in made.notes if line.outcome == Outcome.LEFT_OUT}
    assert left_out == {"Video: Zo meldt u het": video["id"], "Contact: Video: Zo meldt u het": ""}
    assert FormRemark.objects.filter(block=video["id"], text__contains="Kies dit opnieuw").exists()


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
    {"loket": "form", "format": 2, "body": [], "settings": []},
    {"loket": "form", "format": 2, "body": [], "settings": {"opens_at": {}}},
    {"loket": "form", "format": 2, "body": [], "settings": {"text_full": "\0", "live": True, "pk": 1}},
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
    anonymous = name == "inlichtingen"  # at the desk nobody is asked for a name
    made.definition.process_type = town.published(town.draft_melding(anonymous_allowed=anonymous)).process_type
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
