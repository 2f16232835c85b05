"""A citizen follows a dossier: answers with a file, asks my dossiers, withdraws; a clerk reads and answers."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import Actor
from dossiers.actions import Opened, take_step
from dossiers.models import Dossier
from integrations.models import Delivery
from tests import papers, town
from tests.browser.accessibility import assert_accessible, fits
from tests.dossiers.test_messages import process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture
def asked(transactional_db: None) -> Opened:
    """We wait for the citizen."""
    process()
    opened = town.report(at=timezone.now())
    take_step(
        dossier=opened.dossier, step="vragen", expected_version=1, by=Actor.staff(town.clerk()), at=timezone.now()
    )
    return opened


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.pdf"
    path.write_bytes(papers.pdf())
    return path


def link_in_mail() -> str:
    found = re.search(r"https?://[^/]+(/volg/mijn/\S+)", Delivery.objects.latest("pk").payload["text"])
    assert found
    return found[1]


def test_answering_on_a_phone(phone: Page, asked: Opened, plan: Path) -> None:
    phone.goto(asked.follow_link.get_absolute_url())
    expect(phone.get_by_text("Wij wachten op u.")).to_be_visible()
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Antwoorden of bestanden sturen").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Antwoord ons")
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Versturen").click()
    expect(phone.get_by_role("alert")).to_contain_text("Schrijf een bericht, of voeg een bestand toe.")
    assert_accessible(phone)
    phone.get_by_label("Uw bericht").fill("Hier is het plan.")
    phone.get_by_label("Bestanden toevoegen").set_input_files(plan)
    phone.get_by_role("button", name="Versturen").click()
    expect(phone.get_by_role("alert")).to_contain_text("We hebben uw bericht.")
    expect(phone.get_by_role("link", name="plan.pdf")).to_be_visible()
    assert_accessible(phone)
    assert fits(phone)
    assert Dossier.objects.get().status.key == "ontvangen"


def test_withdrawing_by_keyboard(page: Page, asked: Opened) -> None:
    page.goto(asked.follow_link.get_absolute_url())
    page.get_by_role("link", name="Uw aanvraag intrekken").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw aanvraag intrekken")
    assert_accessible(page)
    page.get_by_label("Waarom trekt u ze in?").focus()
    page.keyboard.type("Het is hersteld.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingetrokken (burger)")
    assert_accessible(page)


def test_my_dossiers_without_javascript(page_without_javascript: Page, asked: Opened) -> None:
    page = page_without_javascript
    page.goto("/volg/")
    page.get_by_label("Uw e-mailadres").fill("fatima@example.org")
    page.get_by_role("button", name="Stuur mij de link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk in uw mailbox")
    page.goto(link_in_mail())
    page.get_by_role("button", name="Toon mijn dossiers").click()
    page.get_by_role("link", name="Losse tegel").click()
    page.get_by_role("link", name="Uw contactgegevens wijzigen").click()
    page.get_by_label("Telefoon").fill("0470 12 34 56")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("alert")).to_contain_text("Uw contactgegevens zijn bewaard.")
    page.goto("/volg/")
    page.get_by_role("button", name="Afmelden").click()
    expect(page.get_by_label("Uw e-mailadres")).to_be_visible()


def test_my_dossiers_are_accessible_and_fit_a_phone(phone: Page, asked: Opened) -> None:
    phone.goto("/volg/")
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_label("Uw e-mailadres").fill("fatima@example.org")
    phone.get_by_role("button", name="Stuur mij de link").click()
    assert_accessible(phone)
    phone.goto(link_in_mail())
    assert_accessible(phone)
    phone.get_by_role("button", name="Toon mijn dossiers").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Mijn dossiers")
    assert_accessible(phone)
    assert fits(phone)
    phone.goto(asked.follow_link.get_absolute_url() + "gegevens/")
    assert_accessible(phone)
    assert fits(phone)


def test_the_clerk_reads_and_answers(page: Page, phone: Page, asked: Opened, plan: Path) -> None:
    phone.goto(asked.follow_link.get_absolute_url() + "bericht/")
    phone.get_by_label("Uw bericht").fill("Wanneer komt u?")
    phone.get_by_role("button", name="Versturen").click()
    page.goto("/beheer/")
    page.get_by_label("Gebruikersnaam").fill("an")
    page.locator("input[name=password]").fill("a-good-password")
    page.locator("button[type=submit]").click()
    page.goto(asked.dossier.get_absolute_url())
    expect(page.locator("#berichten")).to_contain_text("ongelezen bericht")
    assert_accessible(page, within="#berichten")
    assert_accessible(page, within="#documenten")
    page.get_by_label("Uw bericht").fill("Morgen om tien uur.")
    page.get_by_label("Bestanden om mee te sturen").set_input_files(plan)
    page.get_by_role("button", name="Verstuur naar de burger").click()
    expect(page.locator("#berichten")).to_contain_text("Morgen om tien uur.")
    expect(page.locator("#berichten")).not_to_contain_text("ongelezen bericht")
    expect(page.locator("#documenten")).to_contain_text("plan.pdf")
    page.get_by_role("link", name=re.compile("Document toevoegen")).click()
    assert_accessible(page, within="main")
    phone.goto(asked.follow_link.get_absolute_url())
    expect(phone.get_by_text("Morgen om tien uur.")).to_be_visible()
