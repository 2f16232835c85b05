"""Which questions of a form apply, given the answers so far. Pure.

Conditions look back only (publishing sees to it), so one walk in the order of the form reaches the fixed point: a
question that does not apply counts as unanswered for everything after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms.conditions import ROLE, Comparable, holds
from forms.fields import registry
from forms.fields.base import Definition

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Branch:
    """What applies of a form (or of one row of a repeating group)."""

    steps: list[int]
    """Numbers (from 1) of the steps in which at least one question or text applies."""
    keys: frozenset[str]
    answers: dict[str, Any]
    """Of the questions that apply, with what follows from them: constants and calculations."""
    values: dict[str, Comparable]
    """What those answers are worth in a condition."""
    amounts: dict[str, Decimal]
    """What those answers count for in a calculation."""
    groups: frozenset[str]
    """Groups of questions that apply."""


class _Walk:
    """One walk through questions in order."""

    def __init__(self, answers: Answers, role: str, values: Mapping[str, Comparable] | None = None) -> None:
        self.given = answers
        self.role = role
        self.values: dict[str, Comparable] = {**(values or {}), ROLE: role}
        self.amounts: dict[str, Decimal] = {}
        self.keys: set[str] = set()
        self.answers: dict[str, Any] = {}
        self.groups: set[str] = set()
        self.missing: set[str] = set()
        """Questions that must be answered and are not yet."""

    def step(self, step: Mapping[str, Any]) -> bool:
        """Walk through a step; whether anything of it applies."""
        if not holds(step.get("when"), self.values):
            return False
        before = len(self.keys)
        open_groups: dict[str, bool] = {"": True}
        for field in step["fields"]:
            group = field["parameters"].get("group", "")
            if group not in open_groups:
                open_groups[group] = holds(step["groups"][group]["when"], self.values)
                if open_groups[group]:
                    self.groups.add(group)
            if open_groups[group]:
                self.question(field)
        return len(self.keys) > before

    def question(self, field: Definition) -> None:
        parameters = field["parameters"]
        if not (_may_see(field, self.role) and holds(parameters.get("when"), self.values)):
            return
        key = field["slug"]
        self.keys.add(key)
        field_type = registry[parameters["type"]]
        if field_type.is_content:
            return
        answer = field_type.derive(field, self) if field_type.is_derived else self.given.get(key)
        if answer in (None, "", []) and _must_answer(field, self.role):
            self.missing.add(key)
        if answer is None:
            return
        self.answers[key] = answer
        self.values[key] = field_type.comparable(answer, field)
        for name, amount in field_type.amounts(answer, field).items():
            self.amounts[key + name] = amount
            if name in field_type.counts:
                self.values[key + name] = str(amount)

    def branch(self, steps: list[int]) -> Branch:
        return Branch(steps, frozenset(self.keys), self.answers, self.values, self.amounts, frozenset(self.groups))


def _may_see(field: Definition, role: str) -> bool:
    return any(access["access_id"] == role and access["level"] != "HIDDEN" for access in field["accesses"])


def _must_answer(field: Definition, role: str) -> bool:
    return any(access["access_id"] == role and access["level"] == "REQUIRED" for access in field["accesses"])


def follow(schema: Mapping[str, Any], answers: Answers, role: str) -> Branch:
    """What applies of the whole form."""
    walk = _Walk(answers, role)
    steps = [number for number, step in enumerate(schema["steps"], start=1) if walk.step(step)]
    return walk.branch(steps)


def follow_row(
    fields: Sequence[Definition], answers: Answers, role: str, outer: Mapping[str, Comparable] | None = None
) -> Branch:
    """What applies of one row of a repeating group; ``outer`` is what the rest of the form is worth."""
    walk = _Walk(answers, role, outer)
    for field in fields:
        walk.question(field)
    return walk.branch([])
