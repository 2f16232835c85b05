"""Rows of a repeating group: what shows in them, what is asked about them, with and without the script."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import assert_accessible, fits
from tests.browser.conftest import OpenPage
from tests.forms import builder
from tests.forms.builder import check, question, repeat, rule, when

pytestmark = [pytest.mark.django_db(transaction=True)]

FOOD = question("yes_no", "Allergisch?", key="allergie")
WHAT_FOOD = question("text", "Waarvoor?", key="waarvoor", when=when(rule(FOOD, "is", "ja")))
AGE = question(
    "number", "Leeftijd", key="leeftijd", checks=[check("at_most", "12", "13 is oud. Klopt dat?", soft=True)]
)
CHILDREN = repeat("Uw kinderen", FOOD, WHAT_FOOD, AGE, key="kinderen", minimum=1, maximum=3)


def start(page: Page) -> Page:
    builder.published_form(builder.step("Kinderen", CHILDREN), builder.step("Wie", builder.NAME, builder.EMAIL))
    page.goto("/formulieren/melding-openbaar-domein/")
    page.get_by_role("button", name="Start nu").click()
    return page


def child(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=f"Kind {number}", exact=True)


def go_on(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Verder", exact=True).click()


@pytest.mark.both
@pytest.mark.parametrize("javascript", [True, False])
def test_row_asks_on_and_is_doubted_once(open_page: OpenPage, javascript: bool) -> None:
    page = start(open_page(viewport={"width": 320, "height": 640}, java_script_enabled=javascript))
    page.get_by_role("button", name="Nog een kind toevoegen").click()
    for number, (allergic, age) in enumerate([("Nee", "6"), ("Ja", "13")], start=1):
        child(page, number).get_by_label(allergic, exact=True).check()
        child(page, number).get_by_label("Leeftijd").fill(age)
    summary = page.locator(".govuk-error-summary")
    if not javascript:
        go_on(page)
        expect(summary).to_have_count(0)
        expect(page.get_by_role("alert")).to_contain_text("vragen bij gekomen")
    expect(child(page, 1).get_by_label("Waarvoor?")).to_be_hidden()
    expect(child(page, 2).get_by_label("Waarvoor?")).to_be_visible()
    go_on(page)
    expect(summary.get_by_role("link")).to_have_text(["Kind 2: Vul “Waarvoor?” in."])
    child(page, 2).get_by_label("Waarvoor?").fill("noten")
    go_on(page)
    warning = page.locator(".govuk-notification-banner")
    expect(warning.get_by_role("link")).to_have_text(["Kind 2: 13 is oud. Klopt dat?"])
    expect(child(page, 2).locator(".loket-warning")).to_have_text(["13 is oud. Klopt dat?"])
    expect(child(page, 1).locator(".loket-warning")).to_have_count(0)
    assert fits(page)
    if javascript:
        assert_accessible(page)
    go_on(page)
    expect(page.get_by_role("heading", name="Wie")).to_be_visible()


def test_question_that_a_row_added_by_the_script_showed_is_a_mistake_when_left_empty(page: Page) -> None:
    """The copy of the empty row says for itself what it shows."""
    start(page)
    child(page, 1).get_by_label("Nee", exact=True).check()
    child(page, 1).get_by_label("Leeftijd").fill("6")
    page.get_by_role("button", name="Nog een kind toevoegen").click()
    child(page, 2).get_by_label("Ja", exact=True).check()
    go_on(page)
    expect(page.locator(".govuk-error-summary").get_by_role("link")).to_have_text(
        ["Kind 2: Vul “Waarvoor?” in.", "Kind 2: Vul “Leeftijd” in."]
    )


def test_nights_of_a_period_ask_on_at_once_also_in_a_row(page: Page) -> None:
    period = question("date_range", "Wanneer?", key="periode")
    breakfast = question(
        "yes_no", "Ontbijt?", key="ontbijt", when=when(rule(f"{period['id']}.nachten", "at_least", "2"))
    )
    stays = repeat("Verblijven", period, breakfast, key="verblijven", row_label="verblijf")
    own = question("date_range", "Wanneer komt u zelf?", key="zelf")
    long_stay = question("text", "Waarom zo lang?", key="lang", when=when(rule(f"{own['id']}.dagen", "greater", "7")))
    builder.published_form(
        builder.step("Verblijf", own, long_stay, stays), builder.step("Wie", builder.NAME, builder.EMAIL)
    )
    page.goto("/formulieren/melding-openbaar-domein/")
    page.get_by_role("button", name="Start nu").click()

    def fill(name: str, first: str, last: str) -> None:
        for end, day in (("from", first), ("until", last)):
            for number, text in enumerate(day.split()):
                page.locator(f'[name="{name}-{end}_{number}"]').fill(text)

    stay = page.get_by_role("group", name="Verblijf 1", exact=True)
    fill("verblijven-0-periode", "26 3 2027", "27 3 2027")
    expect(stay.get_by_role("group", name="Ontbijt?")).to_be_hidden()
    fill("verblijven-0-periode", "26 3 2027", "28 3 2027")  # the night in which the clock goes forward
    expect(stay.get_by_role("group", name="Ontbijt?")).to_be_visible()
    fill("zelf", "26 3 2027", "1 4 2027")
    expect(page.get_by_label("Waarom zo lang?")).to_be_hidden()
    fill("zelf", "26 3 2027", "2 4 2027")
    expect(page.get_by_label("Waarom zo lang?")).to_be_visible()
    go_on(page)
    expect(page.locator(".govuk-error-summary").get_by_role("link")).to_have_text(
        ["Vul “Waarom zo lang?” in.", "Verblijf 1: Kies een antwoord bij “Ontbijt?”."]
    )
