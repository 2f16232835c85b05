"""A list of members, from the file to the register."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from cms.roles import ROLES
from core.models import User
from parties import importing
from parties.models import Party, PartyImport
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "a-good-password"
LIST = "Naam;Mailadres;Geboortedatum\nJan Peeters;jan@example.org;12/05/1980\nAn Claes;geen;\n"


def sign_in(page: Page) -> None:
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill("nele")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))


@pytest.mark.parametrize("width", [1280, 360])
def test_a_list_is_looked_at_and_taken_over(open_page: OpenPage, tmp_path: Path, width: int) -> None:
    user = User.objects.create_user("nele", password=PASSWORD, first_name="Nele", last_name="Maes")
    user.groups.add(Group.objects.get(name=ROLES["coordinator_verenigingen"].name))
    file = tmp_path / "leden.csv"
    file.write_text(LIST)
    page = open_page(viewport={"width": width, "height": 800})
    sign_in(page)

    def looks_well() -> None:
        assert_accessible(page)
        assert fits(page)

    page.goto("/beheer/contacten/lijsten/")
    looks_well()
    page.get_by_role("button", name="Lees deze lijst").click()
    expect(page.get_by_text("Kies een bestand.")).to_be_visible()
    looks_well()
    page.get_by_label("Personen", exact=True).check()
    page.get_by_label("De lijst").set_input_files(file)
    page.get_by_role("button", name="Lees deze lijst").click()
    expect(page.get_by_label("Naam (nodig)")).to_have_value("0")
    looks_well()
    page.get_by_label("E-mailadres").select_option("Mailadres")
    page.get_by_role("button", name="Kijk de lijst na").click()
    expect(page.get_by_role("heading", name="Dit zou er gebeuren")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Rij 3: E-mailadres: is geen e-mailadres")
    looks_well()
    page.get_by_role("button", name="Neem over", exact=True).click()
    expect(page.get_by_role("heading", name="Wordt overgenomen")).to_be_visible()
    looks_well()
    importing.run(PartyImport.objects.get().pk)
    page.get_by_role("link", name="Kijk opnieuw").click()
    expect(page.get_by_role("heading", name="Overgenomen", exact=True)).to_be_visible()
    looks_well()
    assert Party.objects.get().name == "Jan Peeters"
