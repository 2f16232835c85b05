"""The first melding end to end, as people do it: an editor, two citizens, a clerk. Assertions on what they read."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from cms.roles import ROLES
from core.actors import Actor
from core.models import User
from dossiers.actions import citizen_date, take_step
from dossiers.models import Dossier
from forms.models import FormDefinition
from integrations.actions import sweep
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.editor import Editor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

PASSWORD = "a-good-password"


@pytest.fixture
def people(transactional_db: None) -> None:
    """Lien of communicatie and An of Themaloket ruimte, with just the rights of their role."""
    town.melding()
    for username, role in (("lien", "communicatie"), ("an", "dossierbehandelaar")):
        user = User.objects.create_user(username, password=PASSWORD, first_name=username.title(), last_name="Claes")
        user.groups.add(Group.objects.get(name=ROLES[role].name))
        town.team().members.add(user)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "tegel.jpg"
    Image.new("RGB", (1200, 800), "grey").save(path)
    return path


def sign_in(page: Page, username: str) -> None:
    page.goto("/beheer/")
    assert_accessible(page)
    page.get_by_label("Gebruikersnaam").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))


def build_form(page: Page) -> None:
    """From an empty form, without code, to a published one."""
    sign_in(page, "lien")
    page.goto("/beheer/formulieren/")
    assert_accessible(page)
    editor = Editor(page)
    editor.type(title="Melding openbaar domein", intro="Ziet u iets dat stuk is? Meld het ons.")
    step = editor.add_step("Wat is er aan de hand?")
    step.add("questions", "Keuze", label="Waarover gaat het?").options("Losse tegel", "Sluikstort")
    step.add("questions", "Lange tekst", label="Vertel ons meer").tick("required", False)
    step = editor.add_step("Waar is het?")
    step.add("questions", "Plaats", label="Op welke plaats?", hint="Straat en nummer")
    step.add("questions", "Foto", label="Hebt u een foto?").tick("required", False)
    step = editor.add_step("Wie bent u?")
    name = step.add("questions", "Korte tekst", label="Wat is uw naam?")
    name.choose("purpose", "De naam van wie het formulier invult")
    step.add("questions", "E-mailadres", label="Wat is uw e-mailadres?")
    editor.look()
    editor.process_type("Melding openbaar domein")
    editor.look()
    editor.publish()
    FormDefinition.objects.update(minimum_seconds=0)  # Playwright types faster than people


def letters_to(address: str) -> list[str]:
    """What this citizen got by mail so far, after what the worker does every minute."""
    sweep(at=timezone.now())
    return [str(message.body) for message in mail.outbox if message.to == [address]]


def follow_link(confirmation: str) -> str:
    found = re.search(r"/volg/[^\s]+/", confirmation)
    assert found, confirmation
    return found[0]


def report_without_javascript(page: Page, photo: Path) -> str:
    """Fatima, who makes mistakes on the way; returns her number. (axe is a script, so it looks at Jan's pages.)"""
    page.goto("/formulieren/melding-openbaar-domein/")
    page.get_by_role("button", name="Start nu").click()
    page.get_by_role("button", name="Verder", exact=True).click()  # nothing filled in
    expect(page).to_have_title(re.compile("^Fout: "))
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(["Kies een antwoord bij “Waarover gaat het?”."])
    page.get_by_label("Losse tegel").check()
    page.get_by_label("Vertel ons meer").fill("Ik ben bijna gevallen.")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Op welke plaats?").fill("Statielei 10")
    page.get_by_label("Hebt u een foto?").set_input_files(photo)
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Wat is uw naam?").fill("Fatima El Amrani")
    page.get_by_label("Wat is uw e-mailadres?").fill("fatima@example")
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Vul een e-mailadres in, zoals naam@voorbeeld.be.")
    expect(page.get_by_label("Wat is uw naam?")).to_have_value("Fatima El Amrani")  # nothing typed is lost
    page.get_by_label("Wat is uw e-mailadres?").fill("fatima@example.org")
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")
    for answer in ("Losse tegel", "Ik ben bijna gevallen.", "Statielei 10", "Fatima El Amrani", "fatima@example.org"):
        expect(page.get_by_text(answer, exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="De foto die u toevoegde")).to_be_visible()
    page.get_by_role("link", name="Wijzigen Op welke plaats?").click()
    page.get_by_label("Op welke plaats?").fill("Statielei 12")
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_text("Statielei 12")).to_be_visible()
    page.get_by_role("button", name="Versturen").click()
    return number_on(page)


