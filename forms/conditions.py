"""When a question, group or step applies. Pure: no database, no clock, no Django.

A condition is data, in a version's schema and in the page that the browser shows::

    {"mode": "all" | "any", "rules": [rule or condition, …]}      nested at most once
    {"key": "soort", "kind": "choice", "test": "is", "value": "lamp"}       a rule

It is decided on *comparable* values: what an answer is worth in a comparison (see :class:`Kind`). An unanswered
question, and one that does not apply itself, is worth None, and no comparison with it holds: only "is not filled in"
does. docs/rules/formulieren.md tells it in prose; theme/conditions.js decides the same in the browser, and both are
tested with the same cases (tests/forms/conditions.json).
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

Comparable = str | list[str] | None
"""A text, a number in digits ("12.5"), a date (2026-11-24), a time (09:30), the chosen values, or None."""

Condition = dict[str, Any]

ROLE = "@rol"
"""Stands in the place of a question: who fills in the form."""


class Kind(StrEnum):
    """What an answer is in a comparison; decides which tests make sense."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    PRESENCE = "presence"
    """Only whether there is an answer: a file, a person."""


class Test(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    FILLED = "filled"
    EMPTY = "empty"
    GREATER = "greater"
    AT_LEAST = "at_least"
    LESS = "less"
    AT_MOST = "at_most"
    AFTER = "after"
    BEFORE = "before"

    __test__ = False  # not a test of pytest's


PRESENCE = (Test.FILLED, Test.EMPTY)
EQUALITY = (Test.IS, Test.IS_NOT, Test.ONE_OF)
TESTS: dict[Kind, tuple[Test, ...]] = {
    Kind.TEXT: (*EQUALITY, *PRESENCE),
    Kind.CHOICE: (*EQUALITY, *PRESENCE),
    Kind.CHOICES: (*EQUALITY, *PRESENCE),
    Kind.NUMBER: (*EQUALITY, Test.GREATER, Test.AT_LEAST, Test.LESS, Test.AT_MOST, *PRESENCE),
    Kind.DATE: (*EQUALITY, Test.BEFORE, Test.AFTER, *PRESENCE),
    Kind.TIME: (*EQUALITY, Test.BEFORE, Test.AFTER, *PRESENCE),
    Kind.PRESENCE: PRESENCE,
}
"""The tests that a condition may use, by kind. For several choices "is" means: among the chosen ones."""


def holds(condition: Condition | None, values: Mapping[str, Comparable]) -> bool:
    """Whether the condition holds; no condition, or one without rules, always does."""
    if not condition or not condition["rules"]:
        return True
    outcomes = (holds(rule, values) if "rules" in rule else _rule_holds(rule, values) for rule in condition["rules"])
    return any(outcomes) if condition["mode"] == "any" else all(outcomes)


def _rule_holds(rule: Mapping[str, Any], values: Mapping[str, Comparable]) -> bool:
    answer = values.get(rule["key"])
    if rule["test"] == Test.FILLED:
        return bool(answer)
    if rule["test"] == Test.EMPTY:
        return not answer
    worth = _number if rule["kind"] == Kind.NUMBER else _text
    try:
        answers, wanted = [[worth(one) for one in _many(value)] for value in (answer, rule["value"])]
    except InvalidOperation:
        return False  # publishing refuses a number that is none; an answer that is none is no answer
    return bool(answers and wanted) and COMPARISONS[Test(rule["test"])](answers, wanted)


def _many(value: Comparable) -> list[str]:
    if not value:
        return []
    return value if isinstance(value, list) else [value]


def _number(value: str) -> Decimal:
    return Decimal(value)


def _text(value: str) -> str:
    """Dates and times order as text; words are the same whatever their capitals."""
    return value.strip().lower()


def _same(answers: list[Any], wanted: list[Any]) -> bool:
    return any(answer == value for answer in answers for value in wanted)


COMPARISONS: dict[Test, Callable[[list[Any], list[Any]], bool]] = {
    Test.IS: _same,
    Test.ONE_OF: _same,
    Test.IS_NOT: lambda answers, wanted: not _same(answers, wanted),
    Test.GREATER: lambda answers, wanted: answers[0] > wanted[0],
    Test.AT_LEAST: lambda answers, wanted: answers[0] >= wanted[0],
    Test.LESS: lambda answers, wanted: answers[0] < wanted[0],
    Test.AT_MOST: lambda answers, wanted: answers[0] <= wanted[0],
    Test.AFTER: lambda answers, wanted: answers[0] > wanted[0],
    Test.BEFORE: lambda answers, wanted: answers[0] < wanted[0],
}


def rules(condition: Condition | None) -> Iterator[Mapping[str, Any]]:
    """Every rule of a condition, nested ones too."""
    for rule in (condition or {}).get("rules", ()):
        if "rules" in rule:
            yield from rules(rule)
        else:
            yield rule
