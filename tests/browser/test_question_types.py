"""Every type of question as citizens meet it: on a phone, by keyboard, without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible, fits
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, question, step

pytestmark = [pytest.mark.django_db(transaction=True)]

STREETS = ["Statielei", "Mechelsesteenweg", "Liersesteenweg", "Sint-Benedictusstraat"]
FORM = "/formulieren/melding-openbaar-domein/"


def option(label: str, **more: str) -> dict[str, Any]:
    return {"type": "item", "id": builder.block_id(label), "value": {"label": label, **more}}


def content(kind: str, **value: Any) -> dict[str, Any]:
    return {"type": kind, "id": builder.block_id(kind), "value": value}


@pytest.fixture
def form(transactional_db: None) -> None:
    streets = "\n".join([*STREETS, *(f"Zijstraat {number}" for number in range(496))])
    builder.published_form(
        step(
            "Uw plannen",
            content("heading", title="Waarom we dit vragen"),
            content("explanation", text="Breng mee:\n- uw kaart\n- een foto", links=[]),
            question(
                "choice", "Wat vraagt u aan?", options=[option("Inname", hint="Van het voetpad."), option("Iets")]
            ),
            question("choices", "Wat hebt u nodig?", options=["Borden", "Hekken"], none_label="Niets hiervan"),
            question("dropdown", "In welke straat?", lines=streets),
            question("yes_no", "Bent u inwoner?"),
            content("attention", text="Vraag dit tien dagen vooraf."),
        ),
        step(
            "Hoeveel en wanneer",
            question("number", "Hoe groot is het?", decimals=1, unit="m²"),
            question("money", "Hoeveel betaalde u?"),
            question("date", "Wanneer begint het?"),
            question("time", "Hoe laat?"),
            content("details", title="Waar vind ik dat?", text="Op uw brief.", links=[]),
        ),
        step(
            "Uw gegevens",
            question("iban", "Op welke rekening?"),
            question("plate", "Wat is uw nummerplaat?"),
            question("consent", "Foto's", text="Ik ga akkoord met foto's.", required=False),
            question("declaration", "Verklaring", text="Ik verklaar dat dit juist is."),
            NAME,
            EMAIL,
        ),
    )


def fill_in(page: Page) -> None:
    """The steps after the first, as people type."""
    page.get_by_label("Hoe groot is het?").fill("1.250,5 m²")
    page.get_by_label("Hoeveel betaalde u?").fill("12,-")
    for part, typed in (("Dag", "3"), ("Maand", "12"), ("Jaar", "2030")):
        page.get_by_role("group", name="Wanneer begint het?").get_by_label(part).fill(typed)
    page.get_by_label("Hoe laat?").fill("14u30")
    page.get_by_text("Waar vind ik dat?").click()
    expect(page.get_by_text("Op uw brief.")).to_be_visible()


def finish(page: Page) -> None:
    page.get_by_label("Op welke rekening?").fill("be68 5390 0754 7034")
    page.get_by_label("Wat is uw nummerplaat?").fill("1abc123")
    page.get_by_label("Ik verklaar dat dit juist is.").check()
    page.get_by_label("Wat is uw naam?").fill("Fatima El Amrani")
    page.get_by_label("Wat is uw e-mailadres?").fill("fatima@example.org")
    page.get_by_role("button", name="Verder", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk uw antwoorden na")
    for text in (
        "Liersesteenweg", "1.250,5 m²", "€ 12,00", "3 december 2030", "14:30", "BE68 5390 0754 7034", "1-ABC-123",
        "Niet akkoord: “Ik ga akkoord met foto's.”", "Ik verklaar dat dit juist is.",
    ):  # fmt: skip
        expect(page.get_by_text(text, exact=True)).to_be_visible()
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We hebben uw formulier ontvangen")


def test_on_a_phone_by_keyboard(form: None, phone: Page) -> None:
    phone.goto(FORM)
    phone.get_by_role("button", name="Start nu").click()
    assert_accessible(phone)
    phone.get_by_label("Inname").check()
    phone.get_by_label("Borden").check()
    phone.get_by_label("Niets hiervan").check()
    expect(phone.get_by_label("Borden")).not_to_be_checked()  # it goes with nothing else
    street = phone.get_by_role("combobox", name="In welke straat?")
    street.click()
    expect(phone.get_by_role("option")).to_have_count(500)
    street.press_sequentially("steen")
    expect(phone.get_by_role("option")).to_have_text(["Mechelsesteenweg", "Liersesteenweg"])
    expect(phone.get_by_text("2 antwoorden gevonden. Druk op de pijl omlaag om ze te overlopen.")).to_be_attached()
    assert_accessible(phone)
    phone.keyboard.press("ArrowUp")  # from the box to the last one
    expect(street).to_have_attribute("aria-activedescendant", street.get_attribute("aria-controls") + "-1")
    assert_accessible(phone)
    phone.keyboard.press("Enter")
    expect(street).to_have_value("Liersesteenweg")
    expect(street).to_have_attribute("aria-expanded", "false")
    street.click()
    expect(phone.get_by_role("option")).to_have_count(500)  # all again, to choose another one
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("option")).to_have_count(0)
    expect(street).to_be_focused()
    phone.get_by_label("Ja", exact=True).check()
    assert fits(phone)
    phone.get_by_role("button", name="Verder", exact=True).last.click()
    assert_accessible(phone)
    fill_in(phone)
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Verder", exact=True).last.click()
    assert_accessible(phone)
    assert fits(phone)
    finish(phone)


def test_what_is_not_in_the_list_is_said_and_never_guessed(form: None, page: Page) -> None:
    page.goto(FORM)
    page.get_by_role("button", name="Start nu").click()
    street = page.get_by_role("combobox", name="In welke straat?")
    street.fill("lierse")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    street.fill("Nergensstraat")
    expect(page.get_by_text("Niets gevonden. Probeer een ander woord.").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(
        "“Nergensstraat” staat niet in de lijst. Kies een van de antwoorden."
    )
    street = page.get_by_role("combobox", name="In welke straat?")
    expect(street).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)
    page.get_by_role("link", name="“Nergensstraat” staat niet in de lijst.").click()
    expect(street).to_be_focused()
    street.fill("STATIELEI")  # typed in full, in whatever capitals, is chosen
    page.keyboard.press("Tab")
    expect(street).to_have_value("Statielei")


def test_without_javascript(form: None, page_without_javascript: Page) -> None:
    page = page_without_javascript
    page.goto(FORM)
    page.get_by_role("button", name="Start nu").click()
    page.get_by_label("Inname").check()
    page.get_by_label("Niets hiervan").check()
    page.get_by_label("Borden").check()
    page.get_by_label("In welke straat?").select_option("Liersesteenweg")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_role("button", name="Verder", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("Niet allebei.")
    page.get_by_label("Niets hiervan").uncheck()
    page.get_by_role("button", name="Verder", exact=True).last.click()
    fill_in(page)
    page.get_by_role("button", name="Verder", exact=True).last.click()
    finish(page)
