"""The browser decides conditions as the server does: the same table, and random ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from playwright.sync_api import Page

from forms.conditions import holds
from tests.forms.test_conditions import CASES, CONDITIONS, WORTHS

SCRIPT = Path(__file__).parents[2] / "theme/conditions.js"


@pytest.fixture
def decide(page: Page, live_server: Any) -> Any:
    """Decides a list of [condition, values] in the browser."""
    page.goto("/healthz")
    source = SCRIPT.read_text().replace("export function", "function")
    page.evaluate(f"() => {{ {source}; window.holds = holds; }}")
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
