"""When a question applies: the table that the browser decides by as well, and the rules that hold for all of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.conditions import TESTS, Kind, Test, holds, rules

CASES = json.loads((Path(__file__).parent / "conditions.json").read_text())

KEYS = st.sampled_from(["a", "b", "c"])
VALUES: dict[Kind, Any] = {
    Kind.TEXT: st.text("aB é", max_size=3),
    Kind.CHOICE: st.sampled_from(["ja", "nee"]),
    Kind.CHOICES: st.sampled_from(["x", "y"]),
    Kind.NUMBER: st.decimals(-5, 5, places=1).map(str),
    Kind.DATE: st.dates().map(str),
    Kind.TIME: st.times().map(lambda time: time.strftime("%H:%M")),
}
ANSWERS = st.one_of(
    st.none(), st.just(""), *VALUES.values(), st.lists(VALUES[Kind.CHOICES], max_size=2, unique=True)
)  # fmt: skip


@st.composite
def a_rule(draw: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(VALUES)))
    test = draw(st.sampled_from(TESTS[kind]))
    value = draw(st.lists(VALUES[kind], min_size=1, max_size=2) if test is Test.ONE_OF else VALUES[kind])
    return {"key": draw(KEYS), "kind": str(kind), "test": str(test), "value": value}


MODES = st.sampled_from(["all", "any"])
GROUPS = st.fixed_dictionaries({"mode": MODES, "rules": st.lists(a_rule(), max_size=3)})
CONDITIONS = st.fixed_dictionaries({"mode": MODES, "rules": st.lists(st.one_of(a_rule(), GROUPS), max_size=3)})
WORTHS = st.dictionaries(KEYS, ANSWERS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_table(case: dict[str, Any]) -> None:
    assert holds(case["condition"], case["values"]) is case["holds"]


@given(CONDITIONS, WORTHS)
def test_any_condition_is_decided(condition: Any, values: Any) -> None:
    assert holds(condition, values) in {True, False}


@given(a_rule(), WORTHS)
def test_without_an_answer_only_not_filled_in_holds(rule: Any, values: Any) -> None:
    values = values | {rule["key"]: None}
    assert holds({"mode": "all", "rules": [rule]}, values) is (rule["test"] == Test.EMPTY)


@given(CONDITIONS)
def test_every_rule_is_found(condition: Any) -> None:
    flat = [rule for part in condition["rules"] for rule in part.get("rules", [part])]
    assert list(rules(condition)) == flat


@given(st.lists(a_rule(), min_size=1, max_size=4), WORTHS)
def test_order_of_rules_does_not_matter(found: Any, values: Any) -> None:
    for mode in ("all", "any"):
        assert holds({"mode": mode, "rules": found}, values) is holds({"mode": mode, "rules": found[::-1]}, values)
