"""procestypes.md: drawing a process type, publishing it, and moving running dossiers to it."""

import re

from pictures.editor import keep_still
from pictures.stage import Camera, choose_in_menu
from pictures.website import publish
from playwright.sync_api import Page, expect

NAME = "Melding openbaar domein"


def edit(page: Page, camera: Camera, name: str) -> None:
    choose_in_menu(page, "Beheer", "Procestypes", camera)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name="Statussen")).to_be_visible()
    keep_still(page)


def draw(page: Page, camera: Camera) -> None:
    """What stands on each tab, and the drawing."""
    edit(page, camera, NAME)
    camera.take(page, "procestype")
    camera.take(page, "procestype-status", at=page.locator("[data-contentpath='statuses']").first)
    camera.take(page, "procestype-stap", at=page.locator("[data-contentpath='steps']").first)
    page.get_by_role("tab", name="Termijnen").click()
    camera.take(page, "procestype-termijnen")
    page.get_by_role("tab", name="Burger en archief").click()
    camera.take(page, "procestype-burger")
    page.get_by_role("button", name="Toon/verberg voorvertoning").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name=re.compile("nieuw tabblad")).click()
    drawing = opened.value
    expect(drawing.get_by_role("img")).to_be_visible()
    camera.take(drawing, "procestype-tekening")
    drawing.close()
    page.get_by_role("button", name="Toon/verberg voorvertoning").click()  # the browser remembers that it is open


def publish_and_move(page: Page, camera: Camera) -> None:
    """First refused, then published; and the running dossiers follow."""
    edit(page, camera, NAME)
    page.get_by_role("tab", name="Termijnen").click()
    days = page.locator("[name^='terms-'][name$='-value-days']")
    first, second = (days.nth(number).input_value() for number in range(2))
    days.first.fill(str(int(second) + 5))
    publish(page)
    expect(page.get_by_text(re.compile("[Nn]og niet gepubliceerd|niet gepubliceerd")).first).to_be_visible()
    camera.take(page, "procestype-geweigerd")
    keep_still(page)
    page.get_by_role("tab", name="Termijnen").click()
    days.first.fill(first)
    days.nth(1).fill("15")
    publish(page)
    expect(page.get_by_text("gepubliceerd.").first).to_be_visible()

    edit(page, camera, NAME)
    page.get_by_role("button", name="Acties", exact=True).first.click()
    page.get_by_role("link", name="Lopende dossiers").click()
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    button = page.get_by_role("button", name=re.compile("^Breng deze naar versie"))
    expect(button).to_be_visible()
    camera.take(page, "procestype-verplaatsen", height=1000)
    button.click()
    expect(page.get_by_text("Verplaatst").first).to_be_visible()


def begin_with_a_ready_one(page: Page, camera: Camera) -> None:
    choose_in_menu(page, "Beheer", "Procestypes", camera)
    page.get_by_role("link", name="Van een sjabloon of bestand").click()
    page.get_by_label("Welk team behandelt deze dossiers?").select_option("Themaloket vrije tijd")
    camera.take(page, "procestype-nieuw")
