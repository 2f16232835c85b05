"""Five real forms of a town: built in the editor from an empty page without code, and filled in four ways.

On a phone of 320 pixels wide (axe looks at every screen), with the keyboard only, without JavaScript, and through the
API: each time the same person with the same answers. What building takes is counted.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from cms.roles import ROLES
from core.models import User
from dossiers.models import Dossier
from forms.models import FormDefinition, Submission
from tests import papers, town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.browser.editor import Editor, Effort
from tests.browser.test_first_melding import press_to, sign_in
from tests.forms.caller import Caller

pytestmark = [pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("LOKET_PICTURES")
"""A folder to keep pictures of the screens in."""


def shoot(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


# --- Ways to fill in --------------------------------------------------------------------------------------------


class Person:
    """Somebody with a mouse or a finger."""

    name = "muis"

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.shots = 0

    @property
    def has_javascript(self) -> bool:
        return True

    def box(self, label: str, within: str = "") -> Locator:
        place = self.page.get_by_role("group", name=within) if within else self.page
        return place.get_by_label(re.compile(rf"^\s*{re.escape(label)}( \(niet verplicht\))?\s*$"))

    def type(self, label: str, text: str, within: str = "") -> None:
        self.box(label, within).fill(text)

    def choose(self, label: str, within: str = "") -> None:
        """A radio button or a tick box."""
        self.box(label, within).check()

    def pick(self, label: str, option: str) -> None:
        """From a list."""
        self.box(label).select_option(option)

    def day(self, within: str, day: str) -> None:
        """As 2026-12-31."""
        year, month, number = day.split("-")
        for part, text in (("Dag", number), ("Maand", month), ("Jaar", year)):
            self.type(part, text, within)

    def add_file(self, label: str, name: str, content: bytes) -> None:
        path = self.folder / name
        path.write_bytes(content)
        self.box(label).set_input_files(path)

    def button(self, name: str) -> Locator:
        """Its name begins so; for who cannot see where it stands, it goes on with what it is about."""
        return self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).last

    def press(self, name: str) -> None:
        self.button(name).click()

    def go_on(self, button: str = "Verder") -> None:
        """To the next page, after a look at this one."""
        self.look()
        with self.page.expect_navigation():
            self.press(button)

    def look(self) -> None:
        """At the screen as it is now, filled in."""
        self.shots += 1
        assert fits(self.page), f"{self.page.url} scrolls sideways"
        shoot(self.page, f"{self.page.url.split('/')[4]}-{self.name}-{self.shots}")


class OnAPhone(Person):
    name = "telefoon"

    def look(self) -> None:
        super().look()
        assert_accessible(self.page)


class WithoutJavaScript(Person):
    name = "zonder-script"

    @property
    def has_javascript(self) -> bool:
        return False


class WithTheKeyboard(Person):
    name = "toetsen"

    def __init__(self, page: Page, folder: Path) -> None:
        super().__init__(page, folder)
        # The window of the person's own system, beyond the page.
        page.on("filechooser", lambda chooser: chooser.set_files(self.file))

    def type(self, label: str, text: str, within: str = "") -> None:
        press_to(self.page, self.box(label, within))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, label: str, within: str = "") -> None:
        box = self.box(label, within)
        if box.get_attribute("type") == "checkbox":
            press_to(self.page, box)
            self.page.keyboard.press("Space")
        else:
            first = self.page.locator(f'[name="{box.get_attribute("name")}"]').first
            press_to(self.page, first)
            self.page.keyboard.press("Space")
            for _more in range(20):
                if box.is_checked():
                    break
                self.page.keyboard.press("ArrowDown")
        expect(box).to_be_checked()

    def pick(self, label: str, option: str) -> None:
        press_to(self.page, self.box(label))
        self.page.keyboard.type(option)
        expect(self.box(label).locator("option:checked")).to_have_text(option)

    def add_file(self, label: str, name: str, content: bytes) -> None:
        self.file = self.folder / name
        self.file.write_bytes(content)
        press_to(self.page, self.box(label))
        self.page.keyboard.press("Enter")

    def press(self, name: str) -> None:
        press_to(self.page, self.button(name))
        self.page.keyboard.press("Enter")


# --- Building and filling in ------------------------------------------------------------------------------------------


def last_step(editor: Editor, **parts: str) -> None:
    """Who the person is: one question, so its label is the title of the page."""
    person = editor.add_step().add("questions", "Persoon", label="Wie bent u?")
    for name in parts or {"email": ""}:
        person.choose(name, "Vragen, en een antwoord is verplicht")
    editor.look()


def say_who_you_are(person: Person, phone: bool = False) -> None:
    person.type("Voornaam", "Fatima")
    person.type("Achternaam", "El Amrani")
    person.type("E-mailadres", "fatima@example.org")
    if phone:
        person.type("Telefoonnummer", "0470 12 34 56")
    person.go_on()


def build_melding(editor: Editor) -> None:
    step = editor.add_step("Wat is er aan de hand?")
    step.add("questions", "Keuze", label="Waarover gaat het?").options("Losse tegel", "Straatlamp", "Sluikstort")
    lamp = step.add("questions", "Korte tekst", label="Welk nummer staat er op de paal?")
    lamp.only_when("Waarover gaat het?", "is", "Straatlamp")
    step.add("questions", "Lange tekst", label="Vertel ons meer").tick("required", False)
    step = editor.add_step("Waar is het?")
    step.add("questions", "Plaats", label="Op welke plaats?", hint="Straat en nummer").tick("point")
    step.add("questions", "Foto", label="Hebt u een foto?").tick("required", False)
    last_step(editor)


def fill_in_melding(person: Person) -> None:
    person.choose("Straatlamp")
    if not person.has_javascript:
        person.go_on()  # the same page once more, with the question that came
        expect(person.page.get_by_label("Welk nummer staat er op de paal?")).to_be_visible()
    person.type("Welk nummer staat er op de paal?", "1204")
    person.type("Vertel ons meer", "Ze flikkert.")
    person.go_on()
    person.type("Op welke plaats?", "Statielei 10")
    person.add_file("Hebt u een foto?", "lamp.jpg", papers.picture(size=(300, 200)))
    person.go_on()
    say_who_you_are(person)


def build_inname(editor: Editor) -> None:
    step = editor.add_step("Wat zet u op straat?")
    step.add("questions", "Keuze", label="Wat komt er?").options("Container", "Steiger", "Verhuiswagen")
    step.add("questions", "Periode", label="Wanneer?").type(days_from="5")
    area = step.add("questions", "Getal", label="Hoe groot is het?").type(unit="m²")
    area.check("hoogstens …", "200", "Voor meer dan 200 m² belt u ons.")
    price = step.add("questions", "Berekende waarde", label="Wat het kost")
    price.type(**{"lines-0-value-label": "Per m² en per dag"})
    price.choose("lines-0-value-factors-0-value-question", "Hoe groot is het?")
    price.add("lines-0-value-factors").choose("question", "Wanneer? (aantal dagen)")
    price.add("lines-0-value-factors", number="0.5")
    step = editor.add_step()
    step.add("questions", "Bestanden", label="Voeg uw plan toe")
    last_step(editor)


def fill_in_inname(person: Person) -> None:
    first = timezone.localdate() + timedelta(days=30)
    person.choose("Steiger")
    person.day("Eerste dag", str(first))
    person.day("Laatste dag", str(first + timedelta(days=2)))
    person.type("Hoe groot is het?", "2000")
    person.go_on()
    expect(person.page.get_by_role("alert")).to_contain_text("Voor meer dan 200 m² belt u ons.")
    person.type("Hoe groot is het?", "20")
    if person.has_javascript:
        person.page.keyboard.press("Tab")
    else:
        person.press("Bereken")
    expect(person.page.get_by_text("€ 30,00")).not_to_have_count(0)
    person.go_on()
    person.add_file("Voeg uw plan toe", "plan.pdf", papers.pdf())
    if not person.has_javascript:
        person.press("Toevoegen")
    expect(person.page.locator("[data-loket-files-list]")).to_contain_text("plan.pdf")
    person.go_on()
    say_who_you_are(person)


def build_attest(editor: Editor) -> None:
    step = editor.add_step("Uw attest")
    kinds = ["Samenstelling van het gezin", "Bewijs van woonst", "Bewijs van leven", "Uittreksel geboorteakte"]
    step.add("questions", "Keuzelijst", label="Welk attest hebt u nodig?", lines="\n".join(kinds))
    step.add("questions", "Keuze", label="Hoe wilt u het krijgen?").options(
        "Per e-mail", "Met de post", "Aan het loket"
    )
    address = step.add("questions", "Adres", label="Naar welk adres?")
    address.only_when("Hoe wilt u het krijgen?", "is", "Met de post")
    last_step(editor)
    step = editor.add_step()
    step.add("questions", "Verklaring", text="Ik verklaar dat ik dit attest voor mezelf vraag.")


def fill_in_attest(person: Person) -> None:
    person.pick("Welk attest hebt u nodig?", "Bewijs van woonst")
    person.choose("Met de post")
    if not person.has_javascript:
        person.go_on()
    for label, text in (("Straat", "Statielei"), ("Huisnummer", "10"), ("Postcode", "2640")):
        person.type(label, text)
    if person.has_javascript:
        person.page.keyboard.press("Tab")
        expect(person.page.get_by_label("Gemeente")).to_have_value("Mortsel")
    person.go_on()
    say_who_you_are(person)
    person.choose("Ik verklaar dat ik dit attest voor mezelf vraag.")
    person.go_on()


def build_speelplein(editor: Editor) -> None:
    step = editor.add_step("De kinderen")
    rows = step.add("questions", "Herhaalde groep", label="Wie schrijft u in?", row_label="kind")
    rows.add("questions", "Korte tekst", label="Voornaam en naam")
    rows.add("questions", "Datum", label="Geboortedatum")
    rows.add("questions", "Ja of nee", label="Heeft uw kind een allergie?")
    rows.add("questions", "Korte tekst", label="Waarvoor?").only_when("Heeft uw kind een allergie?", "is", "Ja")
    last_step(editor, email="", phone="")
    editor.tab("Beperkingen").type(max_submissions="4").tick("show_places")


def fill_in_speelplein(person: Person) -> None:
    person.type("Voornaam en naam", "Sam El Amrani", "Kind 1")
    person.day("Kind 1", "2019-04-03")
    person.choose("Nee", "Kind 1")
    person.press("Nog een kind toevoegen")
    expect(person.page.get_by_role("button", name="Verwijderen kind")).to_have_count(2)
    person.type("Voornaam en naam", "Noor El Amrani", "Kind 2")
    person.day("Kind 2", "2021-05-04")
    person.choose("Ja", "Kind 2")
    if not person.has_javascript:
        person.go_on()
    person.type("Waarvoor?", "noten", "Kind 2")
    person.go_on()
    say_who_you_are(person, phone=True)


def build_klacht(editor: Editor) -> None:
    step = editor.add_step()
    step.add("questions", "Lange tekst", label="Wat is er misgegaan?")
    step = editor.add_step()
    step.add("questions", "Lange tekst", label="Wat wilt u dat wij doen?").tick("required", False)
    last_step(editor)
    editor.tab("Instellingen").choose("on_behalf", "Mogelijk: we vragen voor wie")


def fill_in_klacht(person: Person) -> None:
    person.type("Voornaam en naam van die persoon", "Jan Peeters")
    person.type("Wat bent u voor die persoon?", "buurvrouw")
    person.go_on()
    person.type("Wat is er misgegaan?", "Niemand belde hem terug.")
    person.go_on()
    person.go_on()
    say_who_you_are(person)


@dataclass(frozen=True)
class Form:
    title: str
    kind: str
    build: Callable[[Editor], None]
    effort: Effort
    """From an empty page to published."""
    fill_in: Callable[[Person], None]
    answers: tuple[str, ...]
    for_whom: str = ""


FORMS = [
    Form(
        "Melding openbaar domein", "melding", build_melding, Effort(37, 13, 11), fill_in_melding,
        ("Straatlamp", "1204", "Ze flikkert.", "Statielei 10"),
    ),
    Form(
        "Inname van het openbaar domein", "request", build_inname, Effort(34, 17, 13), fill_in_inname,
        ("Steiger", "20 m²", "plan.pdf"),
    ),
    Form(
        "Attest aanvragen", "request", build_attest, Effort(32, 11, 10), fill_in_attest,
        ("Bewijs van woonst", "Met de post", "Statielei 10, 2640 Mortsel"),
    ),
    Form(
        "Inschrijving speelplein", "request", build_speelplein, Effort(36, 10, 9), fill_in_speelplein,
        ("noten",),
    ),
    Form(
        "Klacht", "complaint", build_klacht, Effort(21, 4, 6), fill_in_klacht,
        ("Jan Peeters", "buurvrouw", "Niemand belde hem terug."), for_whom="Voor iemand anders",
    ),
]  # fmt: skip


@pytest.fixture
def editor_lien(transactional_db: None) -> User:
    """Lien of communicatie, with just the rights of that role."""
    lien = User.objects.create_user("lien", password="a-good-password", first_name="Lien", last_name="Claes")
    lien.groups.add(Group.objects.get(name=ROLES["communicatie"].name))
    return lien


def build(page: Page, form: Form) -> Effort:
    """From an empty form, without code, to a published one."""
    town.published(town.draft_melding(name=form.title, kind=form.kind, prefix=form.title[:3].upper()))
    sign_in(page, "lien")
    editor = Editor(page)
    editor.type(title=form.title)
    form.build(editor)
    editor.process_type(form.title)
    editor.look()
    editor.tick("api_allowed")
    effort = editor.publish()
    shoot(page, f"{form.title}-bouwer")
    FormDefinition.objects.update(minimum_seconds=0)  # Playwright types faster than people
    return effort


def send(person: Person, form: Form, address: str) -> Submission:
    page = person.page
    page.goto(address)
    if form.for_whom:
        person.choose(form.for_whom)
    person.go_on("Start nu")
    form.fill_in(person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")
    for answer in form.answers:
        expect(page.get_by_role("main")).to_contain_text(answer)
    person.go_on("Versturen")
    expect(page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    person.look()
    expect(page.get_by_role("main")).to_contain_text(Dossier.objects.latest("pk").number)
    return Submission.objects.latest("pk")


def send_by_api(like: Submission, folder: Path) -> Submission:
    """A program of somebody else, with the answers of a person."""
    caller = Caller(like.version.definition.slug)
    asked = {question["sleutel"]: question for step in caller.read()["stappen"] for question in step["vragen"]}
    answers: dict[str, Any] = {}
    for answer in (answer for step in like.answers["steps"] for answer in step["answers"]):
        key, value = answer["key"], answer["value"]
        if key not in asked or asked[key]["berekend"] or value is None:
            continue
        if asked[key]["bestand"]:
            name = (value if isinstance(value, dict) else value[0])["name"]
            upload = caller.upload(key, SimpleUploadedFile(name, (folder / name).read_bytes())).json()["id"]
            answers[key] = [upload] if isinstance(value, list) else upload
        else:
            answers[key] = value
    response = caller.send(answers, **for_whom(like))
    assert response.status_code == 201, response.content
    return Submission.objects.latest("pk")


def for_whom(like: Submission) -> dict[str, Any]:
    """What a program says of it, in the words of the API."""
    for step in like.answers["steps"]:
        if step["key"] == "on-behalf":
            given = {answer["key"]: answer["value"] for answer in step["answers"]}
            return {"namens": {"voor": "persoon", "naam": given["name"], "functie": given["function"]}}
    return {}


def texts(submission: Submission) -> list[list[str]]:
    """What somebody reads in it."""
    return [[answer["text"] for answer in step["answers"]] for step in submission.answers["steps"]]


BOTH = {"Inschrijving speelplein": pytest.mark.both}
"""The journey with the most of the database in it: rows, a maximum, and who was first."""


@pytest.mark.parametrize("form", [pytest.param(form, id=form.title, marks=BOTH.get(form.title, ())) for form in FORMS])
def test_a_form_of_the_town(form: Form, editor_lien: User, page: Page, open_page: OpenPage, tmp_path: Path) -> None:
    effort = build(page, form)
    definition = FormDefinition.objects.get()
    people = [
        OnAPhone(open_page(viewport={"width": 320, "height": 640}, has_touch=True), tmp_path),
        WithTheKeyboard(open_page(viewport={"width": 1280, "height": 800}), tmp_path),
        WithoutJavaScript(open_page(java_script_enabled=False), tmp_path),
    ]
    sent = [send(person, form, definition.get_absolute_url()) for person in people]
    sent.append(send_by_api(sent[0], tmp_path))
    first, *others = [texts(submission) for submission in sent]
    assert others == [first] * 3  # whatever the way, the town reads the same
    if definition.max_submissions:
        late = open_page(viewport={"width": 320, "height": 640})
        late.goto(definition.get_absolute_url())
        expect(late.get_by_role("main")).to_contain_text("Alle plaatsen zijn ingenomen")
        assert_accessible(late)
    assert effort == form.effort, str(effort)
