"""A clerk's morning with the keyboard: open the list, narrow it, choose, assign, export. And what happens meanwhile."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Page, Request, expect

from cms.roles import ROLES
from core.actors import Actor
from core.models import User
from dossiers.actions import take_step
from dossiers.models import Dossier
from tests import town
from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.django_db(transaction=True)]

PASSWORD = "a-good-password"
LIST = "/beheer/dossiers/"


@pytest.fixture
def people(transactional_db: None) -> None:
    for username, name in (("an", "An"), ("piet", "Piet")):
        user = User.objects.create_user(username, password=PASSWORD, first_name=name, last_name="Claes")
        user.groups.add(Group.objects.get(name=ROLES["dossierbehandelaar"].name))
        town.team().members.add(user)


def reports(count: int) -> list[Dossier]:
    return [
        town.report(name=f"Burger {number}", email=f"b{number}@example.org", at=timezone.now()).dossier
        for number in range(count)
    ]


def sign_in(page: Page) -> None:
    page.goto("/beheer/login/")
    page.get_by_label("Gebruikersnaam").fill("an")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beheer/$"))


def focused_row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('[data-row]')?.querySelector('a').textContent ?? ''"))


@pytest.mark.both
def test_a_morning_with_the_keyboard_only(open_page: OpenPage, people: None) -> None:
    first, second, third = reports(3)
    Dossier.objects.filter(pk=third.pk).update(place="Elders")
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in(page)
    page.goto(LIST)
    assert_accessible(page)

    page.keyboard.press("j")
    assert focused_row(page) == first.number
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")  # there is no fourth
    assert focused_row(page) == third.number
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    assert focused_row(page) == first.number

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Sneltoetsen")
    expect(dialog).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert focused_row(page) == first.number

    page.keyboard.press("/")
    page.keyboard.type("j x ?/")  # in the box these are letters
    expect(page.locator("#q")).to_have_value("j x ?/")
    expect(page.locator("[name=kies]:checked")).to_have_count(0)
    page.locator("#q").fill("Statielei")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/\?q=Statielei$"))  # without the filters that were left empty
    expect(page.locator("[data-row]")).to_have_count(2)

    page.locator(".l-filters summary").focus()
    page.keyboard.press("Enter")
    assert_accessible(page)
    page.get_by_label("Behandelaar").select_option("Niemand")
    page.get_by_role("button", name="Pas de filters toe").press("Enter")
    expect(page.get_by_role("link", name="Behandelaar: Niemand")).to_be_visible()
    assert_accessible(page)

    for _row in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.get_by_text("2 dossiers gekozen")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Toewijzen").press("Enter")
    expect(page.get_by_role("heading", name="Toewijzen: 2 dossiers")).to_be_visible()
    assert_accessible(page)
    assert Dossier.objects.filter(handler__isnull=False).count() == 0
    page.get_by_label("Behandelaar").select_option("Piet Claes")
    page.get_by_role("button", name="Doe dit voor 2 dossiers").press("Enter")
    expect(page.get_by_role("heading", name="Gelukt voor 2 dossiers")).to_be_visible()
    assert_accessible(page)
    assert set(Dossier.objects.filter(handler__username="piet")) == {first, second}
    page.get_by_role("link", name="Terug naar de lijst").press("Enter")
    expect(page.get_by_text("Niets gevonden")).to_be_visible()  # nobody's no longer
    assert_accessible(page)

    page.goto(LIST)
    page.locator(".l-menu summary").press("Enter")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").press("Enter")
    text = download.value.path().read_text("utf-8-sig")
    assert text.count("Piet Claes") == 2

    page.keyboard.press("Tab")
    page.locator(".l-list__name").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Losse tegel")).to_be_visible()
    assert_accessible(page)


def test_shortcuts_can_be_switched_off_and_stay_off(open_page: OpenPage, people: None) -> None:
    reports(2)
    page = open_page()
    sign_in(page)
    page.goto(LIST)
    page.get_by_role("button", name="Sneltoetsen").click()
    page.get_by_label("Sneltoetsen staan aan").uncheck()
    page.get_by_role("button", name="Sluiten").click()
    page.reload()
    page.keyboard.press("j")
    assert focused_row(page) == ""
    page.locator(".l-list__name").first.focus()
    page.keyboard.press("x")
    expect(page.locator("[name=kies]:checked")).to_have_count(0)
    page.keyboard.press("ArrowDown")  # the arrows are no letters: they may stay
    assert focused_row(page) == page.locator(".l-list__name").nth(1).text_content()
    page.get_by_role("button", name="Sneltoetsen").click()
    page.get_by_label("Sneltoetsen staan aan").check()
    page.get_by_role("button", name="Sluiten").click()
    page.keyboard.press("k")
    assert focused_row(page) == page.locator(".l-list__name").first.text_content()


def test_choosing_a_range_and_everything(open_page: OpenPage, people: None) -> None:
    reports(5)
    page = open_page()
    sign_in(page)
    page.goto(LIST)
    boxes = page.locator("[name=kies]")
    expect(page.get_by_role("button", name="Toewijzen")).to_be_hidden()
    boxes.nth(1).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.get_by_text("3 dossiers gekozen")).to_be_visible()
    page.get_by_label("Alles op deze pagina").check()
    expect(page.get_by_text("5 dossiers gekozen")).to_be_visible()
    boxes.nth(0).uncheck()
    expect(page.get_by_text("4 dossiers gekozen")).to_be_visible()
    page.get_by_role("button", name="Kies niets").click()
    expect(boxes.nth(0)).to_be_focused()
    expect(page.locator("[name=kies]:checked")).to_have_count(0)


def test_everything_works_without_script(open_page: OpenPage, people: None) -> None:
    first, *_rest = reports(2)
    page = open_page(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    sign_in(page)
    page.goto(LIST)
    page.locator("[name=kies]").first.check()
    page.get_by_role("button", name="Zet een stap").click()
    page.get_by_label("Aanvaarden").check()
    page.get_by_role("button", name="Doe dit voor 1 dossier").click()
    expect(page.get_by_text("Gelukt voor 1 dossier")).to_be_visible()
    first.refresh_from_db()
    assert first.status.key == "ontvankelijk"


@pytest.mark.parametrize("width", [320, 1600])
def test_every_screen_fits_and_is_accessible(open_page: OpenPage, people: None, width: int) -> None:
    reports(3)
    page = open_page(viewport={"width": width, "height": 900})
    sign_in(page)

    def look() -> None:
        assert fits(page), page.url
        assert page.evaluate("document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth")
        assert_accessible(page)

    page.goto(f"{LIST}?kanaal=web&plaats=statielei")
    page.locator(".l-filters summary").click()
    page.locator(".l-save summary").click()
    look()
    page.get_by_label("Naam van de weergave").fill("Statielei via de website")
    page.get_by_label("Voor wie").select_option(f"Iedereen van {town.team()}")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.get_by_role("link", name="Statielei via de website")).to_have_attribute("aria-current", "page")
    page.get_by_label("Alles op deze pagina").check() if width > 900 else page.locator("[name=kies]").first.check()
    look()
    page.get_by_role("button", name="Zet een stap").click()
    page.locator(".l-letter summary").first.click()
    look()
    page.goto(f"{LIST}weergaven/")
    look()
    page.goto(Dossier.objects.earliest("pk").get_absolute_url())
    page.get_by_text("Aan een collega of ander team").click()
    look()
    page.get_by_role("button", name="Neem op mij").click()
    expect(page.get_by_text("is nu bij An Claes")).to_be_visible()
    look()
    page.get_by_text("Een taak toevoegen").click()
    page.get_by_label("Nieuwe taak").fill("Bel de aannemer")
    page.get_by_role("button", name="Toevoegen", exact=True).click()
    expect(page.get_by_role("button", name="Klaar: Bel de aannemer")).to_be_visible()
    page.goto("/beheer/")
    expect(page.get_by_role("heading", name="Eerst af te werken")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{LIST}taken/")
    expect(page.get_by_text("Bel de aannemer")).to_be_visible()
    look()
    page.get_by_role("button", name="Klaar: Bel de aannemer").click()
    expect(page.get_by_text("U hebt geen taken. Goed gewerkt.")).to_be_visible()
    look()


# --- Meanwhile


def watched(page: Page) -> list[Request]:
    asked: list[Request] = []
    page.on(
        "request", lambda request: asked.append(request) if urlsplit(request.url).path.endswith("/stand/") else None
    )
    return asked


def test_a_change_is_announced_and_nothing_moves(open_page: OpenPage, people: None) -> None:
    first, second, _third = reports(3)
    page = open_page()
    page.clock.install()
    sign_in(page)
    page.goto(LIST)
    asked = watched(page)
    with page.expect_response("**/stand/**") as nothing:
        page.clock.run_for(60_000)
    assert nothing.value.status == 304
    expect(page.locator(".l-fresh")).to_be_empty()

    page.locator("[name=kies]").nth(1).check()
    page.locator(".l-filters summary").click()
    page.get_by_label("Plaats bevat").fill("half getyp")
    top = page.locator("[data-row]").first.bounding_box()
    piet = Actor.staff(User.objects.get(username="piet"))
    take_step(dossier=first, step="vragen", expected_version=1, by=piet, at=timezone.now())
    with page.expect_response("**/stand/**") as changed:
        page.clock.run_for(60_000)
    assert changed.value.status == 204
    bar = page.get_by_role("status").filter(has_text="Er zijn wijzigingen.")
    expect(bar).to_be_visible()
    assert_accessible(page)
    expect(page.get_by_label("Plaats bevat")).to_be_focused()
    expect(page.get_by_label("Plaats bevat")).to_have_value("half getyp")
    expect(page.locator("[name=kies]").nth(1)).to_be_checked()
    expect(page.locator("[data-row]")).to_have_count(3)
    assert page.locator("[data-row]").first.bounding_box() == top
    page.clock.run_for(300_000)
    assert len(asked) == 2  # it was said: no need to ask again
    bar.get_by_role("link", name="Vernieuw de lijst").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("[data-row]").first).to_contain_text(second.number)


def test_who_was_signed_out_reads_so_calmly(open_page: OpenPage, people: None) -> None:
    reports(1)
    page = open_page()
    page.clock.install()
    sign_in(page)
    page.goto(LIST)
    asked = watched(page)
    page.context.clear_cookies(name="sessionid")
    page.clock.run_for(60_000)
    expect(page.get_by_text("U bent uitgelogd. Log opnieuw in om verder te werken.")).to_be_visible()
    page.clock.run_for(300_000)
    assert len(asked) == 1
    expect(page.locator("[data-row]")).to_have_count(1)


def test_a_hidden_tab_asks_nothing_and_catches_up_when_it_is_seen(open_page: OpenPage, people: None) -> None:
    reports(1)
    page = open_page()
    page.clock.install()
    sign_in(page)
    page.goto(LIST)
    asked = watched(page)
    hide(page, True)
    page.clock.run_for(600_000)
    assert asked == []
    with page.expect_response("**/stand/**") as answer:
        hide(page, False)
        page.clock.run_for(1_000)
    assert answer.value.status == 304
    assert len(asked) == 1


def hide(page: Page, hidden: bool) -> None:
    """What the browser tells a page when somebody looks at another tab; headless Chromium shows every tab at once."""
    page.evaluate(
        """state => {
            Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        "hidden" if hidden else "visible",
    )
