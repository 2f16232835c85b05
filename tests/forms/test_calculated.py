"""Prices and totals that Loket works out, shown as a calculation that anyone can follow."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from core.publishing import NotPublishable
from forms import schema
from forms.blocks import StepsBlock
from forms.branches import follow
from forms.fields import registry
from forms.models import Submission
from forms.roles import Role
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, Citizen, item, question, repeat, rule, step, when

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AREA = question("number", "Hoeveel m²?", key="m2", decimals=2)
DAYS = question("number", "Hoeveel dagen?", key="dagen")
HURRY = question("yes_no", "Dringend?", key="dringend")


def line(label: str, *factors: dict[str, Any] | str, **value: Any) -> dict[str, Any]:
    made = [
        item(
            {"question": "", "number": factor}
            if isinstance(factor, str)
            else {"question": factor["id"], "number": None}
        )
        for factor in factors
    ]
    return item({"label": label, "factors": made} | value)


def price(*lines: dict[str, Any], label: str = "Prijs", **value: Any) -> dict[str, Any]:
    defaults = {"lines": list(lines), "unit": "money", "decimals": 0, "minimum": None, "maximum": None, "shown": True}
    return question("calculated", label, key="prijs", **(defaults | value))


RENT = line("Inname", AREA, DAYS, "0.50")
RUSH = line("Dringend", "25", when=when(rule(HURRY, "is", "ja")))


def compiled(*questions: dict[str, Any]) -> schema.Schema:
    return schema.build(title="T", intro="", privacy="", body=StepsBlock().to_python([step("A", *questions)]))


def total(made: schema.Schema, **answers: Any) -> Any:
    found = follow(made, answers, Role.CITIZEN).answers.get("prijs")
    return found and found["total"]


def test_lines_are_multiplied_and_added() -> None:
    made = compiled(AREA, DAYS, HURRY, price(RENT, RUSH))
    assert total(made, m2="12.5", dagen="3", dringend="nee") == "18.75"
    assert total(made, m2="12.5", dagen="3", dringend="ja") == "43.75"


def test_price_is_unknown_while_an_answer_is_missing() -> None:
    made = compiled(AREA, DAYS, HURRY, price(RENT, RUSH))
    assert total(made) is None
    assert total(made, dringend="ja") is None, "25 euro would be half a price"


def test_line_about_something_that_was_left_empty_or_does_not_apply_does_not_count() -> None:
    optional = question("number", "Parkeerplaatsen", key="parking", required=False)
    hidden = question("number", "Bomen", key="bomen", when=when(rule(HURRY, "is", "nee")))
    made = compiled(HURRY, optional, hidden, price(RUSH, line("P", optional, "9"), line("B", hidden, "9")))
    assert total(made, dringend="ja") == "25.00"
    assert total(made, dringend="ja", parking="2", bomen="3") == "43.00"


@pytest.mark.parametrize(("area", "expected"), [("1", "10.00"), ("60", "30.00"), ("900", "100.00")])
def test_lowest_and_highest_amount(area: str, expected: str) -> None:
    made = compiled(AREA, price(line("L", AREA, "0.5"), minimum="10", maximum="100"))
    assert total(made, m2=area) == expected


def test_half_a_cent_goes_up() -> None:
    assert total(compiled(AREA, price(line("L", AREA, "0.5"))), m2="0.01") == "0.01"


@given(st.decimals(0, 10_000, places=2), st.integers(0, 365))
def test_amount_is_exact(area: Decimal, days: int) -> None:
    """In whole cents, as money is counted; a computer's own numbers would be off."""
    made = compiled(AREA, DAYS, price(line("L", AREA, DAYS, "1.00")))
    assert Decimal(total(made, m2=str(area), dagen=str(days))) == area * days


def test_rows_of_a_repeating_group_count() -> None:
    weeks = question("number", "Weken", key="weken")
    children = repeat("Kinderen", question("text", "Naam", key="wie"), weeks, key="kinderen")
    made = compiled(children, price(line("Kinderen", children, "5"), line("Weken", weeks, "10")))
    assert total(made, kinderen=[{"wie": "a", "weken": "2"}, {"wie": "b", "weken": "1"}]) == "40.00"


PERIOD = question("date_range", "Wanneer?", key="periode", required=False)


def part(asked: dict[str, Any], end: str) -> dict[str, Any]:
    """What the editor's list points to for a number within an answer."""
    return {"id": f"{asked['id']}{end}"}


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 400))
def test_period_counts_for_its_days_or_for_its_nights(first: date, days: int) -> None:
    answer = {"from": first.isoformat(), "until": (first + timedelta(days=days - 1)).isoformat()}
    for factor, expected in ((PERIOD, days), (part(PERIOD, ".dagen"), days), (part(PERIOD, ".nachten"), days - 1)):
        made = compiled(PERIOD, price(line("Huur", factor, "30")))
        assert Decimal(total(made, periode=answer)) == 30 * expected
        assert total(made) is None, "no period, no nights"


def test_nights_in_rows_are_added_up() -> None:
    stays = repeat("Verblijven", question("text", "Naam", key="wie"), PERIOD, key="verblijven")
    made = compiled(stays, price(line("Nachten", part(PERIOD, ".nachten"), "10"), line("Dagen", PERIOD, "1")))
    rows = [{"periode": {"from": "2026-12-01", "until": f"2026-12-0{day}"}} for day in (1, 3, 4)]
    assert total(made, verblijven=[*rows, {"wie": "zonder periode"}]) == "58.00"  # (0 + 2 + 3) × 10 + 1 + 3 + 4


