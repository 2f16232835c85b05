"""dossierbehandelaar.md: the work list, steps and letters, and the desk."""

import pypdfium2
from pictures.stage import Camera, choose_in_menu
from PIL import Image
from playwright.sync_api import Page, expect


def search(page: Page, words: str, tab: str = "") -> None:
    """In the list, as the manual says; ``tab`` as in its address."""
    page.goto(f"/beheer/dossiers/?toon={tab}" if tab else "/beheer/dossiers/")
    page.get_by_label("Zoek op nummer, naam, onderwerp of plaats").fill(words)
    page.get_by_role("button", name="Zoeken").last.click()


def open_dossier(page: Page, words: str, tab: str = "") -> None:
    search(page, words, tab)
    page.locator("tbody").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Geschiedenis", exact=True)).to_be_visible()


# --- The work list ----------------------------------------------------------------------------------------------------


def list_work(page: Page, camera: Camera) -> None:
    """From the home page to a list that is narrowed and kept, and several dossiers at once."""
    camera.take(page, "startpagina")
    choose_in_menu(page, "Werk", "Dossiers", camera)
    expect(page.get_by_role("link", name="Te doen")).to_be_visible()
    camera.take(page, "dossiers")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Soort", exact=True).select_option("Melding openbaar domein")
    page.get_by_label("Behandelaar", exact=True).select_option("Niemand")
    show_empty_days(page)
    camera.take(page, "dossiers-filters")
    page.get_by_role("button", name="Pas de filters toe").click()
    page.get_by_text("Bewaar als weergave", exact=True).click()
    page.get_by_label("Naam van de weergave").fill("Nog te verdelen")
    camera.take(page, "dossiers-weergave")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("link", name="Nog te verdelen")).to_be_visible()

    boxes = page.locator("[name=kies]")
    for number in range(2):
        boxes.nth(number).check()
    expect(page.get_by_text("2 dossiers gekozen")).to_be_visible()
    camera.take(page, "dossiers-samen")
    page.get_by_role("button", name="Toewijzen", exact=True).click()
    page.get_by_label("Behandelaar").select_option("Sofie Janssens")
    camera.take(page, "samen-nakijken")
    page.get_by_role("button", name="Doe dit voor 2 dossiers").click()
    expect(page.get_by_role("heading", name="Gelukt voor 2 dossiers")).to_be_visible()
    camera.take(page, "samen-gedaan")


# --- Steps and letters ------------------------------------------------------------------------------------------------


def refuse(page: Page, camera: Camera, number: str) -> None:
    """The whole of one dossier, to the letter."""
    open_dossier(page, number)
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


def put_right(page: Page, camera: Camera) -> None:
    """A step that was wrong, and what the history says of it."""
    open_dossier(page, "Bankje is stuk", "wacht-op-burger")
    page.get_by_role("link", name="Antwoord gekregen").click()
    page.get_by_role("button", name="Antwoord gekregen").click()
    page.get_by_role("link", name="Laatste stap rechtzetten").click()
    page.get_by_label("Waarom was deze stap fout?").fill("De burger antwoordde over een ander bankje.")
    camera.take(page, "stap-rechtzetten")
    page.get_by_role("button", name="Maak deze stap ongedaan").click()
    timeline = page.get_by_role("heading", name="Geschiedenis", exact=True)
    expect(timeline).to_be_visible()
    camera.take(page, "dossier-rechtgezet", at=timeline)


def ask_more_time(page: Page, camera: Camera) -> None:
    open_dossier(page, "Put in het fietspad")
    page.get_by_role("link", name="Meer tijd nodig").click()
    page.get_by_label("Hoeveel werkdagen extra?").fill("5")
    page.get_by_label("Waarom?").fill("De aannemer wacht op droog weer om het asfalt te gieten.")
    page.get_by_role("button", name="Toon de brief").click()
    expect(page.get_by_role("region", name="Dit krijgt de burger")).to_be_visible()
    camera.take(page, "meer-tijd", height=1090)


def decide(page: Page, camera: Camera) -> None:
    """A decision, and its page as it would be printed."""
    open_dossier(page, "Zolder wordt slaapkamer")
    for _box in page.get_by_role("button", name="Klaar: ").all():
        page.get_by_role("button", name="Klaar: ").first.click()
        expect(page.get_by_role("heading", name="Geschiedenis", exact=True)).to_be_visible()
    page.get_by_role("link", name="Beslissing meedelen").click()
    page.get_by_label("Positief", exact=True).check()
    page.get_by_label("Feiten").fill("- Er komen twee dakramen aan de achterkant.\n- De nok wordt niet hoger.")
    page.get_by_label("Reden").fill("U mag de zolder verbouwen. Een vergunning hebt u daarvoor niet nodig.")
    camera.take(page, "beslissing")
    page.get_by_role("button", name="Toon de brief").click()
    expect(page.get_by_role("button", name="Bekijk als PDF")).to_be_visible()
    camera.keep(first_page(as_pdf(page)), "beslissing-pdf")


def as_pdf(page: Page) -> bytes:
    """What opens in the new tab; Chromium without a screen has no viewer to show it in."""
    fields = page.evaluate("() => Object.fromEntries(new FormData(document.querySelector('main form')))")
    answer = page.context.request.post(page.url, form=fields | {"pdf": "1"}, headers={"Referer": page.url})
    if answer.headers["content-type"] != "application/pdf":
        raise SystemExit(f"The decision cannot be seen as PDF: {answer.status}")
    return bytes(answer.body())


def first_page(pdf: bytes) -> Image.Image:
    page: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=1.2).to_pil()
    return page


# --- Who it is about --------------------------------------------------------------------------------------------------


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
    open_dossier(page, number)
    camera.take(page, "dossier-namens", at=page.get_by_role("heading", name="Namens", exact=True))
    page.get_by_role("link", name="Vraag het opnieuw of geef meer tijd").click()
    show_day(page, "Ondertekenen tot en met")
    camera.take(page, "dossier-vraag-opnieuw")


def show_empty_days(page: Page) -> None:
    """The same, for days that nobody filled in."""
    page.evaluate(
        "() => document.querySelectorAll('input[type=date]').forEach(box => {"
        " box.type = 'text'; box.placeholder = 'dd/mm/jjjj' })"
    )


def show_day(page: Page, label: str) -> None:
    """Chromium without a screen only knows the American way; with one it shows the day as the clerk is used to."""
    day = page.get_by_label(label)
    day.evaluate("box => { const day = box.value; box.type = 'text'; box.value = day.split('-').reverse().join('/') }")


def fill_in_at_the_desk(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Werk", "Formulier invullen", camera)
    camera.take(page, "balie-formulieren")
    page.get_by_role("link", name="Melding openbaar domein").click()
    page.get_by_label("Naam, e-mailadres of telefoonnummer").fill("Nora Aerts")
    page.get_by_role("button", name="Zoeken").last.click()
    page.get_by_role("link", name="Kiezen").first.click()
    camera.take(page, "balie-persoon")
