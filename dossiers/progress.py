"""How far a dossier is, for the citizen: milestones behind and ahead. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dossiers.milestones import ENDS, Milestone

ROAD = (Milestone.RECEIVED, Milestone.ADMISSIBLE, Milestone.IN_PROGRESS, Milestone.COMPLETED)
"""The way of a dossier that goes well. Waiting is a halt on it, and the other ends lead off it."""


class Place(StrEnum):
    PASSED = "passed"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Stage:
    milestone: str
    place: Place


def stages(*, offered: Collection[str], reached: Sequence[str]) -> list[Stage]:
    """The milestones of the process on the road, and where the dossier is.

    ``offered`` are the milestones that the process has; ``reached`` those of the history, the last one last.
    A dossier that ended before the end of the road shows what it passed and that end.
    """
    now = reached[-1]
    if now in ENDS and now != Milestone.COMPLETED:
        passed = [stone for stone in ROAD if stone in reached]
        return [*(Stage(stone, Place.PASSED) for stone in passed), Stage(now, Place.NOW)]
    road = [stone for stone in ROAD if stone in offered or stone in reached]
    since = _since_reopened(reached)
    here = max((index for index, stone in enumerate(road) if stone in since), default=0)
    if now in road:
        here = road.index(Milestone(now))
    return [
        Stage(stone, Place.PASSED if index < here else Place.NOW if index == here else Place.AHEAD)
        for index, stone in enumerate(road)
    ]


def _since_reopened(reached: Sequence[str]) -> list[str]:
    """What was reached since the dossier last came back from an end."""
    since: list[str] = []
    for stone in reached:
        since = [] if stone in ENDS else [*since, stone]
    return since
