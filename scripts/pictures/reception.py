"""onthaal.md: a new contact, who it is, how it ends, and what became of it."""

from pictures.stage import Camera
from playwright.sync_api import Page, expect


def receive(page: Page, camera: Camera) -> None:
    """The desk in the morning, and somebody we know on the phone."""
    page.goto("/beheer/onthaal/")
    camera.take(page, "onthaal", height=900)
    page.get_by_role("button", name="Telefoon", exact=True).first.click()
    page.get_by_label("Naam, telefoon, e-mailadres, adres of dossiernummer").fill("haddad")
    page.keyboard.press("Enter")
    page.locator(".d-found button").first.click()
    expect(page.get_by_label("In enkele woorden")).to_be_focused()
    page.keyboard.type("Mag ik volgende week de tekening brengen?")
    camera.take(page, "onthaal-gesprek", height=900)
    page.locator("summary", has_text="Terugbellen").click()
    camera.take(page, "onthaal-afronden", at=page.get_by_role("heading", name="En nu?"), height=900)
    page.get_by_role("button", name="Meteen beantwoord").click()
    expect(page.get_by_text("Het contact is bewaard in dossier")).to_be_visible()


def follow_through(page: Page, camera: Camera) -> None:
    page.goto("/beheer/opvolging/")
    camera.take(page, "opvolging")
    page.goto("/beheer/opvolging/terugbellen/")
    camera.take(page, "opvolging-terugbellen")
    page.goto("/beheer/opvolging/mijn-contacten/")
    camera.take(page, "opvolging-mijn-contacten")
