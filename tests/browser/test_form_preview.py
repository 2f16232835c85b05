"""The live preview beside the form builder: who fills in, what is answered, and what then appears and disappears."""

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from forms.models import FormDraft
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.test_form_builder import block, edit, sign_in
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, question, repeat, rule, step, when
from tests.forms.test_calculated import AREA, line, price

LAMP = question("yes_no", "Gaat het over een lamp?", key="lamp")
WHICH = question("text", "Welke lamp?", key="welke", when=when(rule(LAMP, "is", "ja")))
BOARD = question("text", "Naam van de vereniging", key="vereniging", when=when(rule("@rol", "is", "vereniging")))
LAMP_STEP = step("Over de lamp", AREA, price(line("Inname", AREA, "2.5")), when=when(rule(LAMP, "is", "ja")))
WHO = step("U", NAME, EMAIL, repeat("Wie komt er?", question("text", "Voornaam", key="voornaam"), key="wie"))


def open_preview(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Toon/verberg voorvertoning").click()
    shown = page.frame_locator("#w-preview-iframe")
    expect(shown.get_by_role("heading", level=1)).to_be_visible()
    return shown


@pytest.mark.django_db(transaction=True)
def test_editor_follows_a_branch_and_a_role_while_building(page: Page) -> None:
    definition = builder.draft_form(step("Het probleem", LAMP, WHICH, BOARD), LAMP_STEP, WHO)
    definition.save_revision()
    sign_in(page)
    page.set_viewport_size({"width": 1600, "height": 1000})
    edit(page, definition)
    shown = open_preview(page)

    # A branch: one answer shows a question, a whole step, and what it costs.
    expect(shown.get_by_text("Stap 2 (Over de lamp) wordt nu overgeslagen.")).to_be_visible()
    expect(shown.get_by_text("“Welke lamp?” verschijnt alleen als")).to_be_visible()
    shown.get_by_role("radio", name="Ja").check()
    expect(shown.get_by_label("Welke lamp?")).to_be_visible()
    expect(shown.get_by_text("“Welke lamp?” verschijnt alleen als")).to_be_hidden()
    expect(shown.get_by_role("heading", name="Over de lamp")).to_be_visible()
    shown.get_by_label("Hoeveel m²?").fill("3")
    expect(shown.locator("[data-loket-calculated-value]")).to_contain_text("7,50")
    shown.get_by_label("Hoeveel m²?").press("Enter")  # sends nothing

    # A role.
    expect(shown.get_by_label("Naam van de vereniging")).to_be_hidden()
    shown.get_by_label("Wie vult in?").select_option("Vereniging")
    expect(shown.get_by_label("Naam van de vereniging")).to_be_visible()
    add = shown.get_by_role("button", name="Nog een kind toevoegen")
    add.click()
    add.click()
    shown.get_by_label("Voornaam").last.fill("Noor")

    # The editor types: the preview is made anew, and the answers are still there.
    block(page, WHICH).locator('[name$="-value-label"]').first.fill("Welke straatlamp?")
    expect(shown.get_by_label("Welke straatlamp?")).to_be_visible(timeout=15_000)
    expect(shown.get_by_role("radio", name="Ja")).to_be_checked()
    expect(shown.get_by_label("Wie vult in?")).to_have_value("vereniging")
    expect(shown.get_by_label("Naam van de vereniging")).to_be_visible()
    expect(shown.get_by_label("Voornaam").last).to_have_value("Noor")
    expect(shown.locator("[data-loket-calculated-value]")).to_contain_text("7,50")

    # One step, as citizens see it, follows what was answered in another.
    page.get_by_label("Voorbeeldmodus").select_option(label="Stap 2: Over de lamp")
    expect(shown.get_by_role("heading", level=1, name="Over de lamp")).to_be_visible()
    page.get_by_label("Voorbeeldmodus").select_option(label="Alle stappen")
    expect(shown.get_by_role("heading", level=1, name="Melding openbaar domein")).to_be_visible()
    shown.get_by_role("button", name="Wis de antwoorden").click()
    expect(shown.get_by_role("radio", name="Ja")).not_to_be_checked()
    expect(shown.get_by_label("Welke straatlamp?")).to_be_hidden()
    expect(shown.get_by_label("Wie vult in?")).to_have_value("burger")
    assert not FormDraft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_preview_is_accessible_and_fits_a_phone(page: Page) -> None:
    definition = builder.draft_form(step("Het probleem", LAMP, WHICH, BOARD), LAMP_STEP, WHO)
    definition.save_revision()
    sign_in(page)
    edit(page, definition)
    open_preview(page)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/beheer/formulieren/preview/{definition.pk}/?mode=alles")
    page.get_by_role("radio", name="Ja").check()
    expect(page.get_by_label("Welke lamp?")).to_be_visible()
    assert fits(page)
    assert_accessible(page)
