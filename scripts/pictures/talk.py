"""dossierbehandelaar.md: tasks, notes, advice, dossiers that belong together, messages, documents, mail and paper."""

import re
from datetime import date, timedelta
from io import BytesIO

from pictures.clerk import open_dossier, show_day, show_empty_days
from pictures.stage import Camera, choose_in_menu
from PIL import Image
from playwright.sync_api import Page, expect


def work_together(page: Page, camera: Camera) -> None:
    """Tasks and notes."""
    open_dossier(page, "Put in het fietspad")
    page.get_by_text("Een taak toevoegen", exact=True).click()
    page.get_by_label("Nieuwe taak").fill("Het bord weer weghalen")
    show_empty_days(page)
    camera.take(page, "dossier-taken", at=page.get_by_role("heading", name="Te doen", exact=True), height=1000)
    page.get_by_role("button", name="Toevoegen", exact=True).click()
    expect(page.get_by_text("Het bord weer weghalen").first).to_be_visible()
    open_more(page, "Schrijf een notitie")
    page.get_by_label("Nieuwe notitie").fill("@dossierbehandelaar2 De aannemer belt jou morgen terug.")
    page.get_by_role("button", name="Bewaar de notitie").click()
    expect(page.get_by_text("Sofie Janssens krijgt")).to_be_visible()
    camera.take(page, "dossier-notities", at=page.get_by_role("heading", name=re.compile("^Notities")))


def open_more(page: Page, summary: str) -> None:
    """What stands open already is not closed."""
    details = page.locator("details").filter(has=page.get_by_text(summary, exact=True)).last
    if details.get_attribute("open") is None:
        details.get_by_text(summary, exact=True).click()


def write_to_the_citizen(page: Page, camera: Camera) -> None:
    open_dossier(page, "Put in het fietspad")
    conversation = page.get_by_role("heading", name=re.compile("^Berichten"))
    open_more(page, "De burger schrijven")
    page.get_by_label("Uw bericht").fill("Goed idee. Vanavond hangt er een lampje aan het bord.")
    camera.take(page, "dossier-berichten", at=conversation)
    page.get_by_role("button", name="Verstuur naar de burger").click()
    expect(page.get_by_text("Goed idee. Vanavond hangt er een lampje aan het bord.").first).to_be_visible()


def add_documents(page: Page, camera: Camera) -> None:
    open_dossier(page, "Put in het fietspad")
    for name in ("Offerte van de aannemer.pdf", "Verslag van de aannemer.pdf"):
        page.get_by_role("link", name="Document toevoegen").click()
        page.get_by_label("Bestand", exact=True).set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": paper()}
        )
        page.get_by_role("button", name="Toevoegen", exact=True).click()
        expect(page.get_by_text(name).first).to_be_visible()
    offer = page.get_by_role("article").filter(has_text="Offerte van de aannemer.pdf").first
    offer.get_by_role("button", name=re.compile("^Vertrouwelijk maken")).click()
    expect(page.get_by_text("vertrouwelijk", exact=True)).to_be_visible()
    camera.take(page, "dossier-documenten", at=page.get_by_role("heading", name="Documenten", exact=True))


def paper() -> bytes:
    content = BytesIO()
    Image.new("RGB", (600, 800), "white").save(content, "PDF")
    return content.getvalue()


def ask_advice(tom: Page, sofie: Page, camera: Camera) -> None:
    """Of somebody outside; and a team that is asked answers."""
    open_dossier(tom, "Eengezinswoning op een leeg perceel", "mijn-teams")
    camera.take(tom, "dossier-advies", at=tom.get_by_role("heading", name="Advies", exact=True))
    tom.get_by_role("link", name="Advies vragen").click()
    tom.get_by_label("Wat wilt u weten?").fill("Kan een brandweerwagen tot aan de achterkant van de woning rijden?")
    tom.get_by_label("Naam van de persoon of dienst buiten de gemeente").fill("Brandweer Zone Rand")
    tom.get_by_label("E-mailadres van die persoon of dienst").fill("preventie@brandweer.example")
    tom.get_by_label("Tegen", exact=True).fill((date.today() + timedelta(days=14)).isoformat())  # noqa: DTZ011
    show_day(tom, "Tegen")
    camera.take(tom, "advies-vragen")

    choose_in_menu(sofie, "Werk", "Advies", camera)
    camera.take(sofie, "advies-lijst")
    sofie.get_by_role("link", name=re.compile("^KLA-")).first.click()
    sofie.get_by_label("gunstig", exact=True).check()
    sofie.get_by_label("Uw advies").fill("Ja: in het register staat al sinds 2019 haar eigen naam.")
    camera.take(sofie, "advies-geven")
    sofie.get_by_role("button", name="Geef dit advies").click()
    expect(sofie.get_by_text("Het advies staat in het dossier.")).to_be_visible()


def put_together(page: Page, camera: Camera) -> None:
    """Two people reported the same thing."""
    open_dossier(page, "Vuilniszakken bij de glasbol")
    camera.take(page, "dossier-hoort-samen", at=page.get_by_role("heading", name="Hoort samen"))
    page.get_by_role("button", name=re.compile("^Is hetzelfde als")).first.click()
    expect(page.get_by_role("button", name="Loskoppelen")).to_be_visible()
    camera.take(page, "dossier-dubbel", at=page.get_by_role("heading", name="Hoort samen"))


def read_mail(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Werk", "Inkomende mail", camera)
    camera.take(page, "inkomende-mail")
    page.get_by_role("link", name="Mijn papieren").click()
    expect(page.get_by_role("button", name="Koppelen")).to_be_visible()
    camera.take(page, "mail-koppelen")


def print_letters(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Werk", "Afdrukken", camera)
    camera.take(page, "afdrukken")
    page.get_by_role("link", name=re.compile("^Wijzig het adres")).first.click()
    box = page.get_by_role("textbox")
    box.last.fill("Simonne De Wit\nDrabstraat 8\n2640 Mortsel")
    camera.take(page, "afdrukken-adres")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("button", name="Maak een stapel van deze brieven").click()
    expect(page.get_by_role("link", name="Open de brieven (PDF)")).to_be_visible()
    camera.take(page, "afdruk-stapel")


def ask_satisfaction(page: Page, camera: Camera) -> None:
    """At the desk; and the figures."""
    open_dossier(page, "Lang gewacht aan het loket", "afgehandeld")
    page.get_by_role("link", name="Tevredenheid vragen aan het loket").click()
    page.get_by_role("button", name="Toon de code").click()
    expect(page.get_by_role("heading", name="De code van deze burger")).to_be_visible()
    camera.take(page, "tevredenheid-balie")
    choose_in_menu(page, "Meten", "Tevredenheid", camera)
    camera.take(page, "tevredenheid")
