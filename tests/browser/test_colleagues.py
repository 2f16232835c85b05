"""A colleague joins, another one leaves, and the data protection officer looks who looked."""

import pytest
from playwright.sync_api import Page, expect

from core.models import AccessLog, User
from dossiers.models import Dossier
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.cms.test_sign_in import PASSWORD, member

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page, username: str) -> None:
    page.context.clear_cookies()
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    expect(page).to_have_url("/beheer/")


@pytest.mark.parametrize("width", [1280, 320])
def test_joining_leaving_and_looking_who_looked(open_page: object, width: int) -> None:
    page: Page = open_page(viewport={"width": width, "height": 800})  # type: ignore[operator]
    member("beheerder")
    member("gegevensbescherming")
    an, piet = town.clerk(), town.clerk("piet", first_name="Piet", last_name="Maes")
    dossier = town.report().dossier
    Dossier.objects.filter(pk=dossier.pk).update(handler=an)
    sign_in(page, "beheerder")

    page.goto("/beheer/users/new/")
    assert_accessible(page)
    page.get_by_label("Gebruikersnaam").fill("nora")
    page.get_by_label("E-mail").fill("nora@mortsel.example")
    page.get_by_label("Voornaam").fill("Nora")
    page.get_by_label("Achternaam").fill("Peeters")
    page.get_by_label("Themaloket ruimte").check()
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_text("Nora Peeters heeft een account")).to_be_visible()
    assert list(User.objects.get(username="nora").teams.all()) == [town.team()]

    page.goto(f"/beheer/medewerkers/{an.pk}/werk/")
    assert_accessible(page)
    assert fits(page)
    page.get_by_label("Alles gaat naar").select_option(label="Piet Maes")
    page.get_by_role("button", name="Bekijken wat er gebeurt").click()
    expect(page.get_by_role("heading", name="Dit gebeurt er")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("button", name="Overdragen").click()
    expect(page.get_by_text("Open dossiers: 1 naar Piet Maes.")).to_be_visible()
    page.get_by_role("button", name="Toegang beëindigen").click()
    expect(page.get_by_text("An Claes heeft geen toegang meer.")).to_be_visible()
    assert_accessible(page)
    dossier.refresh_from_db()
    assert dossier.handler == piet

    page.goto(dossier.get_absolute_url())
    sign_in(page, "gegevensbescherming")
    page.goto("/beheer/toegangslog/")
    assert_accessible(page)
    assert fits(page)
    page.get_by_label("Dossiernummer, of naam of e-mailadres van een burger").fill(dossier.number)
    page.get_by_role("button", name="Zoeken").last.click()
    expect(page.get_by_role("cell", name=f"Dossier: {dossier.number}").first).to_be_visible()
    expect(page.get_by_role("cell", name="beheerder")).to_be_visible()
    assert AccessLog.objects.filter(action="view log", object_id=str(dossier.pk)).exists()
