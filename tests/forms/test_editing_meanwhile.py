"""Editors publish while citizens are half-way: each finishes what was started, and what was sent stays readable."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.triggers import open_door
from forms.answers_pdf import answers_pdf
from forms.models import FormDefinition, FormVersion, Submission
from forms.schema import SCHEMA
from tests import town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, PHOTO, STORY, WHERE, Citizen, question, step

pytestmark = [pytest.mark.django_db, pytest.mark.both]

OPTIONS = [
    {"type": "item", "id": builder.block_id(label), "value": {"label": label, "hint": "", "amount": None}}
    for label in ("Losse tegel", "Put in de weg")
]
WHAT = question("choice", "Wat is er aan de hand?", options=OPTIONS, key="wat")


def steps() -> list[dict[str, Any]]:
    return copy.deepcopy([step("Het probleem", WHAT, STORY), step("De plaats", WHERE, PHOTO), step("U", NAME, EMAIL)])


def edit_and_publish(*blocks: dict[str, Any]) -> FormVersion:
    definition = FormDefinition.objects.get()
    definition.body = list(blocks)
    definition.full_clean()
    return builder.publish(definition)


def without_the_story() -> list[dict[str, Any]]:
    made = steps()
    made[0]["value"]["questions"].pop(1)
    return made


def with_another_word() -> list[dict[str, Any]]:
    made = without_the_story()
    asked = made[0]["value"]["questions"][0]["value"]
    asked["label"] = "Wat ziet u?"
    asked["options"][0]["value"]["label"] = "Een tegel die los ligt"
    return made


def with_a_step_in_between() -> list[dict[str, Any]]:
    made = with_another_word()
    urgent = question("yes_no", "Is het gevaarlijk?", key="gevaar")
    return [made[0], step("Dringend?", urgent), *made[1:]]


PAGES: list[dict[str, Any]] = [
    {"wat": "losse-tegel", "verhaal": "Bijna gevallen."},
    {"waar": "Statielei 10"},
    {"naam": "Fatima El Amrani", "email": "fatima@example.org"},
]
ASKED = ["Wat is er aan de hand?", "Vertel ons meer", "Waar is het?", "Hebt u een foto?"]


def begin(pages: int) -> Citizen:
    citizen = Citizen().start()
    for number, answers in enumerate(PAGES[:pages], start=1):
        assert citizen.fill_in(number, **answers).status_code == 302
    return citizen


def finish(citizen: Citizen, pages: int) -> Submission:
    for number, answers in enumerate(PAGES[pages:], start=pages + 1):
        page = citizen.get("step", number)
        assert page.status_code == 200
        assert citizen.fill_in(number, **answers).status_code == 302
    assert citizen.get("check").status_code == 200
    assert citizen.send()["Location"] == citizen.address("done")
    assert citizen.get("done").status_code == 200
    return Submission.objects.get(token=citizen.uuid)


def read(submission: Submission) -> dict[str, str]:
    """What anybody reads in it, without the version or the software of today."""
    return {answer["label"]: answer["text"] for step in submission.answers["steps"] for answer in step["answers"]}


def test_twenty_citizens_half_way_finish_on_the_version_they_started(settings: Any) -> None:
    first = builder.published_form(*steps(), max_per_address=None, max_starts_per_address=None)
    half_way = [(begin(pages), pages) for pages in (0, 1, 2, 3) for _one in range(5)]
    assert len(half_way) == 20

    submissions = []
    for publish in (without_the_story, with_another_word, with_a_step_in_between):
        edit_and_publish(*publish())
        submissions += [finish(*half_way.pop(0)) for _one in range(5)]
    newest = FormDefinition.objects.get().current_version
    assert newest is not None
    assert newest.number == 4
    submissions += [finish(*left) for left in half_way]

    assert len(submissions) == 20
    assert {submission.version for submission in submissions} == {first}
    for submission in submissions:
        found = read(Submission.objects.get(pk=submission.pk))
        assert list(found)[:4] == ASKED
        assert (found["Wat is er aan de hand?"], found["Vertel ons meer"]) == ("Losse tegel", "Bijna gevallen.")


def test_who_starts_after_publishing_gets_the_new_version() -> None:
    builder.published_form(*steps())
    newest = edit_and_publish(*with_a_step_in_between())
    citizen = Citizen().start()
    page = BeautifulSoup(citizen.get("step", 1).content, "html.parser")
    assert [line.get_text(strip=True) for line in page.main.select("label")] == [
        "Een tegel die los ligt",
        "Put in de weg",
    ]
    assert "Vertel ons meer" not in page.main.get_text()
    for number, answers in enumerate([{"wat": "losse-tegel"}, {"gevaar": "ja"}, *PAGES[1:]], start=1):
        assert citizen.fill_in(number, **answers).status_code == 302
    citizen.send()
    submission = Submission.objects.get()
    assert submission.version == newest
    # The same answer under the same key, in today's words: figures over both versions can be added up.
    assert submission.answers["steps"][0]["answers"][0] | {"retention": ""} == {
        "key": "wat", "label": "Wat ziet u?", "type": "choice", "purpose": "", "retention": "", "shown": True,
        "value": "losse-tegel", "text": "Een tegel die los ligt",
    }  # fmt: skip
    assert submission.answers["steps"][1]["answers"][0]["label"] == "Is het gevaarlijk?"


def test_unpublished_form_is_finished_by_who_is_half_way_and_started_by_nobody() -> None:
    first = builder.published_form(*steps())
    citizen = begin(2)
    edit_and_publish(*with_another_word())
    FormDefinition.objects.get().unpublish()
    assert citizen.client.get(first.definition.get_absolute_url()).status_code == 410
    assert finish(citizen, 2).version == first


def test_sent_answers_are_read_without_the_version() -> None:
    """Whatever became of it: here nothing is left of its questions."""
    builder.published_form(*steps())
    submission = finish(begin(1), 1)
    store_schema(submission.version, {"schema": SCHEMA, "title": "?", "steps": [], "keys": {}})
    found = Submission.objects.get(pk=submission.pk)
    assert read(found)["Wat is er aan de hand?"] == "Losse tegel"
    assert answers_pdf(found).startswith(b"%PDF")


# --- A version that an older Loket published


def store_schema(version: FormVersion, schema: dict[str, Any]) -> None:
    """As it would lie in the database. A version cannot be changed, so through the eraser's door."""
    with open_door(reason="a version of an older Loket"), connection.cursor() as cursor:
        cursor.execute("UPDATE forms_formversion SET schema = %s WHERE id = %s", [json.dumps(schema), version.pk])


