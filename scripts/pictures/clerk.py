"""dossierbehandelaar.md: the dossiers and the desk."""

from pictures.stage import Camera, choose_in_menu
from playwright.sync_api import Page, expect


def open_dossier(page: Page, subject: str) -> None:
    """By searching in the list of what is to be done."""
    page.goto("/beheer/dossiers/")
    page.get_by_label("Zoek op nummer, naam, onderwerp of plaats").fill(subject)
    page.get_by_role("button", name="Zoeken").last.click()
    page.locator("tbody").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Volgende stap")).to_be_visible()


def refuse(page: Page, camera: Camera, number: str) -> None:
    """The whole of one dossier: from the home page by the list to the letter."""
    camera.take(page, "startpagina")
    choose_in_menu(page, "Werk", "Dossiers", camera)
    expect(page.get_by_role("link", name="Te doen")).to_be_visible()
    camera.take(page, "dossiers")
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name="Volgende stap")).to_be_visible()
    camera.take(page, "dossier")
    camera.take(page, "dossier-antwoorden", at=page.get_by_role("heading", name="Antwoorden", exact=True))
    page.get_by_role("link", name="Niet ontvankelijk verklaren").click()
    page.get_by_label("Waarom kunnen we hier niets aan doen?").fill(
        "Dit voetpad hoort bij een weg van het Vlaams Gewest. Meld het op hun website."
    )
    camera.take(page, "stap-reden")
    page.get_by_role("button", name="Toon de brief").click()
    letter = page.get_by_role("region", name="Dit krijgt de burger")
    expect(letter).to_be_visible()
    camera.take(page, "stap-brief", at=letter)
    page.get_by_role("button", name="Versturen en stap afronden").click()
    expect(page.get_by_text("De burger krijgt de brief.")).to_be_visible()
    camera.take(page, "stap-gedaan")
    camera.take(page, "dossier-verloop", at=page.get_by_role("heading", name="Geschiedenis", exact=True))


def meet_a_colleague(tom: Page, sofie: Page, camera: Camera) -> None:
    """Two clerks take a step in the same dossier; the second reads who was first."""
    for page in (tom, sofie):
        open_dossier(page, "Verkeersbord staat scheef")
    tom.get_by_role("link", name="Uitleg vragen aan de burger").click()
    tom.get_by_label("Wat willen we nog weten?").fill("Aan welke kant van de straat staat het bord?")
    sofie.get_by_role("link", name="Ontvankelijk verklaren", exact=True).click()
    sofie.get_by_role("button", name="Versturen en stap afronden").click()
    expect(sofie.get_by_text("De burger krijgt de brief.")).to_be_visible()
    tom.get_by_role("button", name="Toon de brief").click()
    expect(tom.get_by_role("alert")).to_contain_text("Intussen gewijzigd")
    camera.take(tom, "intussen-gewijzigd")


def confirm_and_renew(page: Page, camera: Camera) -> None:
    """A person who is not confirmed, and a new link for the citizen."""
    open_dossier(page, "Rachida Benali")
    expect(page.get_by_text("Niet bevestigd.")).to_be_visible()
    camera.take(page, "niet-bevestigd")
    page.get_by_role("button", name="Ja, dezelfde persoon").click()
    expect(page.get_by_text("De persoon is bevestigd.")).to_be_visible()
    page.get_by_text("Link van de burger").click()
    button = page.get_by_role("button", name="Maak een nieuwe link")
    expect(button).to_be_visible()
    camera.take(page, "nieuwe-link", at=page.get_by_role("heading", name="Behandeling"))
    button.click()
    expect(page.get_by_text("De oude link werkt niet meer.")).to_be_visible()


def read_about_others(page: Page, camera: Camera, number: str) -> None:
    """A dossier on behalf of an association, which somebody else signs too."""
    page.goto("/beheer/dossiers/")
    page.get_by_role("link", name=number).click()
    camera.take(page, "dossier-namens", at=page.get_by_role("heading", name="Namens", exact=True))
    page.get_by_role("link", name="Vraag het opnieuw of geef meer tijd").click()
    # Chromium without a screen only knows the American way; with one it shows the day as the clerk is used to.
    day = page.get_by_label("Ondertekenen tot en met")
    day.evaluate("box => { const day = box.value; box.type = 'text'; box.value = day.split('-').reverse().join('/') }")
    camera.take(page, "dossier-vraag-opnieuw")


def fill_in_at_the_desk(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Werk", "Formulier invullen", camera)
    camera.take(page, "balie-formulieren")
    page.get_by_role("link", name="Melding openbaar domein").click()
    page.get_by_label("Naam, e-mailadres of telefoonnummer").fill("Nora Aerts")
    page.get_by_role("button", name="Zoeken").last.click()
    page.get_by_role("link", name="Kiezen").first.click()
    camera.take(page, "balie-persoon")
