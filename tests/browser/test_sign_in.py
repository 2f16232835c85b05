"""Signing in at the OpenID Connect provider of others, running on this machine: citizens, and staff."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import oidc_provider_mock
import pytest
from playwright.sync_api import Page, expect

from dossiers.models import Dossier
from integrations import openid
from parties.models import ContactPoint, Party
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.fakes.openid import FOR_KSA
from tests.forms import builder

pytestmark = [pytest.mark.django_db(transaction=True)]


NELE: dict[str, Any] = {"sub": "nele@ad", "name": "Nele", "email": "nele@mortsel.example", "email_verified": True}


@pytest.fixture
def provider(settings: Any) -> Iterator[str]:
    """Its address. A page of ours may lead a form there, as in the settings of a town."""
    users = [oidc_provider_mock.User(sub=claims["sub"], claims=claims) for claims in (FOR_KSA, NELE)]
    with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
        openid.client_of.cache_clear()  # an earlier provider may have had this address
        address = f"http://localhost:{server.server_port}"
        settings.CITIZEN_OIDC = openid.Config(issuer=address, client_id="loket", client_secret="x")
        policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"].append(address)
        settings.CONTENT_SECURITY_POLICY = policy
        yield address


def to_page(open_page: OpenPage, provider: str, width: int) -> Page:
    page = open_page(elsewhere=provider, viewport={"width": width, "height": 800})
    page.route("https://**", lambda route: route.abort())  # its pages want a style sheet from the internet
    return page


def at_provider(page: Page) -> None:
    page.get_by_role("button", name="Aanmelden met itsme of eID").click()
    page.get_by_role("button", name=FOR_KSA["sub"]).click()


def looks_right(page: Page) -> None:
    assert fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("width", [1280, 360])
def test_citizen_signs_in_for_an_association(
    open_page: OpenPage, provider: str, transactional_db: None, width: int
) -> None:
    """Fatima looks at her dossiers, fills in a form for KSA without typing who she is, and signs out."""
    builder.published_form(on_behalf="may")
    page = to_page(open_page, provider, width)
    page.goto("/volg/")
    looks_right(page)
    at_provider(page)
    who = page.locator(".loket-signed-in__who")
    expect(who).to_have_text("Aangemeld als Fatima El Amrani, voor KSA Mortsel")
    expect(page.get_by_role("heading", name="Voor KSA Mortsel")).to_be_visible()
    looks_right(page)
    fatima = Party.objects.get(kind="person")
    ContactPoint.objects.create(party=fatima, kind="email", value="fatima@example.org", as_given="fatima@example.org")

    page.goto("/formulieren/melding-openbaar-domein/")
    expect(page.get_by_label("Voor een vereniging")).to_be_checked()
    looks_right(page)
    page.get_by_role("button", name="Start nu").click()
    page.get_by_label("Losse tegel").check()
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Waar is het?").fill("Statielei 10")
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_label("Wat is uw naam?")).to_have_value("Fatima El Amrani")
    expect(page.get_by_label("Wat is uw e-mailadres?")).to_have_value("fatima@example.org")
    looks_right(page)
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_text("KSA Mortsel", exact=True).last).to_be_visible()
    page.get_by_role("button", name="Versturen").click()
    dossier = Dossier.objects.get()
    assert (dossier.initiator.name, dossier.representation) == ("KSA Mortsel", "confirmed")

    page.get_by_role("link", name="Mijn dossiers", exact=True).click()
    page.get_by_role("link", name=dossier.subject).click()
    expect(page).to_have_url(f"{page.url.split('/volg/')[0]}/volg/{dossier.number}/")
    expect(page.get_by_text(dossier.number).first).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Afmelden").click()
    page.get_by_role("button", name="End session").click()  # the provider asks whether one is sure
    expect(page.get_by_role("heading", level=1)).to_have_text("U bent afgemeld")
    looks_right(page)
    page.goto(f"/volg/{dossier.number}/")
    expect(page.get_by_text("KSA")).to_have_count(0)


def test_citizen_stops_halfway(open_page: OpenPage, provider: str, transactional_db: None) -> None:
    builder.published_form()
    page = to_page(open_page, provider, 360)
    page.goto("/formulieren/melding-openbaar-domein/")
    page.get_by_role("button", name="Aanmelden met itsme of eID").click()
    page.goto("/aanmelden/terug/?error=access_denied&state=verlopen")
    expect(page.get_by_role("heading", level=1)).to_have_text("U bent niet aangemeld")
    looks_right(page)


@pytest.mark.parametrize("width", [1280, 360])
def test_staff_signs_in_with_the_account_of_the_organisation(
    open_page: OpenPage, provider: str, transactional_db: None, settings: Any, width: int
) -> None:
    """Nele: first at the wrong account, then at her own; she sees in her account that it is tied."""
    scopes = "openid profile email"
    settings.STAFF_OIDC = openid.Config(issuer=provider, client_id="loket", client_secret="x", scopes=scopes)
    settings.STAFF_OIDC_BY_EMAIL = True
    nele = town.staff("nele", first_name="Nele", email=NELE["email"])
    page = to_page(open_page, provider, width)
    page.goto("/beheer/")
    looks_right(page)
    page.get_by_role("button", name="Aanmelden met uw account van Mortsel").click()
    page.get_by_role("button", name=FOR_KSA["sub"]).click()
    expect(page.get_by_text("Vraag toegang aan de beheerder van Loket")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Aanmelden met uw account van Mortsel").click()
    page.get_by_role("button", name=NELE["sub"]).click()
    expect(page).to_have_url(re.compile("/beheer/$"))
    page.goto("/beheer/account/organisatie/")
    expect(page.get_by_role("heading", name="Uw account van de organisatie opent Loket")).to_be_visible()
    looks_right(page)
    assert nele.subjects.count() == 1
