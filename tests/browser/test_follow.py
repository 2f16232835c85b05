"""A citizen follows a dossier: answers with a file, asks my dossiers, withdraws; a clerk reads and answers."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import Actor
from dossiers.actions import Opened, answer_message, take_step
from dossiers.models import Dossier
from integrations.inbox.actions import poll, store
from integrations.models import Delivery, SmsGateway
from tests import papers, town
from tests.browser.accessibility import assert_accessible, fits
from tests.dossiers.test_messages import process
from tests.integrations.mails import ORIGINAL, reply

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


def link_in_text() -> str:
    told = Delivery.objects.filter(connector="sms").latest("pk").payload["text"]
    found = re.search(r"https?://[^/]+(/volg/mijn/\S+)", told)
    assert found
    return found[1]


@pytest.fixture
def without_email(transactional_db: None) -> Opened:
    """Somebody who gave a mobile number only, in a town that sends text messages. We wait for an answer."""
    SmsGateway.objects.create(
        name="Sms", provider="generic", sender="Mortsel", secret="geheim", address="https://sms.example", enabled=True
    )
    process()
    opened = town.report(email="", phone="0470 12 34 56", at=timezone.now())
    by = Actor.staff(town.clerk())
    take_step(dossier=opened.dossier, step="vragen", expected_version=1, by=by, at=timezone.now())
    answer_message(dossier=opened.dossier, text="Hoe breed is de poort?", token=uuid4(), by=by, at=timezone.now())
    return opened


def test_without_an_e_mail_address_by_text_message(phone: Page, without_email: Opened, plan: Path) -> None:
    phone.goto(f"/v/{without_email.follow_link.code}")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Wacht op u (burger)")
    expect(phone.get_by_text("Hoe breed is de poort?")).to_have_count(0)
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Stuur mij een link per sms").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Een link per sms krijgen")
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Stuur mij de sms").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kijk op uw gsm")
    assert_accessible(phone)
    assert fits(phone)
    phone.goto(link_in_text())
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Toon mijn aanvraag").click()
    expect(phone.get_by_text("Hoe breed is de poort?")).to_have_count(1)  # on top, and not again in the history
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Antwoorden of bestanden sturen").click()
    phone.get_by_label("Uw bericht").fill("Drie meter.")
    phone.get_by_label("Bestanden toevoegen").set_input_files(plan)
    phone.get_by_role("button", name="Versturen").click()
    expect(phone.get_by_role("alert")).to_contain_text("We hebben uw bericht.")
    expect(phone.get_by_text("Hoe breed is de poort?")).to_be_visible()
    assert Dossier.objects.get().status.key == "ontvangen"
    phone.get_by_role("link", name="Uw contactgegevens wijzigen").click()
    assert_accessible(phone)
    phone.get_by_label("Telefoon").fill("")
    phone.get_by_role("button", name="Opslaan").click()
    expect(phone.get_by_role("alert")).to_contain_text("Vul een gsm-nummer in: we hebben geen e-mailadres van u.")
    assert_accessible(phone)


def test_my_dossiers_by_mobile_number_from_the_header(page: Page, without_email: Opened) -> None:
    page.goto("/volg/oud/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze link werkt niet")
    assert_accessible(page)
    page.get_by_role("link", name="Vraag een nieuwe link bij Mijn dossiers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn dossiers")
    page.goto("/bestaat-niet/")
    page.get_by_role("banner").get_by_role("link", name="Mijn dossiers").click()
    page.get_by_label("Uw e-mailadres of gsm-nummer").fill("Fatima")
    page.get_by_role("button", name="Stuur mij de link").click()
    expect(page.get_by_role("alert")).to_contain_text("of een gsm-nummer zoals 0470 12 34 56")
    assert_accessible(page)
    page.get_by_label("Uw e-mailadres of gsm-nummer").fill("0470/12 34 56")
    page.get_by_role("button", name="Stuur mij de link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk op uw gsm")
    page.goto(link_in_text())
    page.get_by_role("button", name="Toon mijn dossiers").click()
    assert_accessible(page)
    page.get_by_role("link", name="Losse tegel").click()
    expect(page.get_by_role("link", name="Uw aanvraag intrekken")).to_be_visible()


def test_a_mail_is_part_of_the_conversation(page: Page, asked: Opened) -> None:
    Delivery.objects.filter(pk=asked.dossier.notifications.earliest("pk").delivery_id).update(
        state="sent", sent_at=timezone.now(), next_try_at=None, reference=ORIGINAL
    )
    store(reply(text="De derde.\n\nOp ma 23 nov. 2026 schreef Loket:\n> Welke?"), mailbox=None, at=timezone.now())
    poll(at=timezone.now())
    page.goto(asked.follow_link.get_absolute_url())
    said = page.get_by_role("listitem").filter(has_text="per e-mail")
    expect(said).to_contain_text("U schreef ons")
    expect(said).to_contain_text("De derde.")
    assert_accessible(page)
    assert fits(page)


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
