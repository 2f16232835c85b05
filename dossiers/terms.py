"""When something is due: the one place where a dossier's term is derived (docs/rules/termijnen.md). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dossiers import clock
from dossiers.milestones import DECISIONS, ENDS, PAUSES


def _reached(term_milestone: str, milestones: set[str]) -> bool:
    if term_milestone == "decision":
        return bool(milestones & DECISIONS)
    return term_milestone in milestones


def due_at(
    *,
    terms: Sequence[Mapping[str, Any]],
    first_contact_at: datetime,
    milestones: Iterable[str],
    pauses: Iterable[clock.Pause],
    calendar: clock.Calendar,
) -> datetime | None:
    """The end of the day by which the next term must be met.

    ``milestones`` are those reached so far, in order, the present one last. None while the clock stands still (waiting
    for the citizen), when the dossier is finished, and when no term is left.
    """
    passed = list(milestones)
    if not passed or passed[-1] in ENDS | PAUSES:
        return None
    for term in terms:
        if not _reached(term["milestone"], set(passed)):
            return clock.due_at(first_contact_at, term["days"], calendar, tuple(pauses))
    return None