@pytest.fixture
def old_version() -> FormVersion:
    """What the first Loket published (schema_1.json is what it really made), word for word."""
    version = builder.published_form()
    store_schema(version, json.loads((Path(__file__).parent / "schema_1.json").read_text()))
    return FormVersion.objects.get(pk=version.pk)


def test_version_of_schema_1_is_filled_in_sent_and_read(old_version: FormVersion) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT schema FROM forms_formversion WHERE id = %s", [old_version.pk])
        assert json.loads(cursor.fetchone()[0])["schema"] == 1
    citizen = Citizen().start().fill_in_everything()
    assert citizen.get("check").status_code == 200
    citizen.send()
    submission = Submission.objects.get()
    assert submission.version == old_version
    found = read(submission)
    assert found["Wat is er aan de hand?"] == "Losse tegel"
    assert found["Op welk nummer kunnen we u bellen?"] == "0470 12 34 56"
    assert submission.dossier.place == "Statielei 10"
    page = citizen.get("answers")
    assert page.status_code == 200
    assert "Ik ben bijna gevallen." in page.content.decode()


def test_draft_of_an_older_loket_is_finished_after_the_next_version(old_version: FormVersion) -> None:
    citizen = begin(1)
    newest = edit_and_publish(*steps())
    assert newest.schema["schema"] == SCHEMA
    assert finish(citizen, 1).version == old_version
    assert [field["slug"] for field in newest.schema["steps"][0]["fields"]] == ["wat", "verhaal"]


def test_editor_compares_a_version_of_schema_1_with_the_draft(old_version: FormVersion) -> None:
    client = Client()
    client.force_login(town.staff("ellen", "forms.change_formdefinition", "forms.view_formdefinition"))
    for page in ("form_overview", "form_compare"):
        assert client.get(reverse(page, args=[old_version.definition_id])).status_code == 200
