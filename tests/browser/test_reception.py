"""A morning at the reception: on the phone, at the desk, by mail; known, new and without a name."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.models import User
from dossiers.models import CallBack, Contact, Dossier, ProcessVersion, StandardQuestion
from integrations.inbox.actions import store
from integrations.models import IncomingMail
from parties.models import PartyNote
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.test_five_forms import shoot
from tests.dossiers import talking
from tests.integrations.mails import reply

pytestmark = [pytest.mark.django_db(transaction=True)]

START = "/beheer/onthaal/"
SCREENS: list[dict[str, Any]] = [{"width": 1280, "height": 900}, {"width": 360, "height": 720}]


@pytest.fixture
def nele(transactional_db: None) -> User:
    return talking.nele()


@pytest.fixture
def information(transactional_db: None) -> ProcessVersion:
    return talking.information()


def sign_in(page: Page) -> None:
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill("nele")
    page.locator("input[name=password]").fill("a-good-password")
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))
    page.wait_for_load_state()  # the shortcut is a script


def look(page: Page, name: str) -> None:
    assert_accessible(page)
    assert fits(page), page.url
    shoot(page, f"onthaal-{name}-{page.viewport_size['width'] if page.viewport_size else ''}")


def test_the_representative_of_an_association_calls(
    open_page: OpenPage, nele: User, information: ProcessVersion
) -> None:
    """Alt and N, Enter, some letters of the name, Enter, the person, the association, the subject, one press."""
    jan = talking.person()
    ksa = talking.association(chair=jan)
    running = town.report(name=jan.name, initiator=jan, subject="Lamp stuk").dossier
    PartyNote.objects.create(party=jan, text="Hoort slecht: spreek luid.", author=nele)
    page = open_page(viewport=SCREENS[0])
    sign_in(page)
    pressed = Presses(page)
    pressed.keys("Alt+n")
    expect(page.get_by_role("button", name="Telefoon", exact=True)).to_be_focused()
    pressed.keys("Enter")
    expect(page.get_by_label("Naam, telefoon, e-mailadres, adres of dossiernummer")).to_be_focused()
    page.keyboard.type("van den berg")
    pressed.keys("Enter")
    pressed.button("Jan Van den Berghe")
    expect(page.get_by_text("Hoort slecht: spreek luid.")).to_be_visible()
    expect(page.get_by_role("complementary", name="Wat we weten").get_by_text(running.number)).to_be_visible()
    look(page, "wie-belt")
    pressed.button("Voor KSA Mortsel (voorzitter)")
    expect(page.get_by_label("In enkele woorden")).to_be_focused()
    page.keyboard.type("Mogen we de zaal een uur vroeger in?")
    page.get_by_label("Wat u antwoordde").fill("Ja, vanaf 13 uur.")
    look(page, "namens")
    pressed.button("Meteen beantwoord")
    expect(page.get_by_text("Het contact is bewaard in dossier")).to_be_visible()
    contact = Contact.objects.latest("pk")
    assert contact.dossier is not None
    assert (contact.party, contact.dossier.initiator, contact.dossier.status.is_end) == (jan, ksa, True)
    assert contact.dossier.representation == "confirmed"
    assert pressed.number == 6


class Presses:
    """Counts what a clerk presses, besides typing."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0

    def keys(self, keys: str) -> None:
        self.number += 1
        self.page.keyboard.press(keys)

    def button(self, name: str) -> None:
        self.number += 1
        self.page.get_by_role("button", name=name).first.click()


def test_what_time_do_you_open(open_page: OpenPage, nele: User, information: ProcessVersion) -> None:
    """Somebody without a name asks what everybody asks: two presses from any page."""
    StandardQuestion.objects.create(subject="Hoe laat is het stadhuis open?", answer="Elke werkdag van 9 tot 12 uur.")
    page = open_page(viewport=SCREENS[0])
    sign_in(page)
    pressed = Presses(page)
    pressed.keys("Alt+n")
    expect(page.get_by_text("Elke werkdag van 9 tot 12 uur.")).to_be_visible()
    look(page, "begin")
    pressed.button("Beantwoord aan de telefoon: Hoe laat is het stadhuis open?")
    expect(page.get_by_text("Het contact is bewaard in dossier")).to_be_visible()
    contact = Contact.objects.get()
    assert (contact.party, contact.closed_at is not None, contact.anonymous_reason) == (
        None,
        True,
        "Zonder naam gevraagd",
    )
    assert pressed.number == 2


