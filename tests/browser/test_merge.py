"""From a proposed duplicate to one record, and back."""

import re

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.roles import ROLES
from core.models import User
from parties import look_alikes
from parties.models import ContactPoint, Party
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "a-good-password"


@pytest.fixture
def people(transactional_db: None) -> tuple[Party, Party]:
    user = User.objects.create_user("nele", password=PASSWORD, first_name="Nele", last_name="Maes")
    user.groups.add(Group.objects.get(name=ROLES["onthaal"].name))
    one, other = Party.objects.create(name="Jan Peeters"), Party.objects.create(name="Jan Peters", language="fr")
    for party in (one, other):
        ContactPoint.objects.create(party=party, kind="phone", value="+3234441717", as_given="03 444 17 17")
    look_alikes.find_all(at=timezone.now())
    return one, other


def sign_in(page: Page) -> None:
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill("nele")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))


@pytest.mark.parametrize("width", [1280, 360])
def test_two_become_one_and_two_again(open_page: OpenPage, people: tuple[Party, Party], width: int) -> None:
    one, other = people
    page = open_page(viewport={"width": width, "height": 800})
    sign_in(page)

    def looks_well() -> None:
        assert_accessible(page)
        assert fits(page)

    page.goto("/beheer/contacten/dubbels/")
    expect(page.locator("main")).to_contain_text("Zelfde telefoonnummer en een gelijkende naam")
    looks_well()
    page.get_by_role("link", name="Vergelijk en voeg samen").click()
    looks_well()
    page.get_by_role("button", name="Bekijk wat er verhuist").click()
    expect(page.get_by_role("alert")).to_contain_text("Kies wat juist is")
    looks_well()
    page.locator("input[name=name][value=kept]").check()
    page.locator("input[name=language][value=lost]").check()
    page.get_by_role("button", name="Bekijk wat er verhuist").click()
    expect(page.get_by_role("heading", name="Dit blijft over")).to_be_visible()
    looks_well()
    page.get_by_role("button", name="Voeg nu samen").click()
    expect(page).to_have_url(re.compile(rf"/beheer/contacten/{one.pk}/$"))
    page.goto(f"/beheer/contacten/{other.pk}/")
    expect(page).to_have_url(re.compile(rf"/beheer/contacten/{one.pk}/$"))

    ContactPoint.objects.create(party=one, kind="email", value="jan@example.org", as_given="jan@example.org")
    page.goto("/beheer/contacten/samenvoegingen/")
    looks_well()
    page.get_by_role("link", name="Ongedaan maken").click()
    looks_well()
    page.get_by_role("button", name="Maak de samenvoeging ongedaan").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looks_well()
    page.get_by_role("radio", name="Jan Peters").check()
    page.get_by_role("button", name="Maak de samenvoeging ongedaan").click()
    expect(page).to_have_url(re.compile(rf"/beheer/contacten/{other.pk}/$"))
    assert set(other.contact_points.values_list("value", flat=True)) == {"+3234441717", "jan@example.org"}

    page.goto(f"/beheer/contacten/{one.pk}/samenvoegen/")
    looks_well()
    page.get_by_label("Wie is dezelfde als Jan Peeters?").fill("jan peters")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_role("link", name="Jan Peters")).to_be_visible()
    looks_well()
