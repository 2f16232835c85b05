"""Save and go on later, the warning before the time-out, and the copy of the answers, as somebody sees them."""

import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from dossiers.models import FollowLink
from forms.models import FormDraft
from integrations.models import Delivery
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.forms import builder

pytestmark = [pytest.mark.django_db(transaction=True)]

START = "/formulieren/melding-openbaar-domein/"


@pytest.fixture(autouse=True)
def _form() -> None:
    builder.published_form()


def begin(page: Page) -> None:
    page.goto(START)
    page.get_by_role("button", name="Start nu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Het probleem")


def look(page: Page) -> None:
    assert_accessible(page)
    assert fits(page), f"{page.url} scrolls sideways"


def link_from_mail() -> str:
    found = re.search(
        r"/formulieren/verder/\S+", Delivery.objects.filter(kind="form-link").latest("pk").payload["text"]
    )
    assert found
    return found[0]


def save_for_later(page: Page, address: str = "ann@example.org") -> None:
    page.get_by_role("button", name="Bewaren en later verdergaan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bewaren en later verdergaan")
    page.get_by_label("Naar welk e-mailadres sturen we de link?").fill(address)
    page.get_by_role("button", name="Stuur mij de link").click()


def test_from_the_computer_to_the_phone(page_without_javascript: Page, phone: Page) -> None:
    """Half a step typed on a computer without JavaScript; finished on a phone; the computer reads that it was sent."""
    computer = page_without_javascript
    begin(computer)
    computer.get_by_label("Losse tegel").check()
    computer.get_by_role("button", name="Verder", exact=True).click()
    computer.get_by_role("button", name="Verder", exact=True).click()
    expect(computer).to_have_title(re.compile("^Fout: "))
    computer.get_by_label("Waar is het?").fill("Statielei 10")
    computer.get_by_role("button", name="Verder", exact=True).click()
    computer.get_by_label("Wat is uw naam?").fill("Ann Maes")
    computer.get_by_label("Wat is uw e-mailadres?").fill("ann@")
    save_for_later(computer, "ann@")
    expect(computer.get_by_role("alert")).to_contain_text("Vul een e-mailadres in")
    computer.get_by_label("Naar welk e-mailadres sturen we de link?").fill("ann@example.org")
    computer.get_by_role("button", name="Stuur mij de link").click()
    expect(computer.get_by_role("heading", level=1)).to_have_text("De link is onderweg")

    phone.goto(link_from_mail())
    look(phone)
    phone.get_by_role("button", name="Ga verder met uw formulier").click()
    expect(phone.get_by_label("Wat is uw naam?")).to_have_value("Ann Maes")
    expect(phone.get_by_label("Wat is uw e-mailadres?")).to_have_value("ann@")
    expect(phone.locator(".govuk-error-summary")).to_have_count(0)
    look(phone)
    phone.get_by_label("Wat is uw e-mailadres?").fill("ann@example.org")
    phone.get_by_role("button", name="Verder", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")
    look(phone)
    phone.get_by_role("button", name="Versturen").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    look(phone)

    computer.get_by_role("link", name="Ga nu verder met het formulier").click()
    expect(computer.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")
    phone.goto(link_from_mail())
    expect(phone.get_by_role("heading", level=1)).to_have_text("U hebt dit formulier al verstuurd")
    look(phone)


def test_every_page_of_going_on_later_is_accessible(page: Page, phone: Page) -> None:
    for visitor, address in ((page, "ann@example.org"), (phone, "jan@example.org")):
        begin(visitor)
        look(visitor)
        visitor.get_by_label("Losse tegel").check()
        visitor.get_by_role("button", name="Bewaren en later verdergaan").click()
        look(visitor)
        visitor.get_by_role("button", name="Stuur mij de link").click()
        expect(visitor.locator(".govuk-error-summary")).to_be_focused()
        look(visitor)
        visitor.get_by_label("Naar welk e-mailadres sturen we de link?").fill(address)
        visitor.get_by_role("button", name="Stuur mij de link").click()
        look(visitor)
        visitor.goto(START)
        expect(visitor.get_by_role("heading", name="U was al bezig")).to_be_visible()
        look(visitor)
        visitor.get_by_role("link", name="Ga verder", exact=True).click()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("De plaats")
        visitor.goto("/formulieren/verder/abc/")
        look(visitor)
        visitor.goto("/formulieren/melding-openbaar-domein/11111111-1111-4111-8111-111111111111/stap/1/")
        look(visitor)


# --- The time-out. The browser's clock is ours; the server's goes on as always.

WARNING = 58 * 60 * 1000  # a good minute and a half before the end
MINUTE = 60 * 1000


def begin_with_clock(page: Page) -> None:
    page.clock.install(time=timezone.now())
    begin(page)


def test_the_warning_comes_in_time_and_one_action_extends(page: Page) -> None:
    begin_with_clock(page)
    dialog = page.get_by_role("dialog", name="Het formulier sluit bijna")
    story = page.get_by_label("Vertel ons meer")
    story.focus()
    page.clock.run_for(WARNING - 5 * MINUTE)
    expect(dialog).to_be_hidden()
    page.clock.run_for(5 * MINUTE)
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Ga verder met het formulier")).to_be_focused()
    expect(dialog).to_contain_text("Het formulier sluit over 2 minuten.")
    look(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert dialog.evaluate(
        "dialog => dialog.contains(document.activeElement) || document.activeElement === document.body"
    )
    page.clock.run_for(MINUTE)
    expect(dialog.get_by_role("status")).to_have_text(
        re.compile("Het formulier sluit over (1 minuut|[123]0 seconden).")
    )
    with page.expect_response("**/tijd/") as extended:
        dialog.get_by_role("button", name="Ga verder met het formulier").click()
    assert extended.value.status == 204
    expect(dialog).to_be_hidden()
    expect(story).to_be_focused()
    page.clock.run_for(WARNING - 5 * MINUTE)
    expect(dialog).to_be_hidden()
    page.clock.run_for(5 * MINUTE)
    expect(dialog).to_be_visible()
    with page.expect_response("**/tijd/"):
        page.keyboard.press("Escape")  # somebody is there
    expect(dialog).to_be_hidden()
    expect(story).to_be_focused()


def test_who_is_typing_is_not_disturbed(page: Page) -> None:
    begin_with_clock(page)
    page.get_by_label("Vertel ons meer").fill("Een lang verhaal")
    with page.expect_response("**/tijd/") as extended:
        page.clock.run_for(WARNING)
    assert extended.value.status == 204
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert "Een lang verhaal" in str(FormDraft.objects.get().typed)


def test_at_the_end_the_page_closes_and_what_was_typed_is_there_again(phone: Page) -> None:
    begin_with_clock(phone)
    phone.get_by_label("Vertel ons meer").fill("Half af")
    with phone.expect_response("**/tijd/"):
        phone.clock.run_for(WARNING)
    phone.clock.run_for(WARNING)
    expect(phone.get_by_role("dialog")).to_be_visible()
    look(phone)
    phone.clock.run_for(2 * MINUTE)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Het formulier is gesloten")
    expect(phone.get_by_role("main")).to_contain_text("Ook wat u net typte, is bewaard.")
    look(phone)
    phone.go_back()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Het formulier is gesloten")  # nothing to be read
    phone.get_by_role("button", name="Ga verder met het formulier").click()
    expect(phone.get_by_label("Vertel ons meer")).to_have_value("Half af")


def test_a_closed_form_with_a_name_in_it_asks_one_thing(page: Page) -> None:
    begin_with_clock(page)
    page.get_by_label("Losse tegel").check()
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Waar is het?").fill("Statielei 10")
    page.get_by_role("button", name="Verder", exact=True).click()
    page.get_by_label("Wat is uw naam?").fill("Ann Maes")
    page.get_by_label("Wat is uw e-mailadres?").fill("ann@example.org")
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")
    page.clock.run_for(60 * MINUTE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Het formulier is gesloten")
    look(page)
    page.get_by_label("Wat is uw e-mailadres?").fill("jan@example.org")
    page.get_by_role("button", name="Ga verder met het formulier").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    look(page)
    page.get_by_label("Wat is uw e-mailadres?").fill("ann@example.org")
    page.get_by_role("button", name="Ga verder met het formulier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")


def test_without_network_nothing_typed_disappears(page: Page) -> None:
    begin_with_clock(page)
    page.clock.run_for(WARNING)
    dialog = page.get_by_role("dialog")

    def break_off(route: Route) -> None:
        route.abort()

    page.route("**/tijd/", break_off)
    dialog.get_by_role("button", name="Ga verder met het formulier").click()
    expect(dialog.get_by_role("alert")).to_have_text(re.compile("^Dit lukte niet."))
    look(page)
    page.clock.run_for(3 * MINUTE)
    expect(page.get_by_label("Vertel ons meer")).to_be_attached()
    page.unroute("**/tijd/")
    page.clock.run_for(MINUTE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Het formulier is gesloten")


# --- The copy


def test_the_copy_after_sending_and_on_the_follow_page(
    page: Page, tmp_path: Path, open_page: OpenPage, live_server: Any
) -> None:
    citizen = builder.Citizen().start().fill_in_everything()
    cookies = [
        {"name": name, "value": cookie.value, "url": f"{live_server.url}/formulieren/"}
        for name, cookie in citizen.client.cookies.items()
    ]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto(citizen.address("check"))
    page.get_by_role("button", name="Versturen").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download uw antwoorden (PDF)").click()
    download.value.save_as(tmp_path / "antwoorden.pdf")
    text = pypdfium2.PdfDocument(tmp_path / "antwoorden.pdf")[0].get_textpage().get_text_range()
    assert "Fatima El Amrani" in text
    page.get_by_role("link", name="Lees uw antwoorden of druk ze af").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Uw antwoorden")
    look(page)
    page.emulate_media(media="print")
    expect(page.get_by_text("Fatima El Amrani")).to_be_visible()
    expect(page.get_by_role("link", name="Download uw antwoorden (PDF)")).to_be_hidden()
    page.emulate_media(media="screen")

    visitor = open_page(viewport={"width": 320, "height": 640})
    visitor.goto(FollowLink.objects.get().get_absolute_url())
    look(visitor)
    with visitor.expect_download():
        visitor.get_by_role("link", name=re.compile("Download uw antwoorden")).click()
