"""formulieren.md: from an empty form to a published one, and everything around it."""

import io
import json
import re
import zipfile

from pictures.stage import Camera, choose_in_menu
from pictures.website import publish
from playwright.sync_api import Locator, Page, expect

from tests.browser.editor import Block, Editor, Effort, Part

FORM = "Straatlamp melden"
ENROLMENT = "Speelplein"


def keep_still(page: Page) -> None:
    """Blocks appear at once; to be said again when the page was loaded anew."""
    page.evaluate("() => { jQuery.fx.off = true }")


def to_list(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Website", "Formulieren", camera)
    expect(page.get_by_role("link", name="Formulier toevoegen")).to_be_visible()


def edit(page: Page, camera: Camera, title: str) -> Part:
    to_list(page, camera)
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("tab", name="Vragen")).to_be_visible()
    keep_still(page)
    return Part(page, Effort(), "")


def block(page: Page, prefix: str) -> Block:
    """What stands there already; ``prefix`` as in the names of its fields, without what is the same for each."""
    return Block(page, Effort(), f"{prefix}-value-")


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Bewaar concept").click()
    expect(page.locator(".messages .success")).to_be_visible()
    keep_still(page)


def publish_form(page: Page) -> None:
    publish(page)
    expect(page.get_by_text("en gepubliceerd.")).to_be_visible()


def choose_process_type(page: Page) -> None:
    page.get_by_role("tab", name="Instellingen").click()
    page.get_by_role("button", name="Kies procestype").click()
    chooser = page.locator(".modal")
    chooser.get_by_role("link", name="Melding openbaar domein").click()
    expect(chooser).to_be_hidden()


# --- Een formulier maken ----------------------------------------------------------------------------------------------


def open_choice(page: Page, step: int) -> Locator:
    """The list of types of questions below a step; returns the plus sign."""
    plus = page.locator("[data-contentpath='questions']").nth(step).locator("button[title='Blok invoegen']").last
    plus.scroll_into_view_if_needed()
    option = page.get_by_role("option", name="Keuze", exact=True)
    plus.click()
    try:
        expect(option).to_be_visible(timeout=3_000)
    except AssertionError:
        plus.click()  # the list closes by itself when the page is still moving, as it does for a person
        expect(option).to_be_visible()
    return plus


def build_a_form(page: Page, camera: Camera) -> None:
    to_list(page, camera)
    page.get_by_role("link", name="Formulier toevoegen").click()
    form = Editor(page)
    keep_still(page)
    form.type(title=FORM, intro="Brandt een straatlamp niet? Meld het ons. Het duurt twee minuten.")
    camera.take(page, "formulier-nieuw")

    lamp = form.add_step("De lamp")
    plus = open_choice(page, 0)
    camera.take(page, "formulier-soorten", at=plus)
    page.keyboard.press("Escape")
    what = lamp.add("questions", "Keuze", label="Wat is er met de lamp?")
    what.options("Ze brandt niet", "Ze is stuk of hangt los")
    camera.take(page, "formulier-vraag", at=what.control("label"))
    lamp.add("questions", "Plaats", label="Waar staat de lamp?")

    publish(page)
    expect(page.get_by_text("Nog niet gepubliceerd.")).to_be_visible()
    camera.take(page, "formulier-geweigerd")

    keep_still(page)
    person = form.add_step().add("questions", "Persoon", label="Wie bent u?")
    person.choose("email", "Vragen, en een antwoord is verplicht")
    camera.take(page, "formulier-persoon", at=person.control("label"))
    choose_process_type(page)
    camera.take(page, "formulier-instellingen")
    publish_form(page)
    camera.take(page, "formulier-gepubliceerd")

    page.get_by_role("link", name=FORM, exact=True).click()
    page.get_by_role("button", name="Toon/verberg voorvertoning").click()
    preview = page.frame_locator("iframe[title=Voorvertoning][src]")
    expect(preview.get_by_text("Wat is er met de lamp?")).to_be_visible()
    camera.take(page, "formulier-voorbeeld")
    page.get_by_role("button", name="Toon/verberg voorvertoning").click()  # the browser remembers that it is open


# --- Only what is needed, checks, and a look before publishing --------------------------------------------------------


def build_further(page: Page, camera: Camera) -> None:
    """One question that depends on another, with a check."""
    edit(page, camera, FORM)
    lamp = block(page, "body-0")
    pole = lamp.add("questions", "Korte tekst", label="Welk nummer staat er op de paal?")
    pole.tick("required", False)
    pole.only_when("Wat is er met de lamp?", "is", "Ze brandt niet")
    camera.take(page, "formulier-voorwaarde", at=pole.control("when-mode"))
    check = pole.add("checks").choose("check", "ziet eruit als …").choose("value", "alleen cijfers")
    check.type(message="Op de paal staan alleen cijfers, bijvoorbeeld 1204.")
    camera.take(page, "formulier-controle", at=check.control("check"))
    # An answer that nobody can choose keeps the form from being published.
    what = block(page, "body-0-value-questions-0")
    what.add("options")
    save(page)
    page.evaluate("() => document.activeElement.blur()")
    camera.take(page, "formulier-op-te-lossen", at=page.get_by_role("tab", name="Vragen"))


