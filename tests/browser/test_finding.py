"""A clerk with the phone in one hand: type what one hears, and see who calls."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from cms.roles import ROLES
from core.models import User
from parties.models import Address, ContactPoint, Party
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "a-good-password"
SEARCH = "/beheer/contacten/"


@pytest.fixture
def people(transactional_db: None) -> None:
    user = User.objects.create_user("nele", password=PASSWORD, first_name="Nele", last_name="Maes")
    user.groups.add(Group.objects.get(name=ROLES["onthaal"].name))
    jan = Party.objects.create(name="Jan Van den Berghe", birth_date=date(1980, 5, 12))
    ContactPoint.objects.create(party=jan, kind="phone", value="+3234441717", as_given="03 444 17 17")
    Address.objects.create(party=jan, street="Statielei", number="12", postcode="2640", town="Mortsel")
    Party.objects.create(name="An Claes", ended_on=date(2025, 1, 1))
    Party.objects.create(name="KSA Mortsel vzw", kind="organisation")
    town.report(name="Fatima El Amrani", email="fatima@example.org")


def sign_in(page: Page) -> None:
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill("nele")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))


@pytest.mark.parametrize("width", [1280, 360])
def test_who_calls(open_page: OpenPage, people: None, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 800})
    sign_in(page)
    page.goto(SEARCH)
    expect(page.get_by_label("Wie zoekt u?")).to_be_focused()
    assert_accessible(page)

    page.keyboard.type("vandenberge jan")
    page.keyboard.press("Enter")
    row = page.locator(".l-person")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("lijkt op: Vandenberghe")
    expect(row).to_contain_text("geboren in 1980")
    assert_accessible(page)
    assert fits(page)
    page.keyboard.press("Tab")  # to the button, the choice of whom, and the first who was found
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Jan Van den Berghe")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/beheer/contacten/\d+/$"))

    for words, said in (
        ("034441717", "Telefoonnummer 03 444 17 17"),
        ("statielei 12", "Woont op Statielei 12"),
        ("an claes", "overleden op 1 januari 2025"),
        ("elamrani", "1 open dossier"),
    ):
        page.goto(SEARCH)
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        expect(page.locator(".l-person").first).to_contain_text(said)
        assert_accessible(page)
        assert fits(page)

    page.get_by_label("Wie zoekt u?").fill("ksa")
    page.get_by_text("Alleen personen").click()
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_text("We vonden niemand voor “ksa”.")).to_be_visible()
    assert_accessible(page)


def test_a_national_number_stands_in_no_address(open_page: OpenPage, people: None) -> None:
    page = open_page(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
    sign_in(page)
    page.goto(SEARCH)
    page.get_by_label("Wie zoekt u?").fill("85.07.30-033.28")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_text("We vonden niemand")).to_be_visible()
    assert "85" not in page.url
