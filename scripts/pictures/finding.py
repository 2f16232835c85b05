"""vinden.md, toegangslog.md and the second step: who calls, two records of one person, a list, and who looked."""

import re

from pictures.stage import PASSWORD, Camera
from playwright.sync_api import Page, expect

LIST = (
    "Naam;Mailadres;Telefoon\n"
    "Chiro Sint-Benedictus;chiro@burger.example;03 440 12 12\n"
    "Toneelkring Het Doek vzw;info@hetdoek.example;03 440 77 10\n"
    "Fotoclub Mortsel;geen;03 440 15 15\n"
)


def search(page: Page, words: str) -> None:
    page.goto("/beheer/contacten/")
    page.get_by_role("searchbox").first.fill(words)
    page.get_by_role("searchbox").first.press("Enter")
    expect(page.locator(".l-person").first).to_be_visible()


def find_and_merge(page: Page, camera: Camera) -> None:
    """Somebody on the phone, found with a slip in the name; and two records side by side, which stay two."""
    search(page, "benalli rachida")
    camera.take(page, "vinden", height=620)
    page.locator(".l-person a").first.click()
    page.get_by_role("link", name="Samenvoegen met een andere fiche").click()
    page.get_by_role("searchbox").first.fill("haddad")
    page.get_by_role("searchbox").first.press("Enter")
    page.get_by_role("main").get_by_role("link", name=re.compile("Haddad")).first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    camera.take(page, "samenvoegen", height=800)


def take_over_a_list(page: Page, camera: Camera) -> None:
    """As far as the dry run; nothing is taken over."""
    page.goto("/beheer/contacten/lijsten/")
    page.get_by_label("Verenigingen", exact=False).first.check()
    page.get_by_label("De lijst").set_input_files(
        {"name": "verenigingen.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    page.get_by_role("button", name="Lees deze lijst").click()
    page.get_by_label("E-mailadres").select_option("Mailadres")
    camera.take(page, "lijst-kolommen", height=750)
    page.get_by_role("button", name="Kijk de lijst na").click()
    expect(page.get_by_role("heading", name="Dit zou er gebeuren")).to_be_visible()
    camera.take(page, "lijst-nakijken", height=600)
    page.get_by_role("button", name=re.compile("niet over")).click()


def read_the_log(page: Page, camera: Camera) -> None:
    page.goto("/beheer/toegangslog/")
    camera.take(page, "toegangslog", height=800)


def second_step(page: Page, camera: Camera) -> None:
    """As far as the picture to scan; the demo asks no second step."""
    page.goto("/beheer/")
    page.goto("/beheer/tweede-stap/instellen/")
    page.get_by_label("Uw wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Tweede stap instellen").click()
    expect(page.get_by_text("Scannen lukt niet")).to_be_visible()
    camera.take(page, "tweede-stap", height=1000)
