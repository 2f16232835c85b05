"""dossierbehandelaar.md and beheerder.md: shielding a dossier, standing in, and who may do what."""

from datetime import datetime, timedelta

from pictures.stage import Camera
from playwright.sync_api import Page, expect


def shield(page: Page, camera: Camera) -> None:
    """The first dossier of the own list, for a colleague too; the next pictures do not need it."""
    page.goto("/beheer/dossiers/?toon=mijn")
    page.locator(".l-list__name").first.click()
    page.get_by_role("link", name="Dit dossier afschermen").click()
    page.get_by_label("Waarom is dit dossier afgeschermd?").fill("De melder is familie van een collega.")
    page.get_by_label("Sofie").check()
    page.get_by_role("button", name="Afschermen").click()
    expect(page.get_by_text("Alleen deze mensen lezen het:")).to_be_visible()
    camera.take(page, "dossier-afgeschermd", height=700)
    page.get_by_role("link", name="Dossier niet meer afschermen").click()
    page.get_by_label("Waarom hoeft het niet meer afgeschermd te zijn?").fill("Het is uitgeklaard.")
    page.get_by_role("button", name="Weer openen voor het team").click()
    expect(page.get_by_text("is weer open voor het team")).to_be_visible()


def stand_in(page: Page, camera: Camera) -> None:
    page.goto("/beheer/dossiers/vervanging/")
    page.get_by_label("Wie doet het werk?").select_option(index=2)
    monday = datetime.now().astimezone().date() + timedelta(days=14)
    page.get_by_label("Eerste dag").fill(monday.isoformat())
    page.get_by_label("Laatste dag").fill((monday + timedelta(days=4)).isoformat())
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("doet het werk van").first).to_be_visible()
    camera.take(page, "vervanging", height=700)
    page.get_by_role("button", name="Weghalen").first.click()


def who_may_do_what(page: Page, camera: Camera) -> None:
    page.goto("/beheer/dossiers/bevoegdheden/")
    camera.take(page, "wie-mag-wat", height=700)
    page.locator("tbody th a").first.click()
    camera.take(page, "wie-mag-wat-proces", height=900)