def check_before_publishing(page: Page, camera: Camera) -> None:
    page.get_by_role("link", name="Overzicht van de logica").click()
    camera.take(page, "formulier-overzicht")
    page.get_by_role("link", name="Naar het formulier").click()
    page.get_by_role("link", name="Wat verandert er voor burgers?").click()
    camera.take(page, "formulier-verschil")
    page.get_by_role("link", name="Naar het formulier").click()
    page.get_by_role("link", name="Opmerkingen").click()
    page.get_by_label("Over", exact=True).select_option("Welk nummer staat er op de paal?")
    page.get_by_label("Wat wilt u zeggen?").fill("Niet elke paal heeft een nummer. Zeggen we dat erbij?")
    page.get_by_role("button", name="Toevoegen").click()
    camera.take(page, "formulier-opmerkingen")
    page.get_by_role("link", name="Naar het formulier").click()

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Probeer uit").click()
    trial = opened.value
    trial.get_by_role("button", name="Begin").click()
    trial.get_by_label("Ze brandt niet").check()
    expect(trial.get_by_label("Welk nummer staat er op de paal?")).to_be_visible()
    camera.take(trial, "formulier-proef")
    trial.close()


# --- A form with more in it -------------------------------------------------------------------------------------------


def start_from_a_template(page: Page, camera: Camera) -> None:
    """An enrolment: rows, a price, a maximum, for somebody else, signed together, shown elsewhere."""
    to_list(page, camera)
    page.get_by_role("link", name="Van een sjabloon of bestand").click()
    camera.take(page, "formulier-sjablonen")
    page.get_by_role("button", name=re.compile("^Begin hiermee.*Inschrijven")).click()
    expect(page.get_by_text("Er is een concept gemaakt.")).to_be_visible()
    keep_still(page)
    form = Part(page, Effort(), "")
    form.type(title=ENROLMENT)
    rows = block(page, "body-0-value-questions-0").type(label="Wie schrijft u in?", row_label="kind")
    camera.take(page, "formulier-herhaald", at=rows.control("label"))
    block(page, "body-0").add("questions", "Getal", label="Hoeveel dagen?")
    price = block(page, "body-0").add("questions", "Berekende waarde", label="Wat het kost")
    price.type(**{"lines-0-value-label": "Per dag, met middageten"})
    price.choose("lines-0-value-factors-0-value-question", "Hoeveel dagen?")
    price.add("lines-0-value-factors", number="8")
    camera.take(page, "formulier-berekening", at=price.control("lines-0-value-label"))

    page.get_by_role("tab", name="Beperkingen").click()
    form.type(max_submissions="30").tick("show_places")
    camera.take(page, "formulier-beperkingen", at=form.control("max_submissions"))
    choose_process_type(page)
    form.choose("on_behalf", "Mogelijk: we vragen voor wie")
    form.choose("cosigners_max", "1 andere persoon").type(cosigner_who="de andere ouder")
    camera.take(page, "formulier-ondertekenen", at=form.control("on_behalf"))
    form.tick("embedding_allowed")
    publish_form(page)
    edit(page, camera, ENROLMENT)
    page.get_by_role("tab", name="Instellingen").click()
    # The demo has an address of its own each time.
    code = page.get_by_label("Code voor de andere website")
    code.evaluate("box => { box.value = box.value.replaceAll(location.origin, 'https://www.mortsel.example') }")
    camera.take(page, "formulier-elders", at=form.control("api_allowed"))


def take_over(page: Page, camera: Camera) -> None:
    """A form out of Open Forms."""
    to_list(page, camera)
    page.get_by_role("link", name="Van een sjabloon of bestand").click()
    page.get_by_label("Bestand").set_input_files(
        {"name": "parkeerkaart.zip", "mimeType": "application/zip", "buffer": open_forms_export()}
    )
    page.get_by_role("button", name="Neem over").click()
    camera.take(page, "formulier-overgenomen")


def open_forms_export() -> bytes:
    """A small form, with something that Loket does not have."""
    components = [
        {"type": "textfield", "key": "plaat", "label": "Wat is uw nummerplaat?", "validate": {"required": True}},
        {
            "type": "radio", "key": "soort", "label": "Voor wie is de kaart?", "openForms": {"dataSrc": "manual"},
            "values": [{"label": "Voor mezelf", "value": "zelf"}, {"label": "Voor mijn bedrijf", "value": "bedrijf"}],
        },
        {"type": "email", "key": "mail", "label": "Wat is uw e-mailadres?", "validate": {"required": True}},
        {"type": "signature", "key": "krabbel", "label": "Handtekening"},
    ]  # fmt: skip
    files = {
        "forms.json": [{"uuid": "f", "name": "Bewonerskaart", "slug": "bewonerskaart"}],
        "formSteps.json": [{"uuid": "s", "index": 0, "form_definition": "https://x/api/v2/form-definitions/d"}],
        "formDefinitions.json": [{"uuid": "d", "name": "Uw kaart", "configuration": {"components": components}}],
        "formLogic.json": [],
        "_meta.json": {},
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in files.items():
            archive.writestr(name, json.dumps(part))
    return content.getvalue()


def list_forms(page: Page, camera: Camera) -> None:
    to_list(page, camera)
    camera.take(page, "formulieren")


def follow_use(page: Page, camera: Camera) -> None:
    to_list(page, camera)
    page.get_by_role("button", name="Meer opties voor 'Melding openbaar domein'").click()
    page.get_by_role("link", name="Gebruik").click()
    camera.take(page, "formulier-gebruik")
