"""A drawing of a process: its statuses from left to right as a dossier meets them, and the steps between. Pure."""

import textwrap
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 170, 56
GAP_X, GAP_Y = 84, 26
MARGIN = 12
LINE_LENGTH = 19
BEND = 46


@dataclass(frozen=True)
class Node:
    """A status to draw."""

    key: str
    label: str
    milestone: str


@dataclass(frozen=True)
class Box:
    """A status at its place: ``x`` and ``y`` of the corner at the top left, its label in lines."""

    node: Node
    x: int
    y: int
    lines: list[str]

    @property
    def text(self) -> list[tuple[int, int, str]]:
        """x, y and words of each line, in the middle of the box."""
        top = self.y + HEIGHT // 2 - (len(self.lines) - 1) * 9 + 5
        return [(self.x + WIDTH // 2, top + number * 18, line) for number, line in enumerate(self.lines)]


@dataclass(frozen=True)
class Arrow:
    """A step: the path of its line, and who reads it aloud."""

    path: str
    title: str
    backwards: bool


@dataclass(frozen=True)
class Diagram:
    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]

    box_width = WIDTH
    box_height = HEIGHT


def draw(nodes: Sequence[Node], steps: Sequence[tuple[str, str, str]]) -> Diagram:
    """``steps`` are (key from, key to, label). Statuses that nothing leads to stand in the last column.

    A column holds what takes the same number of steps to reach.
    """
    known = {node.key for node in nodes}
    steps = [step for step in steps if step[0] in known and step[1] in known]
    columns = _columns(nodes, steps)
    tallest = max((len(column) for column in columns), default=0)
    full = tallest * (HEIGHT + GAP_Y) - GAP_Y
    boxes: dict[str, Box] = {}
    for number, column in enumerate(columns):
        top = MARGIN + (full - (len(column) * (HEIGHT + GAP_Y) - GAP_Y)) // 2
        for row, node in enumerate(column):
            lines = textwrap.wrap(node.label, LINE_LENGTH)[:2] or [""]
            x = MARGIN + number * (WIDTH + GAP_X)
            boxes[node.key] = Box(node, x, top + row * (HEIGHT + GAP_Y), lines)
    arrows = [_arrow(boxes[source], boxes[target], label, full) for source, target, label in steps]
    below = BEND + MARGIN if any(arrow.backwards for arrow in arrows) else 0
    width = 2 * MARGIN + len(columns) * (WIDTH + GAP_X) - GAP_X // 2 if columns else 0
    return Diagram(width, full + 2 * MARGIN + below if columns else 0, list(boxes.values()), arrows)


def _columns(nodes: Sequence[Node], steps: Sequence[tuple[str, str, str]]) -> list[list[Node]]:
    """Statuses by the number of steps from the first one."""
    if not nodes:
        return []
    after = defaultdict(list)
    for source, target, _label in steps:
        after[source].append(target)
    rank = {nodes[0].key: 0}
    todo = [nodes[0].key]
    for key in todo:
        for target in after[key]:
            if target not in rank:
                rank[target] = rank[key] + 1
                todo.append(target)
    last = max(rank.values()) + 1
    columns = defaultdict(list)
    for node in nodes:
        columns[rank.get(node.key, last)].append(node)
    return [columns[number] for number in sorted(columns)]


def _arrow(source: Box, target: Box, label: str, full: int) -> Arrow:
    """Forward from side to side; within a column around its right side; back the way it came, or below the boxes."""
    title = f"{source.node.label} → {target.node.label}: {label}"
    columns = (target.x - source.x) // (WIDTH + GAP_X)
    if columns > 0:
        x1, y1 = source.x + WIDTH, source.y + HEIGHT // 2
        x2, y2 = target.x - 3, target.y + HEIGHT // 2
        middle = (x1 + x2) // 2
        return Arrow(f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}", title, backwards=False)
    if columns == 0:
        x, y1, y2 = source.x + WIDTH, source.y + HEIGHT // 2 + 10, target.y + HEIGHT // 2 + 10
        return Arrow(f"M{x} {y1} C{x + GAP_X // 2} {y1} {x + GAP_X // 2} {y2} {x + 3} {y2}", title, backwards=True)
    if columns == -1:
        x1, y1 = source.x, source.y + HEIGHT // 2 + 12
        x2, y2 = target.x + WIDTH + 3, target.y + HEIGHT // 2 + 12
        middle = (x1 + x2) // 2
        return Arrow(f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}", title, backwards=True)
    x1, y1 = source.x + WIDTH // 2 + 12, source.y + HEIGHT
    x2, y2 = target.x + WIDTH // 2 - 12, target.y + HEIGHT
    low = full + MARGIN + BEND
    return Arrow(f"M{x1} {y1} C{x1} {low} {x2} {low} {x2} {y2 + 3}", title, backwards=True)
