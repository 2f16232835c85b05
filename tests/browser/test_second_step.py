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
