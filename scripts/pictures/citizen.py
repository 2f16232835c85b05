"""What a citizen sees: on a phone, from the website to the page on which the dossier is followed."""

import re
from io import BytesIO

from pictures.stage import Camera
from PIL import Image
from playwright.sync_api import Page, expect

SHORTEST = 4_000  # milliseconds


def photo() -> bytes:
    """A pavement with one loose tile."""
    image = Image.new("RGB", (1200, 800), "#8f8a80")
    for left in range(0, 1200, 200):
        for top in range(0, 800, 200):
            loose = (left, top) == (600, 400)
            image.paste("#a86f52" if loose else "#d5d0c5", (left + 4, top + 4, left + 196, top + 196))
    content = BytesIO()
    image.save(content, "JPEG")
    return content.getvalue()


def report(page: Page, camera: Camera) -> str:
    """Nora reports a loose tile by phone; returns the number of her dossier."""
    page.goto("/melding-openbaar-domein/")
    page.get_by_text("Start nu", exact=True).click()  # on the website
    page.get_by_text("Start nu", exact=True).click()  # on the form's first page
    page.get_by_label("Wegdek, voetpad of fietspad").check()
    page.get_by_label("Wat is het probleem, in enkele woorden?").fill("Losse stoeptegel")
    camera.take(page, "burger-vraag")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Straat en huisnummer").fill("Statielei 10")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Hebt u een foto?").set_input_files(
        {"name": "tegel.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Uw naam").fill("Nora Aerts")
    page.get_by_label("Uw e-mailadres").fill("nora@burger.example")
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")
    camera.take(page, "burger-nakijken")
    send(page)
    camera.take(page, "burger-ontvangen")
    return number_of(page)


def send(page: Page) -> None:
    """Not faster than a person would: Loket asks a program to press once more."""
    page.wait_for_timeout(SHORTEST)
    page.get_by_role("button", name="Versturen", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")


def number_of(page: Page) -> str:
    found = re.search(r"MEL-\d{4}-\d{6}", page.get_by_role("main").inner_text())
    if not found:
        raise SystemExit("The confirmation shows no number.")
    return found[0]


def leave_half_way(page: Page, questions: int) -> None:
    """Somebody who begins a report, and stops: so that there is something to see in the use of the form."""
    page.goto("/melding-openbaar-domein/")
    for _start in range(2):
        page.get_by_text("Start nu", exact=True).click()
    further = page.get_by_role("button", name="Verder", exact=True)
    if questions:
        page.get_by_label("Sluikstort of zwerfvuil").check()
        page.get_by_label("Wat is het probleem, in enkele woorden?").fill("Zwerfvuil")
        further.click()
    if questions > 1:
        further.click()  # without an answer
        page.get_by_label("Straat en huisnummer").fill("Statielei 10")
        further.click()
    if questions > 2:
        further.click()  # no photo


def enrol(page: Page, camera: Camera) -> str:
    """An association enrols a child, and the other parent must sign; returns the number of the dossier."""
    further = page.get_by_role("button", name="Verder", exact=True)
    page.goto("/formulieren/speelplein/")
    page.get_by_label("Voor een vereniging, een bedrijf of een andere organisatie").check()
    page.get_by_text("Start nu", exact=True).click()
    page.get_by_label("Naam van de vereniging, het bedrijf of de organisatie").fill("Chiro Sint-Benedictus")
    page.get_by_label("Uw functie daar").fill("leidster")
    further.click()
    page.get_by_label("Voornaam en naam").fill("Sam El Amrani")
    for part, text in (("Dag", "3"), ("Maand", "4"), ("Jaar", "2019")):
        page.get_by_label(part, exact=True).fill(text)
    page.get_by_label("Nee", exact=True).check()
    page.get_by_label("Hoeveel dagen?").fill("4")
    page.keyboard.press("Tab")
    expect(page.get_by_text("€ 32,00").first).to_be_visible()
    camera.take(page, "burger-berekening", at=page.get_by_label("Hoeveel dagen?"))
    further.click()
    page.get_by_label("Uw naam").fill("Fatima El Amrani")
    page.get_by_label("Uw e-mailadres").fill("fatima@burger.example")
    page.get_by_label("Op welk nummer").fill("0470 12 34 56")
    further.click()
    page.get_by_role("link", name="Verder", exact=True).click()
    page.get_by_label("Voornaam en achternaam").fill("Karim El Amrani")
    page.get_by_label("E-mailadres").fill("karim@burger.example")
    send(page)
    return number_of(page)


def follow_address(page: Page, number: str) -> str:
    """The citizen's link, as it stands in the confirmation that went out."""
    return link_in_mail(page, f"We hebben uw melding {number} ontvangen")


def link_in_mail(page: Page, subject: str) -> str:
    """As an administrator of a demo reads it, where no mail leaves."""
    page.goto("/beheer/uitgaand/")
    page.get_by_role("link", name=re.compile(re.escape(subject))).first.click()
    expect(page.get_by_role("heading", name="Het bericht")).to_be_visible()
    found = re.search(r"/volg/[^\s]+/", page.get_by_role("main").inner_text())
    if not found:
        raise SystemExit(f"The mail “{subject}” holds no link.")
    return found[0]


def follow_all(page: Page, staff: Page, camera: Camera, email: str) -> None:
    """Mijn dossiers, by the link that comes by mail; and a message about one of them."""
    page.goto("/volg/")
    page.get_by_label(re.compile("e-mailadres", re.IGNORECASE)).fill(email)
    page.get_by_role("button", name="Stuur mij de link").click()
    expect(page.get_by_role("heading", name="Kijk in uw mailbox")).to_be_visible()
    page.goto(link_in_mail(staff, "Uw dossiers bij"))
    page.get_by_role("button", name="Toon mijn dossiers").click()
    expect(page.get_by_role("heading", name="Mijn dossiers")).to_be_visible()
    camera.take(page, "burger-mijn-dossiers")
    page.get_by_role("link", name="Put in het fietspad").click()
    expect(page.get_by_role("heading", name="Hoe ver staan we?")).to_be_visible()
    camera.take(page, "burger-volgpagina")
    camera.take(page, "burger-kunnen", at=page.get_by_role("heading", name="Wat kunt u doen?"))
    page.get_by_role("link", name="Een bericht of bestanden sturen").click()
    page.get_by_label("Uw bericht").fill("Dank u. Ik laat het mijn buren ook weten.")
    camera.take(page, "burger-bericht")
    page.get_by_role("button", name="Versturen", exact=True).click()
    expect(page.get_by_text("Dank u. Ik laat het mijn buren ook weten.")).to_be_visible()
