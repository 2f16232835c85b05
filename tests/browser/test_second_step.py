"""The second step in a browser: set up with an app, signed in with its code, and once from paper."""

import base64
from typing import Any

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from core.models import SecondFactor
from tests.browser.accessibility import assert_accessible, fits
from tests.cms.test_sign_in import PASSWORD, member

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page) -> None:
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill("onthaal")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()


@pytest.mark.parametrize("width", [1280, 320])
def test_setting_it_up_and_signing_in_again(open_page: Any, settings: Any, width: int) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    member("onthaal")
    page = open_page(viewport={"width": width, "height": 800})

    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweede stap instellen")
    page.get_by_text("Scannen lukt niet").click()
    assert_accessible(page)
    assert fits(page)
    key = page.locator(".loket-key code").inner_text().replace(" ", "")
    page.get_by_label("Code van 6 cijfers").fill(f"{TOTP(base64.b32decode(key)).token():06d}")
    page.get_by_role("button", name="Code nakijken en afronden").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    assert_accessible(page)
    assert fits(page)
    paper = page.locator(".loket-codes code").all_inner_texts()
    page.get_by_role("button", name="Ik heb de codes bewaard, ga verder").click()
    expect(page).to_have_url("/beheer/")

    page.goto("/beheer/account/tweede-stap/")
    expect(page.get_by_text("U hebt nog 10 herstelcodes.")).to_be_visible()
    assert_accessible(page)

    page.context.clear_cookies()
    sign_in(page)
    page.get_by_label("Code van 6 cijfers").fill("0")
    page.get_by_role("button", name="Ga verder").click()
    expect(page.locator(".l-error")).to_contain_text("Deze code is niet juist.")
    assert_accessible(page)
    SecondFactor.objects.update(wrong=0)  # the wait of a second, over
    page.get_by_role("link", name="Ik heb mijn telefoon niet bij me").click()
    assert_accessible(page)
    assert fits(page)
    page.get_by_label("Herstelcode").fill(paper[0])
    page.get_by_role("button", name="Ga verder").click()
    expect(page).to_have_url("/beheer/")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_passkey_instead_of_an_app(open_page: Any, settings: Any, width: int) -> None:
    """On a device that Chromium plays: made, used, and refused when the device is another one."""
    settings.SECOND_FACTOR_REQUIRED = True
    member("onthaal")
    page = open_page(viewport={"width": width, "height": 800})
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    sign_in(page)
    page.get_by_role("link", name="Liever een passkey").click()
    assert_accessible(page)
    assert fits(page)
    page.get_by_label("Naam van de passkey").fill("Laptop")
    page.get_by_role("button", name="Maak de passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw herstelcodes")
    page.get_by_role("button", name="Ik heb de codes bewaard, ga verder").click()
    expect(page).to_have_url("/beheer/")

    page.context.clear_cookies()
    sign_in(page)
    expect(page.get_by_role("button", name="Gebruik uw passkey")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("button", name="Gebruik uw passkey").click()
    expect(page).to_have_url("/beheer/")
    page.goto("/beheer/account/tweede-stap/")
    expect(page.get_by_text("Laptop").first).to_be_visible()
    assert_accessible(page)
    assert fits(page)

    page.context.clear_cookies()
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page)
    page.get_by_role("button", name="Gebruik uw passkey").click()
    expect(page.get_by_text("Er kwam geen passkey.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Ik heb mijn passkey niet bij me").click()
    expect(page.get_by_label("Herstelcode")).to_be_visible()
