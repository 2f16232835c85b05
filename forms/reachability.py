"""Finds questions that nobody can ever be asked, because their condition can never hold. Pure.

A condition is tried with every combination of answers that matters to it: no answer, each value that a rule names, each
choice, and a number or day just below and above. Conditions with too many combinations are taken to be reachable.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from forms.conditions import ROLE, Comparable, Condition, Kind, holds, rules
from forms.fields import registry
from forms.fields.base import Definition
from forms.roles import Role

MOST = 5_000


@dataclass(frozen=True)
class _Asked:
    """A question: what its answer can be worth, and when it is asked."""

    known: Sequence[Comparable]
    free: bool = False
    """Any other value too."""
    conditions: tuple[Condition, ...] = ()


def unreachable(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Where, what to do about it, and the key, for every step, group and question that never shows."""
    asked = {ROLE: _Asked([str(role) for role in Role])}
    message = _("This never shows: its condition can never be true.")
    for number, step in enumerate(schema["steps"], start=1):
        where = _("Step %(step)d") % {"step": number}
        step_shows = _possible(_all(step["when"]), asked)
        if not step_shows:
            yield where, message, step["key"]
        shows = {"": step_shows}
        for group_id, group in step["groups"].items():
            shows[group_id] = step_shows and _possible(_all(step["when"], group["when"]), asked)
            if step_shows and not shows[group_id]:
                yield f"{where}, {group['title'] or '–'}", message, group_id
        for field in step["fields"]:
            parameters = field["parameters"]
            group_condition = step["groups"][parameters["group"]]["when"] if parameters["group"] else None
            conditions = _all(step["when"], group_condition, parameters["when"])
            if shows[parameters["group"]] and not _possible(conditions, asked):
                yield f"{where}, {field['label'] or registry[parameters['type']].label}", message, field["slug"]
            asked[field["slug"]] = _question(field, conditions)
            for end in registry[parameters["type"]].counts:
                asked[field["slug"] + end] = _question(field, conditions)


def _all(*conditions: Condition | None) -> tuple[Condition, ...]:
    return tuple(condition for condition in conditions if condition)


def _question(field: Definition, conditions: tuple[Condition, ...]) -> _Asked:
    field_type = registry[field["parameters"]["type"]]
    answered = all(access["level"] in {"REQUIRED", "READONLY"} for access in field["accesses"])
    nothing: list[Comparable] = [] if answered else [None]
    choices = list(field_type.choices(field))
    if not choices:
        return _Asked(nothing, free=True, conditions=conditions)
    if field_type.kind is Kind.CHOICES:
        return _Asked([*nothing, *([choice] for choice in choices), choices], conditions=conditions)
    return _Asked([*nothing, *choices], conditions=conditions)


def _possible(conditions: tuple[Condition, ...], asked: Mapping[str, _Asked]) -> bool:
    """Whether some answers make all of them true, given that what is not asked is not answered."""
    if not conditions:
        return True
    named: dict[str, set[tuple[str, str]]] = {}
    waiting = list(conditions)
    while waiting:  # also what decides whether a question that is looked at is asked itself
        for rule in rules(waiting.pop()):
            if rule["key"] not in named and rule["key"] in asked:
                waiting += asked[rule["key"]].conditions
            wanted = rule["value"] if isinstance(rule["value"], list) else [rule["value"]]
            named.setdefault(rule["key"], set()).update((rule["kind"], value) for value in wanted)
    order = [key for key in asked if key in named]
    candidates = [list(_candidates(asked[key], named[key])) for key in order]
    if math.prod(len(options) for options in candidates) > MOST:
        return True
    for combination in itertools.product(*candidates):
        values: dict[str, Comparable] = {}
        for key, value in zip(order, combination, strict=True):
            values[key] = value if all(holds(condition, values) for condition in asked[key].conditions) else None
        if all(holds(condition, values) for condition in conditions):
            return True
    return False


def _candidates(question: _Asked, named: Iterable[tuple[str, str]]) -> Iterator[Comparable]:
    """Answers worth trying for one question, given the values that rules name."""
    yield from question.known
    if question.free:
        for kind, value in sorted(named):
            yield from _around(kind, value)


def _around(kind: str, value: str) -> Iterator[str]:
    if kind == Kind.NUMBER and value:
        number = Decimal(value)
        yield from (str(number - 1), str(number), str(number + 1))
    elif kind == Kind.DATE and value:
        day = date.fromisoformat(value)
        yield from ((day + timedelta(days=days)).isoformat() for days in (-1, 0, 1))
    else:
        yield value or "x"
        yield f"{value}x"
