"""Who somebody is, as people tell it: for an association, with a national number, and at the desk."""

import re

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from cms.roles import ROLES
from core.actors import Actor
from core.models import User
from dossiers.models import Dossier
from parties.actions import resolve
from tests import town
from tests.browser.accessibility import assert_accessible
from tests.forms import builder

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "a-good-password"


def staff(username: str, role: str) -> User:
    user = User.objects.create_user(username, password=PASSWORD, first_name=username.title(), last_name="Maes")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    return user


@pytest.fixture
def form(transactional_db: None) -> None:
    """A form that asks the national number, for oneself or for another."""
    town.melding()
    manager = staff("boss", "beheerder")
    number = builder.question(
        "national_number",
        "Wat is uw rijksregisternummer?",
        hint="U vindt het op de achterkant van uw identiteitskaart.",
        key="rrn",
        required=False,
        legal_basis="besluit nr. 12 van 2026 van het Sectoraal Comité",
    )
    company = builder.question("organisation_number", "Ondernemingsnummer voor de factuur", key="kbo", required=False)
    definition = builder.draft_form(
        builder.step("Uw gegevens", builder.NAME, builder.EMAIL, builder.PHONE),
        builder.step("Uw nummers", number, company),
        title="Attest aanvragen",
        slug="attest",
        on_behalf="may",
    )
    definition.save_revision(user=manager).publish(user=manager)


def sign_in(page: Page, username: str) -> None:
    page.goto("/beheer/")
    page.get_by_label("Gebruikersnaam").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Verder", exact=True).click()


def apply_for_an_association(page: Page) -> None:
    """Fatima, chairperson of KWB, on her phone; she makes mistakes on the way."""
    page.goto("/formulieren/attest/")
    page.get_by_role("button", name="Start nu").click()
    expect(page.get_by_role("alert")).to_contain_text("Voor wie vult u dit formulier in?")
    assert_accessible(page)
    page.get_by_label("Voor een vereniging, een bedrijf of een andere organisatie").check()
    page.get_by_role("button", name="Start nu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Voor welke organisatie vult u dit formulier in?")
    page.get_by_label("Naam van de vereniging").fill("KWB Mortsel")
    page.get_by_label("Ondernemingsnummer of verenigingsnummer").fill("0403.019.262")
    page.get_by_label("Uw functie daar").fill("voorzitter")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("Dit ondernemingsnummer bestaat niet.")
    assert_accessible(page)
    page.get_by_label("Ondernemingsnummer of verenigingsnummer").fill("BE0403019261")
    go_on(page)
    page.get_by_label("Wat is uw naam?").fill("Fatima El Amrani")
    page.get_by_label("Wat is uw e-mailadres?").fill("fatima@example.org")
    go_on(page)
    page.get_by_label("Wat is uw rijksregisternummer?").fill("85.07.30-033.29")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("Dit rijksregisternummer bestaat niet.")
    assert_accessible(page)
    page.get_by_label("Wat is uw rijksregisternummer?").fill("85 07 30 033 28")
    go_on(page)
    expect(page.get_by_text("85.07.••-•••.••")).to_be_visible()
    expect(page.get_by_text("0403.019.261")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Wijzigen Wat is uw rijksregisternummer?").click()
    expect(page.get_by_label("Wat is uw rijksregisternummer?")).to_have_value("")
    assert_accessible(page)
    go_on(page)
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")


def read_the_dossier(page: Page) -> None:
    sign_in(page, "nele")
    page.goto(Dossier.objects.get().get_absolute_url())
    card = page.get_by_role("region", name="Namens")
    expect(card).to_contain_text("KWB Mortsel")
    expect(card).to_contain_text("Fatima El Amrani, voorzitter")
    expect(card).to_contain_text("Nog niet bevestigd.")
    expect(page.get_by_text("85.07.••-•••.••")).to_be_visible()
    assert_accessible(page)


def test_for_an_association_with_a_national_number(form: None, phone: Page, page: Page) -> None:
    staff("nele", "onthaal")
    apply_for_an_association(phone)
    read_the_dossier(page)


def test_at_the_desk_for_somebody_who_is_known(form: None, page: Page) -> None:
    nele = staff("nele", "onthaal")
    resolve(name="Jan Peeters", email="jan@example.org", phone="0470 12 34 56", by=Actor.citizen(), at=town.MONDAY)
    sign_in(page, "nele")
    page.goto("/beheer/formulieren/invullen/")
    assert_accessible(page)
    page.get_by_role("link", name="Attest aanvragen").click()
    page.get_by_label("Naam, e-mailadres of telefoonnummer").fill("peeters")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.get_by_role("row", name=re.compile("Jan Peeters"))).to_contain_text("jan@example.org")
    assert_accessible(page)
    page.get_by_role("link", name="Kiezen Jan Peeters").click()
    page.get_by_label("Voor de burger zelf").check()
    page.get_by_role("button", name="Start het formulier").click()
    expect(page.get_by_text("Vink aan dat u een document hebt gezien")).to_be_visible()
    expect(page.get_by_label("Voor de burger zelf")).to_be_checked()
    assert_accessible(page)
    page.get_by_label("Ik heb de identiteitskaart").check()
    page.get_by_role("button", name="Start het formulier").click()
    expect(page.get_by_text("U vult dit in aan de balie als Nele Maes.")).to_be_visible()
    expect(page.get_by_label("Wat is uw naam?")).to_have_value("Jan Peeters")
    expect(page.get_by_text("Dit weten we al.").first).to_be_visible()
    assert_accessible(page)
    go_on(page)
    go_on(page)
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    dossier = Dossier.objects.get()
    assert dossier.events.get().actor == nele
    page.goto(dossier.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("Nele Maes")