@pytest.mark.parametrize("screen", SCREENS, ids=["desktop", "phone"])
def test_an_unknown_visitor_waits_and_is_called_back(
    open_page: OpenPage, nele: User, information: ProcessVersion, screen: Any
) -> None:
    page = open_page(viewport=screen)
    sign_in(page)
    page.goto(START)
    page.get_by_text("Iemand neemt plaats").click()
    page.get_by_label("Naam, of hoe een collega de bezoeker herkent").fill("Mo Amrani")
    page.get_by_label("Waarover het gaat").fill("Subsidie voor een regenton")
    page.get_by_role("button", name="In de wachtkamer zetten").click()
    expect(page.get_by_text("Mo Amrani zit in de wachtkamer.")).to_be_visible()
    look(page, "wachtkamer")
    page.get_by_role("button", name="Helpen Mo Amrani").click()
    expect(page.get_by_label("Naam", exact=True)).to_have_value("Mo Amrani")
    page.get_by_label("Telefoon", exact=True).first.fill("0470 11 22 33")
    page.locator("summary", has_text="Terugbellen").click()
    page.get_by_label("Dag", exact=True).fill("2040-01-01")
    page.get_by_label("Telefoonnummer", exact=True).fill("0470 11 22 33")
    page.get_by_role("button", name="Terugbellen beloven").click()
    expect(page.get_by_text("Op die dag werken we niet. Kies een andere dag.")).to_be_visible()
    look(page, "terugbellen-fout")
    page.get_by_label("Dag", exact=True).fill("2040-01-03")
    page.get_by_role("button", name="Terugbellen beloven").click()
    expect(page.get_by_text("Het contact is bewaard in dossier")).to_be_visible()
    call = CallBack.objects.get()
    assert (call.contact.party.name, call.phone, call.contact.channel) == ("Mo Amrani", "0470 11 22 33", "desk")
    page.goto("/beheer/opvolging/terugbellen/")
    look(page, "terugbellen")
    page.locator("summary", has_text="Gesproken").click()
    page.get_by_label("Wat er gezegd werd").fill("De subsidie is 50 euro.")
    page.get_by_role("button", name="Gesprek bewaren").click()
    expect(page.get_by_text("We beloofden niemand terug te bellen.")).to_be_visible()
    page.goto(call.dossier.get_absolute_url())
    expect(page.get_by_text("De subsidie is 50 euro.")).to_be_visible()
    look(page, "dossier-met-contacten")


def test_a_mail_becomes_a_contact(open_page: OpenPage, nele: User, information: ProcessVersion) -> None:
    kept = store(
        reply("", sender="Simonne <simonne@mail.example>", Subject="Mijn papieren"), mailbox=None, at=timezone.now()
    )
    assert kept is not None
    IncomingMail.objects.filter(pk=kept.pk).update(state="unlinked")
    dossier = town.report(name="Simonne De Wit", email="simonne@elders.example").dossier
    page = open_page(viewport=SCREENS[0])
    sign_in(page)
    page.goto(START)
    page.get_by_role("link", name="Mijn papieren").click()
    look(page, "mail")
    page.get_by_role("button", name="Behandelen als contact").click()
    expect(page.get_by_label("In enkele woorden")).to_have_value("Mijn papieren")
    page.get_by_label("Naam, telefoon, e-mailadres, adres of dossiernummer").fill(dossier.number)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Simonne De Wit").click()
    page.get_by_label(re.compile(dossier.number)).check()
    page.get_by_role("button", name="Bij het dossier voegen").click()
    expect(page.get_by_text("Het contact is bewaard in dossier")).to_be_visible()
    contact = Contact.objects.get(mail=kept)
    assert (contact.dossier, contact.party) == (dossier, dossier.initiator)


def test_two_conversations_and_a_browser_that_stops(
    open_page: OpenPage, nele: User, information: ProcessVersion
) -> None:
    page = open_page(viewport=SCREENS[0])
    sign_in(page)
    page.goto(START)
    page.get_by_role("button", name="Telefoon", exact=True).click()
    page.get_by_role("button", name="Zonder naam").click()
    page.get_by_label("In enkele woorden").fill("Waar kan ik mijn fiets graveren?")
    expect(page.get_by_text("Bewaard.")).to_be_visible()
    page.get_by_role("button", name="+ Nieuw contact").click()
    page.get_by_label("Wat er gezegd werd").fill("Half getypt")
    expect(page.get_by_text("Bewaard.")).to_be_visible()
    page.close()  # the browser stops

    again = open_page(viewport=SCREENS[1])
    sign_in(again)
    again.goto(START)
    look(again, "begin-met-gesprekken")
    again.get_by_role("link", name="Waar kan ik mijn fiets graveren?").click()
    expect(again.get_by_label("In enkele woorden")).to_have_value("Waar kan ik mijn fiets graveren?")
    look(again, "gesprek")
    again.get_by_role("button", name="Meteen beantwoord").click()
    expect(again.get_by_label("Wat er gezegd werd")).to_have_value("Half getypt")  # the other one is next
    again.get_by_role("button", name="Weggooien").click()
    expect(again.get_by_text("Het gesprek is weggegooid.")).to_be_visible()
    assert Contact.objects.count() == 1


@pytest.mark.parametrize("screen", SCREENS, ids=["desktop", "phone"])
def test_what_became_of_it(open_page: OpenPage, nele: User, information: ProcessVersion, screen: Any) -> None:
    by = talking.by(nele)["by"]
    for number in range(3):
        town.report(subject=f"Vraag {number}", by=by, at=timezone.now() - timedelta(days=1))
    Dossier.objects.update(due_at=timezone.now() - timedelta(hours=1), has_news=True)
    page = open_page(viewport=screen)
    sign_in(page)
    for address in ("/beheer/opvolging/", "/beheer/opvolging/?per=persoon", "/beheer/opvolging/mijn-contacten/"):
        page.goto(address)
        look(page, address.strip("/").replace("/", "-").replace("?", "-"))
    expect(page.get_by_text("lopend")).to_be_visible()


def test_without_javascript(open_page: OpenPage, nele: User, information: ProcessVersion) -> None:
    """Only the desk itself: the menu of the admin needs it."""
    page = open_page(viewport=SCREENS[0], java_script_enabled=False)
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill("nele")
    page.locator("input[name=password]").fill("a-good-password")
    page.locator("button[type=submit]").click()
    page.goto(START)
    page.get_by_role("button", name="Balie", exact=True).click()
    page.get_by_label("In enkele woorden").fill("Hoe laat is de markt?")
    page.get_by_role("button", name="Zonder naam").click()
    page.get_by_role("button", name="Meteen beantwoord").click()
    assert Contact.objects.get().subject == "Hoe laat is de markt?"
