"""An editor builds a form, from empty, and publishes it: what is not sound is refused on every road."""

import json
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Task, Workflow, WorkflowTask

from core.models import User
from core.publishing import NotPublishable
from forms import schema
from forms.fields import registry
from forms.models import FormDefinition, FormVersion
from tests import town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, PHONE, WHAT, step

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def problems(*steps: dict[str, Any], **changes: Any) -> list[str]:
    return [str(problem) for problem in builder.draft_form(*steps, **changes).problems()]


# --- Compiling --------------------------------------------------------------------------------------------------------


def test_publishing_freezes_a_version() -> None:
    version = builder.published_form()
    assert version.number == 1
    assert version.schema["schema"] == schema.SCHEMA
    assert [found["title"] for found in version.schema["steps"]] == ["Het probleem", "De plaats", "Uw gegevens"]
    field = version.schema["steps"][0]["fields"][0]
    assert (field["slug"], field["type_id"], field["parameters"]["type"]) == ("wat", "radios", "choice")
    assert {item["value"] for item in field["items"]} == {"losse-tegel", "put-in-de-weg", "iets-anders"}
    assert version.definition.live


def test_a_version_cannot_be_changed_or_removed() -> None:
    version = builder.published_form()
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE forms_formversion SET number = 9 WHERE id = %s", [version.pk])


def test_republishing_makes_the_next_version_and_keeps_keys() -> None:
    question = builder.question("text", "Naam van de straat?", required=False)
    definition = builder.draft_form(step("Wie", NAME, EMAIL, question))
    first = builder.publish(definition)
    definition = FormDefinition.objects.get()
    definition.body = [
        step("Wie", NAME, EMAIL, question | {"value": question["value"] | {"label": "In welke straat?"}})
    ]
    second = builder.publish(definition)
    assert (first.number, second.number) == (1, 2)
    keys = [field["slug"] for version in (first, second) for field in version.schema["steps"][0]["fields"]][2::3]
    assert keys == ["naam-van-de-straat"] * 2


def test_question_that_comes_back_has_its_old_key() -> None:
    lost = builder.question("text", "Extra?", required=False)
    definition = builder.draft_form(step("Wie", NAME, EMAIL, lost))
    builder.publish(definition)
    for body in (
        [step("Wie", NAME, EMAIL)],
        [step("Wie", NAME, EMAIL, builder.question("text", "Extra?") | {"id": "new"}, lost)],
    ):
        definition = FormDefinition.objects.get()
        definition.body = body
        version = builder.publish(definition)
    assert [field["slug"] for field in version.schema["steps"][0]["fields"]] == ["naam", "email", "extra-2", "extra"]


def test_fixed_key_takes_precedence_over_a_made_one() -> None:
    made = builder.question("text", "Naam", required=False)
    definition = builder.draft_form(step("Wie", NAME | {"value": NAME["value"] | {"key": ""}}, EMAIL, made))
    builder.publish(definition)
    definition = FormDefinition.objects.get()
    fixed = builder.question("text", "Iets", key="naam", required=False)
    definition.body = [step("Wie", NAME | {"value": NAME["value"] | {"key": ""}}, EMAIL, made, fixed)]
    keys = [field["slug"] for field in builder.publish(definition).schema["steps"][0]["fields"]]
    assert len(set(keys)) == 4
    assert keys[3] == "naam"


# --- The gate ---------------------------------------------------------------------------------------------------------


def test_sound_form_has_no_problems() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("steps", "where"),
    [
        ([step("Leeg"), step("Wie", NAME, EMAIL)], "1"),
        ([step("", NAME, EMAIL)], "1"),
        ([step("Wie", NAME, EMAIL), step("Foto", builder.question("photo", ""))], "2"),
        ([step("Wie", NAME, EMAIL, builder.question("choice", "Wat?", options=["Ja"]))], "Wat?"),
        ([step("Wie", NAME, EMAIL, builder.question("choice", "Wat?", options=["Ja", "ja"]))], "Wat?"),
        ([step("Wie", NAME, EMAIL), step("Nog", NAME | {"value": NAME["value"] | {"purpose": ""}})], "naam?"),
        ([step("Wie", NAME, EMAIL), step("Nog", builder.question("email", "Nog een?", is_own=True))], "Nog een?"),
    ],
)
def test_problem_is_named_at_its_place(steps: list[dict[str, Any]], where: str) -> None:
    found = problems(*steps)
    assert len(found) == 1, found
    assert where in found[0].partition(":")[0] or where in found[0]


