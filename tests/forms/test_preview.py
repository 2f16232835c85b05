"""The live preview in the form builder: per role and per branch, without a trace."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

from core.models import User
from forms import preview
from forms.models import FormDefinition, FormDraft
from forms.preview_views import ANSWERS
from forms.roles import Role
from tests import town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, question, repeat, rule, step, when
from tests.forms.test_calculated import AREA, line, price
from tests.forms.test_editing import posted
from tests.forms.test_publish import edit_form

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LAMP = question("yes_no", "Gaat het over een lamp?", key="lamp")
WHICH = question("text", "Welke lamp?", key="welke", when=when(rule(LAMP, "is", "ja")))
BOARD = question("text", "Naam van de vereniging", key="vereniging", when=when(rule("@rol", "is", "vereniging")))
PHOTO = question("photo", "Foto van de lamp", key="foto", required=False)
WHEN = question("text", "Wanneer is ze genomen?", key="genomen", when=when(rule(PHOTO, "filled")))
LAMP_STEP = step("Over de lamp", PHOTO, WHEN, when=when(rule(LAMP, "is", "ja")))
STEPS = [step("Wat", LAMP, WHICH, BOARD), LAMP_STEP, step("U", NAME, EMAIL)]


def page(response: Any) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def shown(found: BeautifulSoup) -> list[str]:
    """Keys of the questions that the editor sees."""
    boxes = found.select("[data-loket-question]")
    return [
        box["data-loket-question"] for box in boxes if not box.find_parent(hidden=True) and not box.has_attr("hidden")
    ]


def said(found: BeautifulSoup) -> str:
    for hidden in found.select("[hidden], template"):
        hidden.decompose()
    return " ".join(found.main.get_text(" ").split())


def typed(definition: FormDefinition) -> dict[str, str]:
    """What Wagtail's script posts of the editor before it shows a preview."""
    body = dict(posted(definition.body.stream_block, definition.body, "body"))
    return edit_form(title=definition.title, slug=definition.slug) | body


def answered(browser: Client, definition: FormDefinition, mode: str = preview.ALL, **answers: Any) -> BeautifulSoup:
    """The preview as it follows the answers that were given in it."""
    address = reverse("wagtailsnippets_forms_formdefinition:preview_on_edit", args=[definition.pk])
    assert browser.post(address, typed(definition)).json()["is_valid"]
    names = {("@rol" if name == "rol" else name): value for name, value in answers.items()}
    return page(browser.post(f"{address}?mode={mode}&{ANSWERS}=1", names))


# --- What there is to choose


def test_modes_are_all_steps_each_step_and_the_start_page() -> None:
    definition = builder.draft_form()
    assert [mode for mode, _label in definition.preview_modes] == ["alles", "1", "2", "3", "start"]
    for mode, heading in (("1", "Het probleem"), ("3", "Uw gegevens"), ("start", "Melding openbaar domein")):
        assert page(definition.make_preview_request(preview_mode=mode)).h1.get_text(strip=True) == heading


def test_all_steps_stand_under_each_other_in_the_order_of_the_form() -> None:
    found = page(builder.draft_form().make_preview_request(preview_mode="alles"))
    assert [title.get_text() for title in found.main.select("h2")] == ["Het probleem", "De plaats", "Uw gegevens"]


@pytest.mark.parametrize("steps", [[], [step("")], [step("", question("choice", "", options=[]))]])
def test_unfinished_form_does_not_break_it(steps: list[dict[str, Any]]) -> None:
    definition = builder.draft_form(title="Nog leeg", slug="leeg")
    definition.body = steps
    assert definition.make_preview_request(preview_mode=definition.default_preview_mode).status_code == 200


def test_step_that_was_removed_a_moment_ago_gives_all_steps() -> None:
    """The list of steps beside the preview is as old as the page of the editor."""
    found = page(builder.draft_form().make_preview_request(preview_mode="9"))
    assert len(found.main.select("h2")) == 3


# --- Per branch


def test_answer_shows_what_follows_in_the_same_step_and_in_later_ones(browser: Client) -> None:
    definition = builder.draft_form(*STEPS)
    assert shown(answered(browser, definition)) == ["lamp", "naam", "email"]
    found = answered(browser, definition, lamp="ja")
    assert shown(found) == ["lamp", "welke", "foto", "naam", "email"]
    assert "Stap 2 van 3" in said(found)
    assert shown(answered(browser, definition, lamp="nee", welke="Die")) == ["lamp", "naam", "email"]


def test_what_does_not_show_is_said_in_words(browser: Client) -> None:
    words = said(answered(browser, builder.draft_form(*STEPS), lamp="nee"))
    assert "Stap 2 (Over de lamp) wordt nu overgeslagen. Deze stap verschijnt alleen als" in words
    assert "“Welke lamp?” verschijnt alleen als “Gaat het over een lamp?” is “Ja”." in words
    assert "Stap 2 van 2" in words, "the step that is skipped does not count"


