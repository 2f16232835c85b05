"""The public pages of the demo, on a desktop and on the narrowest phone: readable, reachable, nothing out of bounds."""

from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible, fits

pytestmark = [pytest.mark.django_db(transaction=True)]

PAGES = {
    "/": "Welkom bij het loket van Mortsel",
    "/melding-openbaar-domein/": "Melding openbaar domein",
    "/toegankelijkheid/": "Toegankelijkheid",
    "/privacy/": "Privacy",
    "/formulieren/melding-openbaar-domein/": "Melding openbaar domein",
    "/volg/onzin/": "Deze link werkt niet",
    "/bestaat-niet/": "We vinden deze pagina niet",
}


def look_at(page: Page) -> None:
    for address, title in PAGES.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(
            page.get_by_role("link", name="03 444 17 17").first
        ).to_be_visible()  # help, in the same place everywhere
        assert_accessible(page)
        assert fits(page), f"{address} scrolls sideways"


def test_the_public_pages_on_a_desktop_and_on_a_phone(page: Page, phone: Page) -> None:
    call_command("demo", stdout=StringIO())
    look_at(page)
    look_at(phone)


def test_the_road_from_the_home_page_to_the_form(page: Page) -> None:
    call_command("demo", stdout=StringIO())
    page.goto("/")
    page.get_by_role("link", name="Iets melden op straat").click()
    page.get_by_role("link", name="Start nu").or_(page.get_by_role("button", name="Start nu")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Melding openbaar domein")
