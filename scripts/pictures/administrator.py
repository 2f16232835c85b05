"""beheerder.md: teams, processes, letters, users."""

from datetime import UTC, datetime

from pictures.stage import Camera, choose_in_menu
from playwright.sync_api import Page, expect


def manage(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Beheer", "Teams", camera, "beheer-menu")
    camera.take(page, "teams")
    page.get_by_role("link", name="Team toevoegen").click()
    page.locator("#id_name").fill("Themaloket wonen")
    page.locator("#id_email").fill("wonen@mortsel.example")
    page.get_by_label("Tom Verlinden").check()
    camera.take(page, "team")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("link", name="Themaloket wonen")).to_be_visible()

    choose_in_menu(page, "Beheer", "Sluitingsdagen", camera)
    camera.take(page, "sluitingsdagen")
    page.get_by_role("link", name="Sluitingsdag toevoegen").click()
    page.locator("#id_day").fill(f"24/12/{datetime.now(UTC).year + 1}")
    page.locator("#id_name").fill("Brugdag")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("link", name="24 december")).to_be_visible()

    choose_in_menu(page, "Beheer", "Procestypes", camera)
    page.get_by_role("link", name="Melding openbaar domein", exact=True).click()
    expect(page.get_by_role("heading", name="Statussen")).to_be_visible()
    camera.take(page, "procestype")
    camera.take(page, "procestype-status", at=page.locator("[data-contentpath='statuses']").first)
    camera.take(page, "procestype-stap", at=page.locator("[data-contentpath='steps']").first)

    choose_in_menu(page, "Beheer", "Brieven", camera)
    page.get_by_role("link", name="Melding: ontvankelijk", exact=True).click()
    camera.take(page, "brief")

    choose_in_menu(page, "Beheer", "Uitgaand", camera)
    # The notice names the folder of the mails of this demo; that folder is gone when somebody looks at the picture.
    camera.take(page, "uitgaand", style=".help-info { visibility: hidden }")

    choose_in_menu(page, "Beheer", "Gebruikers", camera)
    camera.take(page, "gebruikers")
    page.get_by_role("link", name="Voeg een gebruiker toe").click()
    values = {"username": "nina", "email": "nina@mortsel.example", "first_name": "Nina", "last_name": "Thijs"}
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)
    for name in ("password1", "password2"):
        page.locator(f"#id_{name}").fill("een-lang-wachtwoord")
    page.get_by_role("tab", name="Rollen").first.click()
    page.get_by_label("Dossierbehandelaar").check()
    camera.take(page, "gebruiker-rollen")
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_role("link", name="Nina Thijs").first).to_be_visible()