def test_one_step_follows_what_was_answered_in_another(browser: Client) -> None:
    definition = builder.draft_form(*STEPS)
    assert shown(answered(browser, definition, "2", lamp="ja")) == ["foto"]
    assert "wordt nu overgeslagen" in said(answered(browser, definition, "2", lamp="nee"))


def test_file_that_was_chosen_counts_as_an_answer(browser: Client) -> None:
    assert "genomen" in shown(answered(browser, builder.draft_form(*STEPS), lamp="ja", foto="lamp.jpg"))


def test_rows_of_a_repeating_group_are_followed_one_by_one(browser: Client) -> None:
    eats = question("yes_no", "Blijft het eten?", key="eet")
    what = question("text", "Wat eet het niet?", key="niet", when=when(rule(eats, "is", "ja")))
    definition = builder.draft_form(step("Kinderen", repeat("Wie komt er?", eats, what, key="wie")))
    found = answered(browser, definition, **{"wie-rij": ["0", "1"], "wie-0-eet": "nee", "wie-1-eet": "ja"})
    rows = [
        [box.has_attr("hidden") for box in row.select("[data-loket-question]")]
        for row in found.select("[data-loket-row]")
    ]
    assert rows[:2] == [[False, True], [False, False]]


def test_price_is_worked_out_from_the_answers(browser: Client) -> None:
    definition = builder.draft_form(step("Wat", AREA, price(line("Inname", AREA, "2.5"))))
    assert "€ 7,50" in said(answered(browser, definition, m2="3")).replace("\xa0", " ")


# --- Per role


@pytest.mark.parametrize(
    ("role", "there"), [(Role.CITIZEN, False), (Role.ASSOCIATION, True), (Role.DESK, False), ("niemand", False)]
)
def test_who_fills_in_decides_too(role: str, there: bool, browser: Client) -> None:
    found = answered(browser, builder.draft_form(*STEPS), rol=role)
    assert ("vereniging" in shown(found)) is there
    chosen = found.select_one("select[name='@rol'] option[selected]")["value"]
    assert chosen == (role if role in set(Role) else Role.CITIZEN)


# --- Through the editor


def test_it_shows_what_was_typed_and_not_saved_with_the_answers(browser: Client) -> None:
    definition = builder.draft_form()
    address = reverse("wagtailsnippets_forms_formdefinition:preview_on_edit", args=[definition.pk])
    unsaved = edit_form(step("Net getypt", NAME), slug=definition.slug, title="Melding")
    assert browser.post(address, unsaved).json()["is_valid"]
    assert "Net getypt" in browser.get(address).content.decode()
    # Asking what follows does not take the place of what the editor typed.
    assert "Net getypt" in browser.post(f"{address}?{ANSWERS}=1", {"naam": "An"}).content.decode()
    assert "Net getypt" in browser.get(address).content.decode()
    assert not FormDraft.objects.exists()


def test_new_form_that_was_never_saved_has_it_too(browser: Client) -> None:
    address = reverse("wagtailsnippets_forms_formdefinition:preview_on_add")
    browser.post(address, typed(FormDefinition(title="Nieuw", slug="nieuw", body=[step("Wat", LAMP, WHICH)])))
    assert shown(page(browser.post(f"{address}?{ANSWERS}=1", {}))) == ["lamp"]
    assert shown(page(browser.post(f"{address}?{ANSWERS}=1", {"lamp": "ja"}))) == ["lamp", "welke"]


def test_earlier_revision_has_it_too(browser: Client) -> None:
    definition = builder.draft_form(*STEPS)
    revision = definition.save_revision()
    address = reverse("wagtailsnippets_forms_formdefinition:revisions_view", args=[definition.pk, revision.pk])
    assert "welke" in shown(page(browser.post(f"{address}?{ANSWERS}=1", {"lamp": "ja"})))


def test_whoever_is_asked_to_approve_has_it_too(client: Client) -> None:
    definition = builder.draft_form(*STEPS)
    definition.save_revision()
    workflow, task = Workflow.objects.create(name="Nalezen"), GroupApprovalTask.objects.create(name="Nalezen")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    admin = User.objects.create_superuser("admin", password="a-good-password")
    workflow.start(definition, admin)
    client.force_login(admin)
    address = reverse("wagtailsnippets_forms_formdefinition:workflow_preview", args=[definition.pk, task.pk])
    assert "welke" in shown(page(client.post(f"{address}?{ANSWERS}=1", {"lamp": "ja"})))


def test_who_may_not_change_forms_gets_none(client: Client) -> None:
    definition = builder.draft_form(*STEPS)
    client.force_login(town.staff("an"))
    address = reverse("wagtailsnippets_forms_formdefinition:preview_on_edit", args=[definition.pk])
    response = client.post(f"{address}?{ANSWERS}=1", {"lamp": "ja"})
    assert b"data-loket-preview" not in response.content
