"""The overview of a form's logic: its steps with everything that decides on them, and a drawing of it. Pure."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from forms.conditions import ROLE
from forms.fields import registry
from forms.fields.base import Definition
from forms.in_words import (
    Questions,
    all_questions,
    calculation_in_words,
    checks_in_words,
    condition_in_words,
    looked_at,
)
from forms.schema import Schema, step_title


@dataclass
class Line:
    """A question, a group or a text to read."""

    key: str
    label: str
    kind: str
    required: bool = False
    when: str = ""
    choices: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    calculation: list[str] = field(default_factory=list)
    lines: list["Line"] = field(default_factory=list)
    is_group: bool = False


@dataclass
class StepOverview:
    number: int
    title: str
    when: str
    lines: list[Line]


def overview(schema: Schema) -> list[StepOverview]:
    questions = all_questions(schema)
    return [
        StepOverview(
            number, step_title(step) or "–", condition_in_words(step["when"], questions), list(_lines(step, questions))
        )
        for number, step in enumerate(schema["steps"], start=1)
    ]


def _lines(step: dict[str, Any], questions: Questions) -> Iterator[Line]:
    groups: dict[str, Line] = {}
    for definition in step["fields"]:
        line = _line(definition, questions)
        group_key = definition["parameters"]["group"]
        if not group_key:
            yield line
            continue
        if group_key not in groups:
            group = step["groups"][group_key]
            groups[group_key] = Line(
                group_key,
                group["title"] or _("Group of questions"),
                _("group"),
                when=condition_in_words(group["when"], questions),
                checks=checks_in_words(group["checks"]),
                is_group=True,
            )
            yield groups[group_key]
        groups[group_key].lines.append(line)


def _line(definition: Definition, questions: Questions) -> Line:
    parameters = definition["parameters"]
    field_type = registry[parameters["type"]]
    return Line(
        definition["slug"],
        definition["label"] or str(field_type.label),
        str(field_type.label),
        required=any(access["level"] == "REQUIRED" for access in definition["accesses"]) and not field_type.is_derived,
        when=condition_in_words(parameters.get("when"), questions),
        choices=[str(label) for label in field_type.choices(definition).values()],
        checks=checks_in_words(parameters.get("checks") or []),
        calculation=calculation_in_words(definition, questions),
        lines=[_line(inner, questions) for inner in parameters.get("fields", ())],
    )


# --- The drawing: steps as boxes, one under the other; an arrow from what decides to what it decides on

WIDTH, ROW, PAD, GAP, LANE = 420, 26, 14, 34, 16
LETTERS = 46


@dataclass(frozen=True)
class Row:
    text: str
    y: int
    conditional: bool
    indent: int


@dataclass(frozen=True)
class Box:
    title: str
    y: int
    height: int
    conditional: bool
    rows: list[Row]

    @property
    def title_y(self) -> int:
        return self.y + PAD + 12

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True)
class Arrow:
    path: str
    head: str
    words: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]
    downs: list[tuple[int, int]]
    """From the bottom of a box to the top of the next."""


def drawing(schema: Schema) -> Drawing:
    questions = all_questions(schema)
    places: dict[str, int] = {}
    wanted: list[tuple[str, int, str]] = []  # from which question, to which height, in which words
    boxes: list[Box] = []
    top = 10

    def decided(condition: Any, y: int) -> bool:
        words = condition_in_words(condition, questions)
        wanted.extend((key, y, words) for key in looked_at(condition) if key != ROLE)
        return bool(words)

    for number, step in enumerate(schema["steps"], start=1):
        rows: list[Row] = []
        y = top + PAD + ROW
        is_conditional = decided(step["when"], top + PAD + 8)
        group_seen = ""
        for definition in step["fields"]:
            group_key = definition["parameters"]["group"]
            if group_key and group_key != group_seen:
                group = step["groups"][group_key]
                middle = y + ROW // 2
                rows.append(_row(group["title"] or _("Group of questions"), middle, decided(group["when"], middle), 0))
                y += ROW
            group_seen = group_key
            for indent, shown in _nested(definition, 1 if group_key else 0):
                middle = y + ROW // 2
                for end in ("", *registry[shown["parameters"]["type"]].counts):
                    places[shown["slug"] + end] = middle
                is_decided = decided(shown["parameters"].get("when"), middle)
                label = shown["label"] or str(registry[shown["parameters"]["type"]].label)
                rows.append(_row(label, middle, is_decided, indent))
                y += ROW
        title = Truncator(_("%(number)d. %(title)s") % {"number": number, "title": step_title(step) or "–"}).chars(44)
        boxes.append(Box(title, top, y - top + PAD, is_conditional, rows))
        top = y + PAD + GAP
    arrows = [
        _arrow(places[key], y, lane, words)
        for lane, (key, y, words) in enumerate((want for want in wanted if want[0] in places), start=1)
    ]
    downs = [(one.bottom, other.y) for one, other in itertools.pairwise(boxes)]
    return Drawing(WIDTH + 40 + LANE * (len(arrows) + 1), top, boxes, arrows, downs)


def _nested(definition: Definition, indent: int) -> Iterator[tuple[int, Definition]]:
    yield indent, definition
    for inner in definition["parameters"].get("fields", ()):
        yield indent + 1, inner


def _row(label: str, y: int, conditional: bool, indent: int) -> Row:
    return Row(Truncator(label).chars(LETTERS - 3 * indent), y, conditional, 24 + 18 * indent)


def _arrow(start: int, end: int, lane: int, words: str) -> Arrow:
    edge, out = WIDTH + 10, WIDTH + 24 + LANE * lane
    return Arrow(
        f"M{edge} {start} H{out} V{end} H{edge + 8}", f"{edge},{end} {edge + 9},{end - 5} {edge + 9},{end + 5}", words
    )
