"""The browser decides conditions as the server does: the same table, and random ones; it counts as the server does."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from forms.conditions import holds
from forms.fields import registry
from tests.forms.test_conditions import CASES, CONDITIONS, WORTHS

SCRIPT = Path(__file__).parents[2] / "theme/conditions.js"


@pytest.fixture
def decide(page: Page, live_server: Any) -> Any:
    """Decides a list of [condition, values] in the browser."""
    page.goto("/healthz")
    source = SCRIPT.read_text().replace("export function", "function")
    page.evaluate(f"() => {{ {source}; window.holds = holds; window.lengthOf = lengthOf; }}")
    return lambda pairs: page.evaluate("(pairs) => pairs.map(([c, v]) => window.holds(c, v))", pairs)


def test_the_same_table(decide: Any) -> None:
    outcomes = decide([[case["condition"], case["values"]] for case in CASES])
    wrong = [case["name"] for case, outcome in zip(CASES, outcomes, strict=True) if outcome is not case["holds"]]
    assert not wrong


def test_random_conditions(decide: Any) -> None:
    """Many at once: a trip to the browser for each would take minutes."""
    pairs: list[Any] = []

    @settings(max_examples=400, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(CONDITIONS, WORTHS)
    def collect(condition: Any, values: Any) -> None:
        pairs.append([condition, values])

    collect()
    outcomes = decide(json.loads(json.dumps(pairs)))
    different = [pair for pair, outcome in zip(pairs, outcomes, strict=True) if holds(*pair) is not outcome]
    assert not different
    assert {True, False} == set(outcomes)


@pytest.mark.usefixtures("decide")
def test_the_length_of_random_periods(page: Page) -> None:
    """Leap years, summer time, centuries, and periods that end before they begin."""
    periods: list[dict[str, str]] = []
    days = st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31))

    @settings(max_examples=400, database=None, phases=[Phase.generate])
    @given(days, st.integers(-40, 4000) | st.integers(-2, 2))
    def collect(first: datetime.date, length: int) -> None:
        periods.append({"from": first.isoformat(), "until": (first + datetime.timedelta(length)).isoformat()})

    collect()
    lengths = page.evaluate("(periods) => periods.map((one) => window.lengthOf(one.from, one.until))", periods)
    for period, found in zip(periods, lengths, strict=True):
        amounts = registry["date_range"].amounts(period, {})
        expected = {end: str(amounts[end]) for end in registry["date_range"].counts}
        assert found == (expected if int(amounts[""]) > 0 else {}), period
        assert not found or int(found[".nachten"]) == int(found[".dagen"]) - 1


@pytest.mark.usefixtures("decide")
@pytest.mark.parametrize(
    ("first", "last"),
    [(None, "2026-12-01"), ("2026-12-01", None), ("2026-02-30", "2026-03-02"), ("2026-13-01", "2027-01-01")],
)
def test_what_is_no_period_has_no_length(page: Page, first: str | None, last: str | None) -> None:
    assert page.evaluate("([first, last]) => window.lengthOf(first, last)", [first, last]) == {}
