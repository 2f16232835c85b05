"""The phone rings: somebody is registered, read at a glance and kept right, at a desk and on a phone."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.actors import Actor
from integrations.models import Delivery
from parties import actions
from parties.models import Address, ContactPoint, Party, Recognition, RecognitionCategory, Representation, Verification
from tests.browser.accessibility import assert_editor_accessible, fits
from tests.browser.conftest import OpenPage
from tests.parties import register

pytestmark = [pytest.mark.django_db(transaction=True)]

SIZES = [
    pytest.param({"width": 1280, "height": 900}, id="desk"),
    pytest.param({"width": 360, "height": 740}, id="phone"),
]
SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(open_page: OpenPage) -> SignIn:
    def sign_in(role: str, viewport: dict[str, int]) -> Page:
        register.member(role, "an")
        page = open_page(viewport=viewport)
        page.goto("/beheer/login/")
        page.get_by_label("Gebruikersnaam").fill("an")
        page.locator("input[name=password]").fill("a-good-password")
        page.locator("button[type=submit]").click()
        expect(page).to_have_url(re.compile("/beheer/$"))
        return page

    return sign_in


def right(page: Page) -> None:
    """What every screen must be."""
    assert_editor_accessible(page)
    assert fits(page)


def save(page: Page, button: str = "Opslaan") -> None:
    right(page)
    page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("viewport", SIZES)
def test_from_a_call_to_a_record_that_is_right(sign_in: SignIn, viewport: dict[str, int]) -> None:
    register.person("Jan Peeters", "gezin@example.org")
    club = register.organisation()
    page = sign_in("onthaal", viewport)

    page.goto("/beheer/contacten/nieuw/")
    page.get_by_label("Naam", exact=True).fill("Simonne De Wit")
    page.get_by_label("E-mailadres").fill("gezin@example.org")
    page.get_by_label("Geboortedatum").fill("1985-07-30")
    save(page, "Registreer")
    expect(page.get_by_role("link", name="Jan Peeters")).to_be_visible()  # they share a mailbox
    save(page, "Registreer, het is toch iemand anders")
    expect(page.get_by_role("heading", name="Simonne De Wit", level=2)).to_be_visible()
    right(page)

    page.get_by_role("link", name="Telefoon toevoegen").click()
    page.get_by_label("Telefoonnummer").fill("12")
    save(page)
    expect(page.get_by_text("Vul een telefoonnummer in zoals 03 444 17 17")).to_be_visible()
    page.get_by_label("Telefoonnummer").fill("0470 12 34 56")
    page.get_by_label("Van wie of waarvoor").fill("van haar dochter")
    page.get_by_label("Gebruik dit het eerst").check()
    save(page)
    expect(page.get_by_role("link", name="0470 12 34 56", exact=True)).to_be_visible()

    page.get_by_text("Schrijf een notitie").click()
    page.get_by_label("Nieuwe notitie").fill("Hoort slecht: spreek luid.")
    right(page)
    page.get_by_role("button", name="Bewaar de notitie").click()
    expect(page.get_by_text("Hoort slecht: spreek luid.", exact=True)).to_be_visible()

    page.get_by_role("link", name=re.compile("^Toevoegen een adres")).click()
    page.get_by_label("Straat").fill("Eggestraat")
    page.get_by_label("Huisnummer").fill("14")
    page.get_by_label("Postcode").fill("2640")
    page.get_by_label("Gemeente").fill("Mortsel")
    save(page)
    expect(page.get_by_text("Eggestraat 14").first).to_be_visible()

    page.get_by_role("link", name=re.compile("^Nakijken de identiteit")).click()
    save(page)
    expect(page.get_by_text("identiteit nagekeken")).to_be_visible()

    page.get_by_role("link", name="Organisatie toevoegen").click()
    page.get_by_label("Naam, telefoon, e-mailadres of nummer").fill("Wandelclub")
    page.get_by_role("button", name="Zoeken", exact=True).click()
    right(page)
    page.get_by_role("link", name=club.name).click()
    page.get_by_label("Functie").fill("voorzitter")
    save(page)
    expect(page.get_by_role("link", name=club.name, exact=True)).to_be_visible()

    page.get_by_text("Wie wijzigde wat").click()
    expect(page.get_by_text("Adres gewijzigd: Toegevoegd: Woont op")).to_be_visible()
    right(page)


@pytest.mark.parametrize("viewport", SIZES)
def test_every_form_can_be_used_by_everybody(sign_in: SignIn, viewport: dict[str, int]) -> None:
    club, chair = register.organisation(), register.person(email=f"{'lang' * 12}@example.org", phone="0470 12 34 56")
    number = register.numbered(chair)
    category = RecognitionCategory.objects.create(code="A", name="Erkende Mortselse verenigingen")
    since = date(2020, 1, 1)
    recognition = Recognition.objects.create(party=club, category=category, since=since)
    acts = Representation.objects.create(person=chair, organisation=club, role="voorzitter", since=since)
    lives = Address.objects.create(party=chair, street="Statielei", number="12", postcode="2640", town="Mortsel")
    point = chair.contact_points.get(kind="email")
    page = sign_in("beheerder", viewport)
    for name, party, *more in (
        ("contact_point", chair, point.pk), ("end_contact_point", chair, point.pk),
        ("verify_contact_point", chair, point.pk), ("add_contact_point", chair, "mail"), ("write_note", chair),
        ("address", chair, lives.pk), ("remove_address", chair, lives.pk), ("add_number", club),
        ("number", chair, number.pk), ("verify_number", chair, number.pk), ("remove_number", chair, number.pk),
        ("representation", chair, acts.pk), ("end_representation", club, acts.pk),
        ("recognition", club, recognition.pk),
    ):  # fmt: skip
        page.goto(register.address(name, party, *more))
        right(page)
    page.goto(chair.get_absolute_url())
    right(page)


@pytest.mark.parametrize("viewport", SIZES)
def test_a_national_number_is_seen_once_with_a_reason(sign_in: SignIn, viewport: dict[str, int]) -> None:
    party = register.person()
    register.numbered(party)
    page = sign_in("dossierbehandelaar", viewport)
    page.goto(party.get_absolute_url())
    expect(page.get_by_text("85.07.••-•••.••")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Tonen")).click()
    save(page, "Toon het nummer")
    expect(page.get_by_text("Zeg waarvoor u het nummer nodig hebt.")).to_be_visible()
    page.get_by_label("Waarvoor hebt u het nummer nodig?").fill("Aanvraag attest van woonst")
    save(page, "Toon het nummer")
    expect(page.get_by_text("85.07.30-033.28")).to_be_visible()
    assert "85" not in page.title()
    right(page)
    page.get_by_role("link", name="Terug naar de fiche").click()
    expect(page.get_by_text("85.07.30-033.28")).to_have_count(0)


@pytest.mark.parametrize("viewport", SIZES)
def test_two_clerks_at_once(sign_in: SignIn, viewport: dict[str, int]) -> None:
    party = register.person()
    page = sign_in("onthaal", viewport)
    page.goto(register.address("core_data", party))
    page.get_by_label("Naam", exact=True).fill("Fatima Claes")
    colleague = register.clerk("piet")
    actions.verify_identity(
        party=party, expected_version=1, how=Verification.How.REGISTER, by=colleague, at=register.AT
    )
    save(page)
    expect(page.get_by_text("Intussen gewijzigd door An Claes.")).to_be_visible()
    expect(page.get_by_label("Naam", exact=True)).to_have_value("Fatima Claes")
    save(page)
    expect(page.get_by_role("heading", name="Fatima Claes", level=2)).to_be_visible()


@pytest.mark.parametrize("viewport", SIZES)
def test_a_coordinator_recognises_an_association(sign_in: SignIn, viewport: dict[str, int]) -> None:
    club, chair = register.organisation(), register.person()
    register.numbered(club, register.VCODE)
    RecognitionCategory.objects.create(code="A", name="Erkende Mortselse verenigingen")
    Representation.objects.create(person=chair, organisation=club, role="voorzitter", since=date(2020, 1, 1))
    page = sign_in("coordinator_verenigingen", viewport)
    page.goto(club.get_absolute_url())
    right(page)
    page.get_by_role("link", name=re.compile("^Toevoegen een erkenning")).click()
    page.get_by_label("A: Erkende Mortselse verenigingen").check()
    page.get_by_label("Beslissing").fill("college van 20 april 2026")
    save(page)
    expect(page.get_by_text("college van 20 april 2026")).to_be_visible()
    assert Recognition.objects.get().party == club
    page.get_by_role("link", name=re.compile("^Wijzigen A: Erkende")).click()
    right(page)


@pytest.mark.parametrize("viewport", SIZES)
def test_a_citizen_confirms_another_address(sign_in: SignIn, open_page: OpenPage, viewport: dict[str, int]) -> None:
    party = register.person()
    page = sign_in("onthaal", viewport)
    page.goto(register.address("contact_point", party, party.contact_points.get().pk))
    page.get_by_label("E-mailadres").fill("nieuw@example.org")
    save(page)
    expect(page.get_by_text("wacht op bevestiging")).to_be_visible()
    right(page)

    mail = next(d.payload for d in Delivery.objects.all() if d.payload["to"] == ["nieuw@example.org"])
    link = re.search(r"(/contactgegevens/\S+)", mail["text"])
    assert link
    citizen = open_page(viewport=viewport, java_script_enabled=False)
    citizen.goto(link[1])
    assert citizen.get_by_role("heading", level=1).inner_text() == "Bevestig uw e-mailadres"
    citizen.get_by_role("button", name="Ja, dit is mijn adres").click()
    expect(citizen.get_by_role("heading", name="Uw e-mailadres is bevestigd")).to_be_visible()
    assert ContactPoint.objects.in_use().get(party=party).value == "nieuw@example.org"

    looking = open_page(viewport=viewport)  # axe needs scripts
    party = Party.objects.get(pk=party.pk)
    again = actions.change_email(
        point=party.contact_points.in_use().get(), expected_version=party.version, email="derde@example.org",
        by=register.clerk("piet"), at=timezone.now(),
    )  # fmt: skip
    assert again.is_another
    mail = next(d.payload for d in Delivery.objects.all() if d.payload["to"] == ["derde@example.org"])
    waiting = re.search(r"(/contactgegevens/\S+)", mail["text"])
    assert waiting
    for address, heading in (
        (waiting[1], "Bevestig uw e-mailadres"),
        (link[1], "U bevestigde dit adres al"),
        ("/contactgegevens/verzonnen/", "Deze link werkt niet"),
    ):
        looking.goto(address)
        expect(looking.get_by_role("heading", name=heading)).to_be_visible()
        right(looking)
    actions.withdraw_email_change(change=again, by=Actor.citizen(), at=timezone.now())
    looking.goto(waiting[1])
    expect(looking.get_by_role("heading", name="Deze link is te oud")).to_be_visible()
    right(looking)