def number_on(page: Page) -> str:
    """The confirmation: a number, and the day of the answer."""
    expect(page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    dossier = Dossier.objects.latest("pk")
    expect(page.get_by_role("main")).to_contain_text(dossier.number)
    expect(page.get_by_role("main")).to_contain_text(f"ten laatste op {citizen_date(dossier.promised_at)}")
    return dossier.number


def press_to(page: Page, target: Locator) -> None:
    """Tab until the focus is there, as somebody without a mouse does once the page stands."""
    page.wait_for_load_state()
    for _ in range(40):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key does not reach {target}")


def report_with_the_keyboard(page: Page, photo: Path) -> str:
    """Jan, on a phone-sized screen, without a mouse."""
    page.on("filechooser", lambda chooser: chooser.set_files(photo))  # the window of his own system, beyond the page
    page.goto("/formulieren/melding-openbaar-domein/")
    assert_accessible(page)
    press_to(page, page.get_by_role("button", name="Start nu"))
    page.keyboard.press("Enter")
    press_to(page, page.get_by_role("button", name="Verder", exact=True))
    page.keyboard.press("Enter")
    expect(
        page.locator(".govuk-error-summary")
    ).to_be_focused()  # the summary of what is wrong, one Tab from the question
    assert_accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Losse tegel")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Sluikstort")).to_be_checked()
    assert_accessible(page)
    press_to(page, page.get_by_role("button", name="Verder", exact=True))
    page.keyboard.press("Enter")
    press_to(page, page.get_by_label("Op welke plaats?"))
    page.keyboard.type("Edegemsestraat 3")
    press_to(page, page.get_by_label("Hebt u een foto?"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Hebt u een foto?")).to_have_value(re.compile("tegel.jpg"))
    assert_accessible(page)
    press_to(page, page.get_by_role("button", name="Verder", exact=True))
    page.keyboard.press("Enter")
    press_to(page, page.get_by_label("Wat is uw naam?"))
    page.keyboard.type("Jan Peeters")
    page.keyboard.press("Tab")
    page.keyboard.type("jan@example.org")
    page.keyboard.press("Enter")
    press_to(page, page.get_by_role("button", name="Versturen"))
    assert_accessible(page)
    page.keyboard.press("Enter")
    number = number_on(page)
    assert_accessible(page)
    return number


def handle(page: Page, number: str, step: str, reason: str = "") -> None:
    """An opens the dossier from her list, reads the letter and sends it."""
    page.goto("/beheer/dossiers/")
    assert_accessible(page)
    page.get_by_role("link", name=number).click()
    expect(page.get_by_text("nog 3 werkdagen")).to_be_visible()
    expect(page.get_by_role("img").last).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name=step).click()
    if reason:
        page.get_by_role("button", name="Toon de brief").click()
        expect(page.get_by_text("Geef een reden. De burger leest die.")).to_be_visible()
        assert_accessible(page)
        page.get_by_label("Reden").fill(reason)
        page.get_by_role("button", name="Toon de brief").click()
        expect(page.get_by_role("region", name="Dit krijgt de burger")).to_contain_text(reason)
    assert_accessible(page)
    page.get_by_role("button", name="Versturen en stap afronden").click()
    expect(page.get_by_text(f"{number}: {step}. De burger krijgt de brief.")).to_be_visible()


def test_a_melding_from_an_empty_form_to_the_letter(people: None, photo: Path, page: Page, open_page: OpenPage) -> None:
    build_form(page)

    fatima = open_page(java_script_enabled=False)
    refused = report_without_javascript(fatima, photo)
    jan = open_page(viewport={"width": 320, "height": 640})
    accepted = report_with_the_keyboard(jan, photo)

    link = follow_link(letters_to("fatima@example.org")[0])
    fatima.goto(link)
    expect(fatima.get_by_role("heading", level=1)).to_have_text("Ontvangen (burger)")

    an = open_page(viewport={"width": 1280, "height": 900})
    sign_in(an, "an")
    assert_accessible(an)
    handle(an, refused, "Weigeren", reason="Dit is een weg van het Vlaamse Gewest. Meld het daar.")
    handle(an, accepted, "Aanvaarden")

    fatima.goto(link)
    expect(fatima.get_by_role("heading", level=1)).to_have_text("Niet ontvankelijk (burger)")
    expect(fatima.get_by_text("Dit is een weg van het Vlaamse Gewest. Meld het daar.")).to_be_visible()
    assert "Dit is een weg van het Vlaamse Gewest. Meld het daar." in letters_to("fatima@example.org")[1]

    confirmation, letter = letters_to("jan@example.org")
    assert "We pakken het aan." in letter
    jan.goto(follow_link(confirmation))
    expect(jan.get_by_role("heading", level=1)).to_have_text("Ontvankelijk (burger)")
    assert_accessible(jan)
    assert fits(jan)  # 320 px wide


def test_two_clerks_at_once(people: None, page: Page) -> None:
    """An writes a long reason while Piet decides: she reads who was first, and keeps every word."""
    dossier = town.report().dossier
    sign_in(page, "an")
    page.goto(f"/beheer/dossiers/{dossier.pk}/stap/weigeren/")
    page.get_by_label("Reden").fill("Mijn lange uitleg.")
    piet = town.clerk("piet", first_name="Piet", last_name="Maes")
    take_step(dossier=dossier, step="vragen", expected_version=1, by=Actor.staff(piet), at=timezone.now())
    page.get_by_role("button", name="Toon de brief").click()
    expect(page.get_by_role("heading", name="Intussen gewijzigd door Piet Maes")).to_be_visible()
    expect(page.get_by_label("Reden")).to_have_value("Mijn lange uitleg.")
    assert_accessible(page)
    page.get_by_role("button", name="Toon de brief").click()
    expect(page.get_by_role("region", name="Dit krijgt de burger")).to_contain_text("Mijn lange uitleg.")
    page.get_by_role("button", name="Versturen en stap afronden").click()
    expect(page.get_by_text("De burger krijgt de brief.")).to_be_visible()
