"""beheerder.md and brieven.md: teams, letters, roads in and out, users, figures."""

import re
from datetime import UTC, datetime

from pictures.stage import Camera, choose_in_menu
from playwright.sync_api import Page, expect


def manage(page: Page, camera: Camera) -> None:
    page.goto("/beheer/")
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


def let_in(page: Page, camera: Camera) -> None:
    """What went out, and a new colleague."""
    choose_in_menu(page, "Beheer", "Uitgaand", camera)
    # The notice names the folder of the mails of this demo; that folder is gone when somebody looks at the picture.
    camera.take(page, "uitgaand", style=".help-info { visibility: hidden }")

    choose_in_menu(page, "Beheer", "Gebruikers", camera)
    camera.take(page, "gebruikers")
    page.get_by_role("link", name="Voeg een gebruiker toe").click()
    values = {"username": "nina", "email": "nina@mortsel.example", "first_name": "Nina", "last_name": "Thijs"}
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)
    page.get_by_label("Dossierbehandelaar").check()
    camera.take(page, "gebruiker-rollen")
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_role("link", name="Nina Thijs").first).to_be_visible()


def open_letter(page: Page, camera: Camera, name: str) -> None:
    choose_in_menu(page, "Beheer", "Brieven", camera)
    page.locator("#id_q").fill(name)
    page.locator("#id_q").press("Enter")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#id_subject")).to_be_visible()


def write_letters(page: Page, camera: Camera) -> None:
    """A letter with a part that is not always there, next to how it reads; and who signs."""
    open_letter(page, camera, "Melding: ontvankelijk")
    camera.take(page, "brief")
    part = "{als plaats}Waar: {plaats}{anders}We weten nog niet waar het is.{einde}"
    page.locator("#id_body").evaluate(
        "(box, part) => { box.value = box.value.replace('\\n\\n', `\\n\\n${part}\\n\\n`) }", part
    )
    page.get_by_text("Een stuk dat er maar soms staat", exact=True).click()
    camera.take(page, "brief-voorwaarde", height=1200)
    page.get_by_role("button", name="Toon/verberg voorvertoning").click()
    preview = page.frame_locator("iframe[title=Voorvertoning][src]")
    expect(preview.get_by_text(re.compile("Waar: |We weten nog niet waar")).first).to_be_visible()
    camera.take(page, "brief-voorvertoning")
    page.get_by_role("button", name="Toon/verberg voorvertoning").click()  # the browser remembers that it is open

    open_letter(page, camera, "Bouwen: beslissing")
    camera.take(page, "brief-beslissing", at=page.get_by_label("Is een beslissing"))
    choose_in_menu(page, "Beheer", "Ondertekenaars", camera)
    camera.take(page, "ondertekenaars")


def connect(page: Page, camera: Camera) -> None:
    """A mailbox and another system."""
    choose_in_menu(page, "Beheer", "Postbussen", camera)
    page.get_by_role("link", name="Postbus toevoegen").click()
    for name, value in (
        ("name", "Berichten van burgers"), ("address", "loket@mortsel.example"), ("host", "imap.mortsel.example"),
        ("user", "loket"), ("secret", "een-lang-wachtwoord"),
    ):  # fmt: skip
        page.locator(f"#id_{name}").fill(value)
    camera.take(page, "postbus", height=1250)
    choose_in_menu(page, "Beheer", "Webhooks", camera)
    page.get_by_role("link", name=re.compile("toevoegen$")).click()
    page.locator("#id_name").fill("Datadashboard")
    page.locator("#id_address").fill("https://dashboard.mortsel.example/loket")
    camera.take(page, "webhook")


def read_figures(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Meten", "Tevredenheid", camera)
    page.get_by_role("link", name="Lees de opmerkingen").click()
    expect(page.get_by_text("Dit kwartaal")).to_be_visible()
    camera.take(page, "tevredenheid-opmerkingen")
