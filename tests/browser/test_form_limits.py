"""What somebody sees whom a limit stops, on a phone without a mouse; and what the editor sees of it afterwards."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import Actor
from forms import gate
from forms.actions import submit
from forms.models import FormDefinition, FormDraft, Submission
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.forms import builder

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/formulieren/melding-openbaar-domein/"


@pytest.fixture(autouse=True)
def _form(transactional_db: None) -> None:
    builder.published_form()


def limit(**fields: Any) -> None:
    FormDefinition.objects.update(**fields)


def fill_in(page: Page) -> None:
    page.goto(ADDRESS)
    page.get_by_role("button", name="Start nu").click()
    page.get_by_label("Losse tegel").check()
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Waar is het?").fill("Statielei 10")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Wat is uw naam?").fill("Fatima El Amrani")
    page.get_by_label("Wat is uw e-mailadres?").fill("fatima@example.org")
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")


def refused(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_role("main").get_by_role("link", name="03 444 17 17")).to_be_visible()
    assert_accessible(page)
    assert fits(page)


def test_full_while_somebody_is_half_way_and_then_a_place_is_added(phone: Page) -> None:
    limit(max_submissions=1, show_places=True)
    phone.goto(ADDRESS)
    expect(phone.get_by_text("Er is nog 1 plaats.")).to_be_visible()
    assert_accessible(phone)
    assert fits(phone)
    fill_in(phone)
    assert_accessible(phone)
    other = FormDraft.objects.get()
    answers = other.answers
    twin = FormDraft.objects.create(version=other.version, answers=answers)
    submit(draft=twin, by=Actor.citizen(), at=timezone.now())
    phone.get_by_role("button", name="Versturen").click()
    refused(phone, "Alle plaatsen zijn ingenomen")
    assert FormDraft.objects.get(pk=other.pk).answers == answers
    limit(max_submissions=2)
    phone.reload()  # the browser asks whether to send again: yes
    expect(phone.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    assert Submission.objects.count() == 2


def test_closed_and_not_open_yet(phone: Page) -> None:
    limit(opens_at=timezone.now() + timedelta(days=2))
    phone.goto(ADDRESS)
    refused(phone, "Dit formulier is nog niet open")
    limit(opens_at=None, closes_at=timezone.now(), text_closed="De volgende ronde begint in maart.")
    phone.goto(ADDRESS)
    refused(phone, "Dit formulier is gesloten")
    expect(phone.get_by_text("De volgende ronde begint in maart.")).to_be_visible()


def test_too_often(phone: Page) -> None:
    limit(max_per_browser=1)
    fill_in(phone)
    phone.get_by_role("button", name="Versturen").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    fill_in(phone)
    phone.get_by_role("button", name="Versturen").click()
    refused(phone, "Even wachten")
    phone.get_by_role("link", name="Terug naar uw antwoorden").click()
    expect(phone.get_by_text("Fatima El Amrani")).to_be_visible()


def test_nobody_comes_into_the_trap_by_keyboard_and_who_is_too_fast_presses_once_more(phone: Page) -> None:
    limit(minimum_seconds=60)
    fill_in(phone)
    trap = phone.locator(f"input[name={gate.TRAP}]")
    reached = []
    for _ in range(40):
        phone.keyboard.press("Tab")
        reached.append(phone.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))
    assert "Versturen" in reached
    assert gate.TRAP not in reached
    hidden = trap.locator("xpath=..")
    assert hidden.bounding_box()["width"] <= 1
    assert hidden.evaluate("element => getComputedStyle(element).overflow") == "hidden"
    assert not phone.get_by_role("textbox").count()  # nor does a screen reader know of it
    phone.get_by_role("button", name="Versturen").click()
    refused(phone, "Verstuur nog één keer")
    FormDraft.objects.update(created_at=F("created_at") - timedelta(minutes=1))
    phone.get_by_role("button", name="Versturen").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")


def test_editor_reads_where_people_stay_behind(page: Page) -> None:
    town.staff("ellen", *(f"forms.{verb}_formdefinition" for verb in ("change", "view", "publish")))
    fill_in(page)
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    page.goto(ADDRESS)
    page.get_by_role("button", name="Start nu").click()
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page).to_have_title(re.compile("^Fout: "))  # and gives up
    page.goto("/beheer/")
    page.get_by_label("Gebruikersnaam").fill("ellen")
    page.locator("input[name=password]").fill("a-good-password")
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/beheer/")
    page.goto("/beheer/formulieren/")
    page.get_by_role("button", name="Meer opties voor 'Melding openbaar domein'").click()
    page.get_by_role("link", name="Gebruik").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gebruik: Melding openbaar domein")
    expect(page.get_by_role("row", name="1. Het probleem meeste afhakers 2 1 1 (50 %) 1")).to_be_visible()
    expect(page.get_by_role("row", name="Wat is er aan de hand? Het probleem 50 1 2")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="laatste 7 dagen").click()
    expect(page.get_by_role("link", name="laatste 7 dagen")).to_have_attribute("aria-current", "page")
    with page.expect_download() as download:
        page.get_by_role("link", name="Exporteren als CSV").click()
    assert download.value.suggested_filename.startswith("gebruik-melding-openbaar-domein-")
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.get_by_role("heading", name="Hoever komen mensen?")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