def test_citizen_sees_how_the_nights_were_counted() -> None:
    made = price(line("Huur", part(PERIOD, ".nachten"), "40"))
    builder.published_form(
        step("Huren", PERIOD | {"value": PERIOD["value"] | {"required": True}}, made), step("U", NAME, EMAIL)
    )
    citizen = Citizen().start()
    days = {"from_0": "7", "from_1": "12", "from_2": "2026", "until_0": "10", "until_1": "12", "until_2": "2026"}
    citizen.fill_in(1, **{f"periode-{name}": text for name, text in days.items()})
    citizen.fill_in(2, naam="An", email="an@example.org")
    assert "Huur: 3 × 40 = € 120,00" in citizen.get("check").content.decode()


def test_choice_counts_for_what_the_editor_says() -> None:
    size = question(
        "choice", "Formaat", key="formaat",
        options=[item({"label": "Klein", "amount": "5"}), item({"label": "Groot", "amount": "12.50"})],
    )  # fmt: skip
    assert total(compiled(size, price(line("F", size, "2"))), formaat="groot") == "25.00"


def test_the_citizen_sees_the_calculation_and_it_is_kept() -> None:
    builder.published_form(step("Inname", AREA, DAYS, HURRY, price(RENT, RUSH)), step("U", NAME, EMAIL))
    citizen = Citizen().start()
    typed = {"m2": "12,5", "dagen": "3", "dringend": "ja"}
    page = BeautifulSoup(citizen.fill_in(1, **typed, bereken="prijs").content, "html.parser")
    value = page.select_one("[data-loket-calculated-value]").get_text(" ", strip=True)
    assert value.startswith("€ 43,75")
    assert "Inname: 12,5 × 3 × 0,5 = € 18,75" in value
    assert page.find("input", {"name": "m2"})["value"] == "12,5", "what was typed is kept"
    assert not page.select(".govuk-error-summary")
    citizen.fill_in(1, **typed)
    citizen.fill_in(2, naam="An", email="an@example.org")
    assert "€ 43,75" in citizen.get("check").content.decode()
    citizen.send()
    answers = Submission.objects.get().answers["steps"][0]["answers"]
    assert answers[-1]["value"]["total"] == "43.75"


def test_price_cannot_be_posted() -> None:
    builder.published_form(step("Inname", AREA, price(line("L", AREA, "1"))), step("U", NAME, EMAIL))
    citizen = Citizen().start()
    citizen.fill_in(1, m2="10", prijs="0.01")
    assert total(citizen.draft.version.schema, **citizen.draft.answers) == "10.00"


def test_condition_can_look_at_a_price() -> None:
    made = compiled(
        AREA, price(line("L", AREA, "1")), question("text", "X", key="x", when=when(rule("prijs", "greater", "100")))
    )
    assert "x" in follow(made, {"m2": "101"}, Role.CITIZEN).keys
    assert "x" not in follow(made, {"m2": "99"}, Role.CITIZEN).keys


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ([price()], "lijn"),
        ([price(line("Leeg")), AREA], "vermenigvuldigt niets"),
        ([price(line("Later", AREA)), AREA], "komt later"),
        ([NAME, price(line("Tekst", NAME))], "niet rekenen"),
        ([price(line("Weg", {"id": "weg"}))], "niet meer is"),
        ([price(line("Weg", {"id": f"{AREA['id']}.nachten"})), AREA], "niet meer is"),
        ([price(line("Later", {"id": f"{PERIOD['id']}.nachten"})), PERIOD], "komt later"),
    ],
)
def test_unsound_calculation_is_refused(questions: list[dict[str, Any]], message: str) -> None:
    name = [] if NAME in questions else [NAME]
    with pytest.raises(NotPublishable) as refusal:
        builder.published_form(step("A", *questions), step("U", *name, EMAIL))
    assert any(message in str(problem) for problem in refusal.value.problems), refusal.value.problems


def test_huge_amounts_are_no_answer() -> None:
    made = compiled(AREA, price(line("L", AREA, AREA, AREA, AREA)))
    assert total(made, m2="99999999") is None
    assert registry["calculated"].display(None, made["steps"][0]["fields"][1]) == ""


def test_what_loket_worked_out_is_shown_and_not_offered_for_change() -> None:
    cost = price(line("Per m²", AREA, "2"))
    builder.published_form(step("Inname", AREA, cost), step("", builder.WHERE), step("U", NAME, EMAIL))
    citizen = Citizen().start()
    for number, answers in enumerate([{"m2": "3"}, {"waar": "Markt"}, {"naam": "An", "email": "an@b.be"}], start=1):
        assert citizen.fill_in(number, **answers).status_code == 302
    page = BeautifulSoup(citizen.get("check").content, "html.parser").main
    rows = {row.dt.get_text(strip=True): row for row in page.select(".govuk-summary-list__row")}
    assert "€ 6,00" in rows["Prijs"].get_text()
    assert not rows["Prijs"].find("a")
    assert rows["Hoeveel m²?"].find("a")
    # A step of one question has no title besides it.
    assert [heading.get_text(strip=True) for heading in page.select("h2")][:2] == ["Inname", "U"]
