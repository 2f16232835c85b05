"""redacteur.md: the pages of the website."""

import re

from pictures.stage import Camera, choose_in_menu
from playwright.sync_api import Page, expect


def open_publish_menu(page: Page) -> None:
    page.get_by_role("button", name="Meer acties").click()
    expect(page.get_by_role("button", name="Publiceren")).to_be_visible()


def publish(page: Page) -> None:
    open_publish_menu(page)
    press_publish(page)


def press_publish(page: Page) -> None:
    """And wait for what comes: who presses on in the menu meanwhile would be brought back."""
    with page.expect_navigation():
        page.get_by_role("button", name="Publiceren").click()


def edit_a_page(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Website", "Pagina’s", camera, "redacteur-menu")
    page.get_by_role("link", name=re.compile("onderliggende pagina")).click()
    expect(page.get_by_role("link", name="Contact", exact=True)).to_be_visible()
    camera.take(page, "paginas")
    page.get_by_role("link", name="Contact", exact=True).click()
    page.locator("#id_intro").fill("Zo bereikt u ons. Bel, mail of kom langs.")
    open_publish_menu(page)
    camera.take(page, "pagina-publiceren")
    press_publish(page)
    expect(page.get_by_text("gepubliceerd").first).to_be_visible()


def place_the_button(page: Page, camera: Camera) -> None:
    """A service page with the button to the new form."""
    choose_in_menu(page, "Website", "Pagina’s", camera)
    page.get_by_role("link", name=re.compile("onderliggende pagina")).click()
    page.get_by_role("link", name="Voeg onderliggende pagina toe", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("^Dienstpagina"))).to_be_visible()
    camera.take(page, "pagina-soorten")
    page.get_by_role("link", name=re.compile("^Dienstpagina")).click()
    page.locator("#id_title").fill("Straatlamp melden")
    page.locator("#id_intro").fill("Brandt een straatlamp niet? Meld het ons.")
    page.get_by_role("button", name="Kies formulier").click()
    chooser = page.locator(".modal")
    chooser.get_by_role("link", name="Straatlamp melden").click()
    expect(chooser).to_be_hidden()
    camera.take(page, "dienstpagina")
    publish(page)
    expect(page.get_by_text("gepubliceerd").first).to_be_visible()
