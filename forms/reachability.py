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
from forms.roles import Role

MOST = 5_000


@dataclass(frozen=True)
class _World:
    """What an answer can be worth: some known values, and any other one when it is free."""

    known: Sequence[Comparable]
    free: bool = False


NEVER = _World([None])


def unreachable(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Where, what to do about it, and the key, for every step, group and question that never shows."""
    worlds = {ROLE: _World([str(role) for role in Role])}
    message = _("This never shows: its condition can never be true.")
    for number, step in enumerate(schema["steps"], start=1):
        where = _("Step %(step)d") % {"step": number}
        step_reached = _possible(step["when"], worlds)
        if not step_reached:
            yield where, message, step["key"]
        reached = {"": step_reached}
        for group_id, group in step["groups"].items():
            reached[group_id] = step_reached and _possible(group["when"], worlds)
            if step_reached and not reached[group_id]:
                yield f"{where}, {group['title'] or '–'}", message, group_id
        for field in step["fields"]:
            parameters = field["parameters"]
            placed = reached[parameters["group"]]
            shows = placed and _possible(parameters["when"], worlds)
            if placed and not shows:
                yield f"{where}, {field['label'] or registry[parameters['type']].label}", message, field["slug"]
            group_condition = step["groups"][parameters["group"]]["when"] if parameters["group"] else None
            always = not (step["when"] or group_condition or parameters["when"])
            worlds[field["slug"]] = _world(field, always=always) if shows else NEVER


def _world(field: Mapping[str, Any], *, always: bool) -> _World:
    field_type = registry[field["parameters"]["type"]]
    answered = always and all(access["level"] in {"REQUIRED", "READONLY"} for access in field["accesses"])
    nothing: list[Comparable] = [] if answered else [None]
    choices = list(field_type.choices(field))
    if not choices:
        return _World(nothing, free=True)
    if field_type.kind is Kind.CHOICES:
        return _World([*nothing, *([choice] for choice in choices), choices])
    return _World([*nothing, *choices])


def _possible(condition: Condition | None, worlds: Mapping[str, _World]) -> bool:
    if not condition:
        return True
    named: dict[str, set[tuple[str, str]]] = {}
    for rule in rules(condition):
        wanted = rule["value"] if isinstance(rule["value"], list) else [rule["value"]]
        named.setdefault(rule["key"], set()).update((rule["kind"], value) for value in wanted)
    candidates = {key: list(_candidates(worlds.get(key, NEVER), values)) for key, values in named.items()}
    if math.prod(len(options) for options in candidates.values()) > MOST:
        return True
    return any(
        holds(condition, dict(zip(candidates, combination, strict=True)))
        for combination in itertools.product(*candidates.values())
    )


def _candidates(world: _World, named: Iterable[tuple[str, str]]) -> Iterator[Comparable]:
    """Answers worth trying for one question, given the values that rules name."""
    yield from world.known
    if world.free:
        for kind, value in named:
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