def test_form_without_steps_or_process_type_is_no_form() -> None:
    definition = builder.draft_form(process_type=None)
    definition.body = []
    assert len(definition.problems()) == 2


def test_process_type_must_be_published() -> None:
    assert len(problems(process_type=town.draft_melding())) == 1


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ([WHAT], 2),
        ([NAME], 1),
        ([EMAIL], 1),
        ([NAME, PHONE], 1),  # the phone number may stay empty here
        ([NAME | {"value": NAME["value"] | {"required": False}}, EMAIL], 1),
        ([NAME, PHONE | {"value": PHONE["value"] | {"required": True}}], 0),
    ],
)
def test_citizen_must_be_known_well_enough_to_answer(asked: list[dict[str, Any]], count: int) -> None:
    assert len(problems(step("Alles", *asked))) == count


def test_anonymous_process_asks_nobody_who_they_are() -> None:
    process = town.published(town.draft_melding(name="Anoniem", anonymous_allowed=True)).process_type
    assert problems(step("", WHAT), process_type=process) == []


def test_unsound_draft_is_refused_and_the_live_version_stays() -> None:
    version = builder.published_form()
    definition = FormDefinition.objects.get()
    definition.body = [step("Wie", NAME)]
    with pytest.raises(NotPublishable):
        definition.save_revision().publish()
    definition.refresh_from_db()
    assert definition.current_version == version
    assert definition.live


# --- The editor's screens ---------------------------------------------------------------------------------------------


@pytest.fixture
def editor() -> User:
    rights = [f"forms.{verb}_formdefinition" for verb in ("add", "change", "publish", "delete", "view")]
    return town.staff("ellen", *rights)


