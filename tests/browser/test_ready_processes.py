"""Attest, klacht and inlichtingen as they come with Loket: a citizen asks, a clerk handles it, he can follow."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Locator, Page, expect

from cms.roles import ROLES
from core.models import User
from dossiers.models import Dossier
from integrations.models import Delivery
from tests import ready, town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.test_first_melding import follow_link, letters_to, sign_in
from tests.browser.test_five_forms import Person, shoot

pytestmark = [pytest.mark.django_db(transaction=True)]

ADDRESS = "fatima@example.org"


@pytest.fixture
def administrator(transactional_db: None) -> User:
    """Also makes An, who handles the dossiers of the team."""
    an = User.objects.create_user("an", password="a-good-password", first_name="An", last_name="Claes")
    an.groups.add(Group.objects.get(name=ROLES["dossierbehandelaar"].name))
    town.team().members.add(an)
    return User.objects.create_superuser("beheerder", password="a-good-password")


@dataclass(frozen=True)
class Taken:
    """A step that the clerk takes, what she says with it, and what the citizen then reads on the page to follow."""

    step: str
    label: str
    reason: str = ""
    result: str = ""
    first: str = ""
    """What must be ticked off before."""
    letter: bool = True
    text: str = ""
    facts: str = ""
    asks: str = "Reden"
    """What the step calls its reason."""


def see_as_citizen(page: Page, label: str, text: str = "") -> None:
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)
    if text:
        expect(page.get_by_role("main")).to_contain_text(text)
    assert_accessible(page)
    assert fits(page)


def take(page: Page, dossier: Dossier, taken: Taken) -> None:
    """The clerk reads the letter before it leaves."""
    page.goto(dossier.get_absolute_url())
    if taken.first:
        page.get_by_role("button", name=re.compile(re.escape(taken.first))).click()
    page.get_by_role("complementary", name="Status en stappen").get_by_role("link", name=taken.step, exact=True).click()
    if taken.result:
        page.get_by_label(taken.result, exact=True).check()
    if taken.facts:
        page.get_by_label("Feiten").fill(taken.facts)
    if taken.reason:
        page.get_by_label(taken.asks, exact=True).fill(taken.reason)
        page.get_by_role("button", name="Toon de brief").click()
        expect(page.get_by_role("region", name="Dit krijgt de burger")).to_contain_text(taken.reason)
    assert_accessible(page)
    shoot(page, f"{dossier.number}-{taken.step}")
    button = "Versturen en stap afronden" if taken.letter else taken.step
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(f"{dossier.number}: {taken.step}.")).to_be_visible()


def say_who(person: Person) -> None:
    person.type("Uw naam", "Fatima El Amrani")
    person.type("Uw e-mailadres", ADDRESS)
    person.go_on()


def send(person: Person) -> Dossier:
    assert_accessible(person.page)
    person.go_on("Versturen")
    expect(person.page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    return Dossier.objects.latest("pk")


def ask_attest(person: Person) -> None:
    person.choose("Bewijs van woonst")
    person.go_on()
    person.choose("Met de post")
    person.type("Op welk adres?", "Statielei 10, 2640 Mortsel")
    person.go_on()


def complain(person: Person) -> None:
    person.type("Waarover gaat uw klacht, in enkele woorden?", "Lang gewacht aan het loket")
    person.type("Wat gebeurde er?", "Ik wachtte een uur, met een afspraak.")
    person.choose("Ja", within="Sprak u hierover al met een medewerker?")
    person.type("Wat zei die medewerker?", "Dat het druk was.")
    person.go_on()


def ask_question(person: Person) -> None:
    person.choose("Vrije tijd")
    person.type("Wat is de vraag, in enkele woorden?", "Is er nog plaats in de turnles?")
    person.go_on()


JOURNEYS = {
    "attest": (
        ask_attest,
        "We hebben uw aanvraag ontvangen",
        (
            Taken(
                "Gegevens vragen", "We wachten op uw antwoord", "Woont u er nog?", text="gaan we verder",
                asks="Wat hebben we nog nodig?",
            ),
            Taken("Antwoord gekregen", "We hebben uw aanvraag ontvangen", letter=False, text="op de manier die u koos"),
            Taken(
                "Attest afleveren", "Uw attest is klaar", "U krijgt het morgen met de post.",
                first="Nagaan wie het attest vraagt", text="hoe u het attest krijgt",
                asks="Hoe krijgt de burger het attest?",
            ),
        ),
    ),
    "klacht": (
        complain,
        "We hebben uw klacht ontvangen",
        (
            Taken("Onderzoek starten", "We onderzoeken uw klacht", text="niet bij betrokken was"),
            Taken(
                "Antwoord geven", "U hebt ons antwoord op uw klacht", "U had gelijk. Onze excuses.", "Gegrond",
                first="De dienst vragen wat er gebeurd is", text="de volgende keer beter",
                asks="Wat vonden we, en wat doen we eraan?",
            ),
        ),
    ),
    "inlichtingen": (
        ask_question,
        "We hebben uw vraag ontvangen",
        (
            Taken("Uitzoeken", "We zoeken het voor u uit", letter=False, text="bij een collega"),
            Taken(
                "Antwoord sturen", "Uw vraag is beantwoord", "Ja, op woensdag om 14 uur.", text="Hebt u nog een vraag?",
                asks="Ons antwoord",
            ),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", JOURNEYS)
def test_from_question_to_answer(
    name: str, administrator: User, page: Page, open_page: OpenPage, tmp_path: Path
) -> None:
    fill_in, received, steps = JOURNEYS[name]
    form = ready.form(name, ready.process(name, by=administrator), by=administrator)
    fatima = open_page(viewport={"width": 320, "height": 640}, has_touch=True)
    person = Person(fatima, tmp_path)
    fatima.goto(form.get_absolute_url())
    person.go_on("Start nu")
    fill_in(person)
    say_who(person)
    dossier = send(person)
    fatima.goto(follow_link(letters_to(ADDRESS)[0]))
    see_as_citizen(fatima, received)

    sign_in(page, "an")
    for taken in steps:
        take(page, dossier, taken)
        see_as_citizen(fatima, taken.label, taken.text)
        shoot(fatima, f"{dossier.number}-volg-{taken.step}")
    *_, last = letters_to(ADDRESS)
    assert dossier.subject in last
    assert dossier.subject != form.title
    assert steps[-1].reason in last
    assert last.startswith("Beste Fatima El Amrani\n")


class Presses:
    """Counts what the desk presses, and the pages that this loads: what ten seconds are made of."""

    def __init__(self, page: Page) -> None:
        self.presses = self.pages = 0
        page.on("framenavigated", lambda frame: self.count(frame is page.main_frame))

    def count(self, is_page: bool) -> None:
        self.pages += is_page

    def __call__(self, target: Locator) -> None:
        self.presses += 1
        target.click()


def test_a_question_at_the_desk_is_opened_and_closed_in_three_presses(administrator: User, page: Page) -> None:
    """By Onthaal, who handles no dossiers: three presses, one short text and three pages. No seconds are counted."""
    ready.form("inlichtingen", ready.process("inlichtingen", by=administrator), by=administrator)
    nele = User.objects.create_user("nele", password="a-good-password", first_name="Nele", last_name="Maes")
    nele.groups.add(Group.objects.get(name=ROLES["onthaal"].name))
    sign_in(page, "nele")
    page.goto("/beheer/formulieren/invullen/")
    assert_accessible(page)
    shoot(page, "balie-formulieren")
    press = Presses(page)
    press(page.get_by_role("button", name="Begin meteen Een vraag stellen"))
    assert page.get_by_role("textbox").count() == 1  # two questions, and no name
    press(page.get_by_label("Openingsuren en afspraken"))
    page.get_by_label("Wat is de vraag, in enkele woorden?").fill("Open op zaterdag?")
    press(page.get_by_role("button", name="Versturen en: Meteen beantwoord"))
    expect(page.get_by_text("Meteen beantwoord.")).to_be_visible()
    assert (press.presses, press.pages) == (3, 2)  # and the list again, for who comes next
    assert_accessible(page)
    shoot(page, "balie-meteen-klaar")
    dossier = Dossier.objects.get()
    assert (dossier.status.milestone, dossier.handler) == ("completed", None)
    assert dossier.contacts.get().channel == "desk"
    assert dossier.events.latest("sequence").actor == nele
    assert not Delivery.objects.filter(kind="dossier").exists()  # nobody to write to
    page.get_by_role("link", name="Naar het dossier").click()
    page.get_by_role("link", name="Laatste stap rechtzetten").click()
    assert_accessible(page)
    page.get_by_label("Waarom was deze stap fout?").fill("De burger wil toch een antwoord per mail.")
    page.get_by_role("button", name="Maak deze stap ongedaan").click()
    expect(page.get_by_role("link", name="Meteen beantwoord")).to_be_visible()
    expect(page.get_by_role("link", name="Antwoord sturen")).to_have_count(0)


def test_the_desk_sees_the_same_on_a_small_screen(administrator: User, open_page: OpenPage) -> None:
    ready.form("inlichtingen", ready.process("inlichtingen", by=administrator), by=administrator)
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True)
    sign_in(page, "an")
    page.goto("/beheer/formulieren/invullen/")
    assert fits(page)
    assert_accessible(page)
    shoot(page, "balie-formulieren-smal")
    page.get_by_role("button", name="Begin meteen Een vraag stellen").click()
    expect(page.get_by_role("button", name="Versturen en: Uitzoeken")).to_be_visible()
    assert fits(page)
    assert_accessible(page)
    shoot(page, "balie-vraag-smal")


def test_what_the_desk_reads_after_sending(administrator: User, page: Page) -> None:
    ready.form("inlichtingen", ready.process("inlichtingen", by=administrator), by=administrator)
    sign_in(page, "an")
    page.goto("/beheer/formulieren/invullen/inlichtingen/")
    page.get_by_role("button", name="Start het formulier").click()
    page.get_by_label("Iets anders").check()
    page.get_by_label("Wat is de vraag, in enkele woorden?").fill("Waar is het politiekantoor?")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_role("button", name="Versturen", exact=True).click()
    expect(page.get_by_role("button", name="Uitzoeken")).to_be_visible()
    assert_accessible(page)
    shoot(page, "balie-klaar")
    page.get_by_role("link", name="Naar het dossier").click()
    expect(page.get_by_role("heading", name="Waar is het politiekantoor?")).to_be_visible()
