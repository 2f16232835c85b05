"""Questions made of parts and a point on the map, as a person fills them in: keyboard, narrow screen, no JavaScript."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.forms import builder

pytestmark = [pytest.mark.django_db(transaction=True)]

KNOWN = {"latitude": 51.1722, "longitude": 4.4597, "accuracy": 25}


def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """A map of meadows."""
    out = BytesIO()
    Image.new("RGB", (256, 256), "#dfe8d8").save(out, "PNG")
    return HttpResponse(out.getvalue(), content_type="image/png")


urlpatterns = [path("kaart/<int:z>/<int:x>/<int:y>.png", tile), path("", include("cms.urls"))]


@pytest.fixture
def map_tiles(settings: Any) -> None:
    """A tile server of this site itself."""
    settings.ROOT_URLCONF = __name__
    settings.MAP_TILES = "/kaart/{z}/{x}/{y}.png"
    settings.MAP_ATTRIBUTION = "© Weiland <b>en</b> zo"


def start(page: Page, *asked: dict[str, Any]) -> Page:
    builder.published_form(builder.step("Uw vraag", *asked), builder.step("Wie", builder.NAME, builder.EMAIL))
    page.goto("/formulieren/melding-openbaar-domein/")
    page.get_by_role("button", name="Start nu").click()
    return page


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Verder", exact=True).click()


WHO = builder.question("person", "Voor wie?", is_own=False, birth_date="required", key="wie")
HOME = builder.question("address", "Waar woont u?", key="adres")
WHEN = builder.question("date_range", "Wanneer?", key="periode")
PLACE = builder.question("place", "Waar is het?", point=True, key="plek")


@pytest.mark.both
@pytest.mark.parametrize("javascript", [True, False])
def test_parts_are_filled_in_by_keyboard_on_a_narrow_screen(open_page: OpenPage, javascript: bool) -> None:
    page = open_page(viewport={"width": 320, "height": 640}, java_script_enabled=javascript)
    start(page, WHO, HOME, WHEN)
    go_on(page)
    if javascript:
        assert_accessible(page)
    assert fits(page)
    summary = page.locator(".govuk-error-summary")
    expect(summary.get_by_role("link")).to_have_count(9)
    summary.get_by_role("link", name="Vul “Straat” in.").press("Enter")
    assert javascript is False or page.evaluate("document.activeElement.id") == "id_adres-street"

    page.get_by_label("Voornaam").focus()
    for text in ("Sam", "El Amrani", "3", "4", "2019", "Statielei", "10", "2", "2640"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    if javascript:
        expect(page.get_by_label("Gemeente")).to_have_value("Mortsel")
    page.keyboard.press("Tab")
    for text in ("7", "12", "2026", "3", "12", "2026"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(summary.get_by_role("link")).to_have_text(["De laatste dag moet 7 december 2026 of later zijn."])
    page.get_by_role("group", name="Eerste dag").get_by_label("Dag").fill("2")
    go_on(page)
    expect(page.get_by_role("heading", name="Wie")).to_be_visible()
    page.get_by_label("Wat is uw naam?").fill("Fatima El Amrani")
    page.get_by_label("Wat is uw e-mailadres?").fill("f@example.org")
    go_on(page)
    for answer in (
        re.compile(r"Sam El Amrani\s*Geboren op 3 april 2019"),
        "Statielei 10 bus 2, 2640 Mortsel",  # also without the script: the postcode says which municipality
        "van 2 tot en met 3 december 2026 (2 dagen)",
    ):
        expect(page.locator("dd").filter(has_text=answer)).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="Wijzigen Waar woont u?").click()
    expect(page.locator(":target")).to_contain_text("Waar woont u?")
    expect(page.get_by_label("Gemeente")).to_have_value("Mortsel")


@pytest.mark.usefixtures("map_tiles")
@pytest.mark.parametrize("width", [1280, 320])
def test_place_is_pointed_out_on_the_map_by_keyboard_and_by_clicking(open_page: OpenPage, width: int) -> None:
    page = start(open_page(viewport={"width": width, "height": 800}), PLACE)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    said = page.locator("[data-loket-point]")
    page.get_by_role("textbox", name="Waar is het?").focus()
    page.keyboard.press("Tab")
    assert not [url for url in fetched if "map" in url or "kaart" in url]  # who wants no map, fetches none
    page.keyboard.press("Enter")
    box = page.get_by_role("application")
    expect(box).to_be_focused()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    expect(page.get_by_text("© Weiland <b>en</b> zo")).to_be_visible()
    assert_accessible(page)
    assert fits(page)

    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    expect(said).to_have_text(re.compile(r"^Punt op de kaart: 51,170\d\d; 4,45\d\d\d$"))
    before = page.locator("[data-loket-lon]").input_value()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    assert float(page.locator("[data-loket-lon]").input_value()) > float(before)
    assert_accessible(page)

    box.click(position={"x": 200, "y": 90})
    expect(said).not_to_have_text(re.compile(before.replace(".", ",")))
    lat, lon = (page.locator(f"[data-loket-{axis}]").input_value() for axis in ("lat", "lon"))
    go_on(page)
    page.go_back()
    page.reload()
    expect(said).to_have_text(f"Punt op de kaart: {lat}; {lon}".replace(".", ","))
    page.get_by_role("button", name="Duid aan op de kaart").click()
    expect(page.locator(".loket-marker")).to_be_visible()
    page.get_by_role("button", name="Sluit de kaart").click()
    expect(box).to_be_hidden()

    page.get_by_role("button", name="Verwijder het punt").click()
    expect(said).to_have_text("Geen punt op de kaart.")
    expect(page.get_by_role("textbox", name="Waar is het?")).to_be_focused()
    go_on(page)
    expect(page.locator(".govuk-error-summary")).to_contain_text("Vul “Waar is het?” in.")


def test_location_of_the_device_is_taken_over_also_without_a_map(open_page: OpenPage) -> None:
    page = open_page(permissions=["geolocation"], geolocation=KNOWN)
    start(page, PLACE)
    expect(page.get_by_role("button", name="Duid aan op de kaart")).to_have_count(0)
    page.get_by_role("button", name="Gebruik mijn locatie").click()
    expect(page.locator("[data-loket-point]")).to_have_text(
        "Punt op de kaart: 51,17220; 4,45970. We namen uw locatie over, tot op ongeveer 25 meter juist."
    )
    assert_accessible(page)
    go_on(page)
    expect(page.get_by_role("heading", name="Wie")).to_be_visible()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Uw browser geeft uw locatie niet door."),
        (
            {"permissions": ["geolocation"], "geolocation": {"latitude": 48.85, "longitude": 2.35}},
            "Dit punt ligt niet in België.",
        ),
    ],
)
def test_location_that_cannot_be_used_is_said_in_words_and_nothing_typed_is_lost(
    open_page: OpenPage, options: dict[str, Any], sentence: str
) -> None:
    page = start(open_page(**options), PLACE)
    words = page.get_by_role("textbox", name="Waar is het?")
    words.fill("Bij de kerk")
    page.get_by_role("button", name="Gebruik mijn locatie").click()
    expect(page.locator("[data-loket-point]")).to_contain_text(sentence)
    expect(words).to_have_value("Bij de kerk")
    go_on(page)
    expect(page.get_by_role("heading", name="Wie")).to_be_visible()


@pytest.mark.usefixtures("map_tiles")
def test_place_in_words_needs_no_javascript(page_without_javascript: Page) -> None:
    page = start(page_without_javascript, PLACE)
    expect(page.get_by_role("button", name=re.compile("kaart|locatie|punt"))).to_have_count(0)
    page.get_by_label("Waar is het?").fill("Bij de kerk")
    go_on(page)
    expect(page.get_by_role("heading", name="Wie")).to_be_visible()


@pytest.mark.usefixtures("map_tiles")
def test_map_that_cannot_be_fetched_is_said_in_words(open_page: OpenPage) -> None:
    page = open_page()
    page.route("**/map.js", lambda route: route.fulfill(body="throw 1", content_type="text/javascript"))
    start(page, PLACE)
    page.get_by_role("button", name="Duid aan op de kaart").click()
    expect(page.locator("[data-loket-point]")).to_have_text(
        "We kunnen de kaart nu niet tonen. Beschrijf de plaats in woorden."
    )