@pytest.fixture
def browser(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def posted(value: Any, prefix: str) -> dict[str, str]:
    """What the editor's browser sends for a StreamField: every block with its place, id and values."""
    data = {f"{prefix}-count": str(len(value))}
    for number, block in enumerate(value):
        at = f"{prefix}-{number}"
        data |= {
            f"{at}-type": block["type"],
            f"{at}-id": block.get("id", ""),
            f"{at}-order": str(number),
            f"{at}-deleted": "",
        }
        for name, part in block["value"].items():
            if name == "questions":
                data |= posted(part, f"{at}-value-questions")
            elif name == "options":
                data[f"{at}-value-options-count"] = str(len(part))
                for place, option in enumerate(part):
                    spot = f"{at}-value-options-{place}"
                    data |= {
                        f"{spot}-value-label": option,
                        f"{spot}-value-hint": "",
                        f"{spot}-value-amount": "",
                        f"{spot}-id": "",
                        f"{spot}-order": str(place),
                        f"{spot}-deleted": "",
                    }
            elif part not in (False, None):
                data[f"{at}-value-{name}"] = "on" if part is True else str(part)
    return data


def edit_form(*steps: dict[str, Any], **changes: Any) -> dict[str, str]:
    fields = {
        "title": "Melding openbaar domein",
        "slug": "",
        "intro": "",
        "privacy": "",
        "process_type": "",
        "on_behalf": "no",
        "sign_in": "may",
        "cosigners_max": "0",
        "cosign_days": "14",
    }
    return fields | {name: str(value) for name, value in changes.items()} | posted(steps, "body")


CREATE = "wagtailsnippets_forms_formdefinition:add"
EDIT = "wagtailsnippets_forms_formdefinition:edit"


def test_empty_builder_offers_every_type_of_question(browser: Client) -> None:
    response = browser.get(reverse(CREATE))
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    definition = json.dumps(page.get_text()) + str(page)
    for kind in [field_type.name for field_type in registry]:
        assert f"&quot;{kind}&quot;" in definition or f'"{kind}"' in definition


def test_editor_starts_from_empty_and_publishes(browser: Client) -> None:
    process = town.melding().process_type
    response = browser.post(
        reverse(CREATE),
        edit_form(*builder.melding_steps(), process_type=process.pk) | {"action-publish": "action-publish"},
    )
    assert response.status_code == 302, BeautifulSoup(response.content, "html.parser").get_text()
    version = FormVersion.objects.get()
    assert version.definition.slug == "melding-openbaar-domein"
    assert version.compiled_by is not None
    assert Client().get(version.definition.get_absolute_url()).status_code == 200


def test_first_draft_may_be_nearly_empty(browser: Client) -> None:
    for _ in range(2):  # two of the same name get two addresses
        response = browser.post(reverse(CREATE), edit_form(step("", builder.question("choice", "", options=[]))))
        assert response.status_code == 302
    assert set(FormDefinition.objects.values_list("slug", flat=True)) == {
        "melding-openbaar-domein",
        "melding-openbaar-domein-2",
    }
    assert not FormDefinition.objects.filter(live=True).exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_refusal_is_explained_on_the_edit_page_and_nothing_typed_is_lost(browser: Client, is_new: bool) -> None:
    address = reverse(CREATE) if is_new else reverse(EDIT, args=[builder.draft_form().pk])
    unsound = edit_form(step("Alleen dit", WHAT), process_type=town.melding().process_type.pk, slug="alleen-dit")
    response = browser.post(address, unsound | {"action-publish": "action-publish"}, follow=True)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert len(page.select(".messages .loket-problems li")) == 2
    definition = FormDefinition.objects.get()
    assert not definition.live
    assert definition.get_latest_revision_as_object().body[0].value["title"] == "Alleen dit"
    assert not FormVersion.objects.exists()


def test_missing_label_is_shown_at_its_block_when_publishing(browser: Client) -> None:
    nameless = edit_form(step("Wie", builder.question("text", "")), process_type=town.melding().process_type.pk)
    response = browser.post(reverse(CREATE), nameless | {"action-publish": "action-publish"})
    assert response.status_code == 200
    assert not FormDefinition.objects.exists()


def test_list_says_how_each_form_stands(browser: Client, django_assert_max_num_queries: Any) -> None:
    version = builder.published_form()
    citizen = builder.Citizen().start().fill_in_everything()
    citizen.send()
    builder.publish(version.definition)
    address = reverse("wagtailsnippets_forms_formdefinition:list")
    browser.get(address)

    def queries() -> int:
        with django_assert_max_num_queries(40) as captured:
            response = browser.get(address)
        rows = BeautifulSoup(response.content, "html.parser").select("table tbody tr")
        row = next(row for row in rows if "Melding openbaar domein" in row.get_text())
        cells = [cell.get_text(strip=True) for cell in row.select("td")]
        assert cells[4:6] == ["1", "1"], cells
        return len(captured)

    alone = queries()
    for number in range(5):
        builder.published_form(slug=f"formulier-{number}", title=f"Formulier {number}")
    assert queries() <= alone


def test_form_in_use_cannot_be_deleted(browser: Client) -> None:
    version = builder.published_form()
    response = browser.post(
        reverse("wagtailsnippets_forms_formdefinition:delete", args=[version.definition.pk]), follow=True
    )
    assert version.definition.title in BeautifulSoup(response.content, "html.parser").select_one(".messages").get_text()
    assert FormDefinition.objects.filter(pk=version.definition.pk).exists()


# --- Other roads to publication ---------------------------------------------------------------------------------------


def test_scheduled_publication_that_is_no_longer_sound_stops_nothing_else() -> None:
    sound = builder.draft_form(slug="goed")
    process = town.published(town.draft_melding(name="Ander")).process_type
    unsound = builder.draft_form(slug="fout", process_type=process)
    for definition in (unsound, sound):
        definition.go_live_at = timezone.now() + timedelta(hours=1)
        definition.save_revision().publish()
        assert not FormDefinition.objects.get(pk=definition.pk).live
    process.unpublish()
    for definition in (unsound, sound):
        revision = definition.latest_revision
        revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
        revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
        revision.save()
    call_command("publish_scheduled")
    assert FormDefinition.objects.get(slug="goed").current_version is not None
    refused = FormDefinition.objects.get(slug="fout")
    assert not refused.live
    assert not FormVersion.objects.filter(definition=refused).exists()
    assert "Ander" in ModelLogEntry.objects.get(action="loket.publish.refused").message
    assert not refused.approved_schedule  # not tried again each minute


def test_workflow_approval_of_an_unsound_draft_is_explained(browser: Client, editor: User) -> None:
    editor.is_superuser = True
    editor.save()
    workflow = Workflow.objects.create(name="Nalezen")
    task = Task.objects.exclude(active=False).first().specific
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    definition = builder.draft_form(step("Alleen dit", WHAT))
    definition.save_revision()
    state = workflow.start(definition, editor)
    address = reverse(
        "wagtailsnippets_forms_formdefinition:workflow_action",
        args=[definition.pk, "approve", state.current_task_state.pk],
    )
    response = browser.post(address, {"comment": ""}, follow=True)
    assert response.status_code == 200
    definition.refresh_from_db()
    assert not definition.live
