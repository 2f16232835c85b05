"""onthaal.md: the record of a person or an association."""

import re

from pictures.stage import Camera
from playwright.sync_api import Page, expect


def open_record(page: Page, name: str) -> None:
    page.goto("/beheer/contacten/")
    page.get_by_role("searchbox").first.fill(name)
    page.get_by_role("searchbox").first.press("Enter")
    page.get_by_role("main").get_by_role("link", name=re.compile(re.escape(name))).first.click()
    expect(page.get_by_role("heading", name=name, level=2)).to_be_visible()


def keep(page: Page, camera: Camera) -> None:
    """At the desk."""
    open_record(page, "Rachida Benali")
    camera.take(page, "fiche", height=1000)
    record = page.url

    page.get_by_role("link", name=re.compile("^Tonen")).click()
    camera.take(page, "fiche-nummer")

    page.goto(record)
    page.get_by_role("link", name=re.compile("^Wijzigen rachida@")).click()
    page.get_by_label("E-mailadres").fill("rachida.benali@post.example")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    waiting = page.get_by_text("wacht op bevestiging")
    expect(waiting).to_be_visible()
    camera.take(page, "fiche-email", at=page.get_by_role("heading", name="Bereikbaar via"))
    page.get_by_role("button", name=re.compile("^Trek de link in")).click()
    expect(waiting).to_have_count(0)

    page.goto("/beheer/contacten/nieuw/")
    page.get_by_label("Naam", exact=True).fill("Yusuf Benali")
    page.get_by_label("E-mailadres").fill("rachida@burger.example")
    page.get_by_role("button", name="Registreer", exact=True).click()
    expect(page.get_by_text("Misschien kennen we deze al")).to_be_visible()
    camera.take(page, "fiche-bestaat-al", height=1150)


def recognise(page: Page, camera: Camera) -> None:
    """By the coordinator of associations."""
    open_record(page, "Toneelkring Het Doek vzw")
    camera.take(page, "fiche-vereniging", height=1150)
