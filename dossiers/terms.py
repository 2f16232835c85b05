"""When something is due: the one place where a dossier's term is derived (docs/rules/termijnen.md). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dossiers import clock
from dossiers.milestones import DECISIONS, ENDS, PAUSES, Milestone


@dataclass(frozen=True)
class Reached:
    """A milestone, when it was reached, and whether the clock stands still from then on."""

    milestone: str
    at: datetime
    pauses: bool = False

    @property
    def stops_the_clock(self) -> bool:
        return self.pauses or self.milestone in PAUSES


@dataclass(frozen=True)
class Due:
    """The end of the day by which ``term`` must be met."""

    at: datetime
    term: Mapping[str, Any]


def pauses(history: Sequence[Reached]) -> list[clock.Pause]:
    """When the clock stood still, derived from what happened: never a counter that can drift."""
    found: list[clock.Pause] = []
    since = None
    for reached in history:
        if reached.stops_the_clock:
            since = since or reached.at
        elif since is not None:
            found.append(clock.Pause(since, reached.at))
            since = None
    if since is not None:
        found.append(clock.Pause(since, None))
    return found


def next_due(
    *,
    terms: Sequence[Mapping[str, Any]],
    first_contact_at: datetime,
    history: Sequence[Reached],
    calendar: clock.Calendar,
) -> Due | None:
    """The next term that must be met, and when.

    ``history`` are the milestones reached so far, in order, the present one last. None while the clock stands still,
    when the dossier is finished, and when no term is left. A dossier that is opened again begins anew: its terms count
    from that day. Only what came before a completed end stays reached; after a refusal everything is open again.
    """
    if not history or history[-1].milestone in ENDS or history[-1].stops_the_clock:
        return None
    start, reached, since = first_contact_at, set[str](), 0
    for number, step in enumerate(history[:-1]):
        reached.add(step.milestone)
        if step.milestone in ENDS and history[number + 1].milestone not in ENDS:
            start, since = history[number + 1].at, number + 1
            reached = set() if step.milestone == Milestone.INADMISSIBLE else reached - ENDS
    reached.add(history[-1].milestone)
    for term in terms:
        if not _is_reached(term["milestone"], reached):
            return Due(clock.due_at(start, term["days"], calendar, pauses(history[since:])), term)
    return None


def _is_reached(milestone: str, reached: set[str]) -> bool:
    return bool(reached & DECISIONS) if milestone == "decision" else milestone in reached
