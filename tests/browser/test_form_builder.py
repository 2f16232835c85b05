"""An editor chooses questions and answers from lists, in the form as it stands on the screen."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from forms.models import FormDefinition
from tests import town
from tests.browser.accessibility import assert_accessible, assert_editor_accessible, fits
from tests.forms import builder

RIGHTS = [f"forms.{verb}_formdefinition" for verb in ("add", "change", "publish", "view")]
WHAT = builder.question("choice", "Wat is er stuk?", options=[{"label": "Lamp"}, {"label": "Bank; of stoel"}])
WHICH = builder.question("text", "Welke lamp?")
COUNT = builder.question("number", "Hoeveel?", required=False)


def sign_in(page: Page) -> None:
    town.staff("ellen", *RIGHTS)
    page.goto("/beheer/")
    page.get_by_label("Gebruikersnaam").fill("ellen")
    page.get_by_label("Wachtwoord").fill("a-good-password")
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url("**/beheer/")


def edit(page: Page, definition: FormDefinition) -> None:
    page.goto(f"/beheer/formulieren/edit/{definition.pk}/")
    expect(page.locator("#panel-child-vragen-body-section, [data-contentpath='body']").first).to_be_visible()


def block(page: Page, question: dict[str, Any]) -> Locator:
    return page.locator(f'[data-contentpath="{question["id"]}"]')


def open_condition(of: Locator) -> Locator:
    """The part "Only ask when" of a question, with its rules."""
    of.locator('[data-streamfield-action="SETTINGS"]').first.click()
    condition = of.locator('[data-contentpath="when"]').first
    condition.locator("[data-panel-toggle]").first.click()
    return condition


def add_rule(page: Page, condition: Locator) -> Locator:
    condition.locator(".c-sf-add-button").last.click()
    page.get_by_role("option", name="Regel", exact=True).click()
    return condition.locator(".loket-rule").last


def stored(definition: FormDefinition) -> Any:
    return FormDefinition.objects.get(pk=definition.pk).get_latest_revision_as_object().body


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar concept").click()
    expect(page.locator(".messages .success")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_question_and_answer_are_chosen_from_what_stands_in_the_form(page: Page) -> None:
    definition = builder.draft_form(builder.step("Het probleem", WHAT, COUNT, WHICH), builder.step("Wie", builder.NAME))
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    rule = add_rule(page, open_condition(block(page, WHICH)))

    question = rule.get_by_label("Vraag")
    # What comes later is not offered.
    expect(question.locator("option")).to_have_text(["Kies …", "Wie vult in", "Wat is er stuk?", "Hoeveel?"])
    question.select_option(label="Wat is er stuk?")
    test = rule.get_by_label("Vergelijking")
    expect(test.locator("option[value=greater]")).to_be_disabled()  # a lamp is not more than a bench
    test.select_option("is")
    answer = rule.get_by_label("Antwoord")
    expect(answer.locator("option")).to_have_text(["Kies …", "Lamp", "Bank; of stoel"])
    answer.select_option(label="Bank; of stoel")
    assert_accessible(page, within=".loket-rule")

    # What is typed a moment ago is there at once.
    block(page, WHAT).locator('[name$="-value-label"]').first.fill("Wat is er kapot?")
    block(page, COUNT).locator('[name$="-value-label"]').first.click()
    expect(question.locator("option", has_text="Wat is er kapot?")).to_have_count(1)

    test.select_option("one_of")
    rule.get_by_role("checkbox", name="Lamp").check()
    test.select_option("empty")
    expect(rule.get_by_text("Antwoord", exact=True)).to_be_hidden()
    test.select_option("one_of")
    expect(rule.get_by_role("checkbox", name="Bank; of stoel")).to_be_checked()
    assert_accessible(page, within=".loket-rule")

    question.select_option(label="Hoeveel?")
    expect(rule.locator(".loket-boxes")).to_have_count(0)
    test.select_option("at_least")
    rule.get_by_label("Antwoord").fill("3")
    save(page)
    rules = stored(definition)[0].value["questions"][2].value["when"]["rules"]
    assert rules[0].value["question"] == COUNT["id"]
    assert (rules[0].value["test"], rules[0].value["value"]) == ("at_least", "3")
    when = FormDefinition.objects.get().get_latest_revision_as_object().draft_schema()["steps"][0]["fields"][2]
    assert when["parameters"]["when"]["rules"][0]["key"] == "hoeveel"


@pytest.mark.django_db(transaction=True)
def test_nights_of_a_period_can_be_chosen(page: Page) -> None:
    stay = builder.question("date_range", "Wanneer?")
    factors = [{"type": "item", "id": builder.block_id("factor"), "value": {"question": "", "number": None}}]
    line = {"type": "item", "id": builder.block_id("lijn"), "value": {"label": "Huur", "factors": factors}}
    cost = builder.question("calculated", "Prijs", lines=[line], unit="money")
    definition = builder.draft_form(builder.step("Huren", stay, WHICH, cost), builder.step("Wie", builder.NAME))
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    rule = add_rule(page, open_condition(block(page, WHICH)))
    question = rule.get_by_label("Vraag")
    expect(question.locator("option")).to_have_text(
        ["Kies …", "Wie vult in", "Wanneer?", "Wanneer? (aantal dagen)", "Wanneer? (aantal nachten)"]
    )
    question.select_option(label="Wanneer? (aantal nachten)")
    test = rule.get_by_label("Vergelijking")
    expect(test.locator("option[value=before]")).to_be_disabled()
    test.select_option("at_least")
    rule.get_by_label("Antwoord").fill("2")
    factor = block(page, cost).get_by_label("Vraag", exact=True).last
    expect(factor.locator("option")).to_have_text(["Kies …", "Wanneer? (aantal dagen)", "Wanneer? (aantal nachten)"])
    factor.select_option(label="Wanneer? (aantal nachten)")
    save(page)
    _stay, which, price = (
        FormDefinition.objects.get().get_latest_revision_as_object().draft_schema()["steps"][0]["fields"]
    )
    assert which["parameters"]["when"]["rules"][0] == {
        "key": "wanneer.nachten", "kind": "number", "test": "at_least", "value": "2"
    }  # fmt: skip
    assert price["parameters"]["lines"][0]["factors"] == [{"key": "wanneer.nachten"}]


@pytest.mark.django_db(transaction=True)
def test_question_that_is_gone_is_said_to_be_gone_and_nothing_is_lost(page: Page) -> None:
    rules = [{"type": "rule", "value": {"question": WHAT["id"], "test": "is", "value": "Lamp"}}]
    which = builder.question("text", "Welke lamp?", when={"mode": "all", "rules": rules})
    definition = builder.draft_form(builder.step("Het probleem", WHAT, which))
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    rule = open_condition(block(page, which)).locator(".loket-rule")
    expect(rule.get_by_label("Antwoord").locator("option:checked")).to_have_text("Lamp")
    block(page, WHAT).locator('[data-streamfield-action="DELETE"]').first.click()
    expect(rule.get_by_label("Vraag").locator("option:checked")).to_have_text("Deze vraag bestaat niet meer")
    save(page)
    assert stored(definition)[0].value["questions"][0].value["when"]["rules"][0].value["question"] == WHAT["id"]


@pytest.mark.django_db(transaction=True)
def test_conditions_inside_a_duplicated_step_follow_to_the_copy(page: Page) -> None:
    rules = [{"type": "rule", "value": {"question": WHAT["id"], "test": "is", "value": "Lamp"}}]
    which = builder.question("text", "Welke lamp?", when={"mode": "all", "rules": rules})
    definition = builder.draft_form(builder.step("Het probleem", WHAT, which))
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    step = page.locator(f'[data-contentpath="{definition.body[0].id}"]')
    open_condition(block(page, which))  # so that the answer points to its option
    expect(step.get_by_label("Antwoord").locator("option:checked")).to_have_text("Lamp")
    step.locator('[data-streamfield-action="DUPLICATE"]').first.click()
    expect(page.locator('[name="body-count"]')).to_have_value("2")
    save(page)
    first, second = stored(definition)
    for part in (first, second):
        asked, follows = part.value["questions"]
        rule = follows.value["when"]["rules"][0].value
        assert rule["question"] == asked.id
        assert rule["value"] == asked.value["options"].bound_blocks[0].id
    assert first.value["questions"][0].id != second.value["questions"][0].id
    copied = FormDefinition.objects.get().get_latest_revision_as_object().draft_schema()["steps"][1]["fields"]
    assert copied[1]["parameters"]["when"]["rules"][0]["key"] == copied[0]["slug"]


@pytest.mark.django_db(transaction=True)
def test_problem_stands_at_its_block_and_the_list_leads_there(page: Page) -> None:
    unsound = builder.question("choice", "Wat?", options=[{"label": "Alleen dit"}])
    definition = builder.draft_form(builder.step("Wie", builder.NAME, builder.EMAIL, unsound))
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    at_block = block(page, unsound).locator(".loket-problem")
    expect(at_block).to_have_text("Geef minstens twee keuzes.")
    block(page, unsound).locator("[data-panel-toggle]").first.click()  # fold it away
    expect(at_block).to_be_hidden()
    page.get_by_role("link", name="Geef minstens twee keuzes").click()
    expect(at_block).to_be_visible()
    expect(block(page, unsound).locator('[name$="-value-label"]').first).to_be_focused()
    assert_accessible(page, within=".loket-standing")


@pytest.mark.django_db(transaction=True)
def test_screens_around_the_builder_are_accessible_and_fit_a_phone(page: Page) -> None:
    definition = builder.draft_form(builder.step("Wat", WHAT, COUNT), builder.step("Wie", builder.NAME, builder.EMAIL))
    builder.publish(definition)
    sign_in(page)
    for address in (
        "nieuw/",
        *(f"{definition.pk}/{name}/" for name in ("overzicht", "vergelijk", "opmerkingen", "proef")),
    ):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"/beheer/formulieren/{address}")
        assert_accessible(page)
        page.set_viewport_size({"width": 320, "height": 640})
        assert fits(page), address
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Dit is een proef")).to_be_visible()
    assert_accessible(page)


@pytest.mark.django_db(transaction=True)
def test_what_is_missing_on_another_tab_is_one_click_away(page: Page) -> None:
    definition = builder.draft_form(process_type=None)
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    chooser = page.get_by_role("button", name="Kies procestype")
    expect(chooser).to_be_hidden()
    page.get_by_role("link", name="Procestype: Kies welk soort dossier dit formulier opent.").click()
    expect(chooser).to_be_focused()
    place = page.locator('[data-contentpath="process_type"]')
    expect(place.get_by_text("Kies welk soort dossier dit formulier opent.")).to_be_visible()
    assert_editor_accessible(page)
