"""When dossiers are due, with the town's calendar of now."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime

from django.db.models import Prefetch

from core.models import ClosingDay
from dossiers import clock, terms
from dossiers.models import Dossier, Event, Status
from dossiers.models.event import STATUS_EVENTS, EventKind, reached


def working_calendar() -> clock.Calendar:
    """The town's calendar as it is now: public holidays and closing days."""
    return clock.Calendar(closing_days=ClosingDay.objects.dates())


def status_events(dossier: Dossier) -> list[Event]:
    """What brought the dossier where it is, in order, without what was corrected."""
    return list(dossier.events.uncorrected().filter(kind__in=STATUS_EVENTS))


def next_due(dossier: Dossier, events: Iterable[Event], calendar: clock.Calendar) -> terms.Due | None:
    """``events`` are the status events of the dossier that were not corrected, in order."""
    return terms.next_due(
        terms=dossier.process_version.terms,
        first_contact_at=dossier.first_contact_at,
        history=reached(events),
        calendar=calendar,
    )


def derive_due(dossier: Dossier) -> None:
    """Set ``due_at`` as its history has it; the caller saves."""
    _derive_due(dossier, status_events(dossier))


def _derive_due(dossier: Dossier, events: Iterable[Event]) -> None:
    due = next_due(dossier, events, working_calendar())
    dossier.due_at = due.at if due else None


def as_after(dossier: Dossier, target: Status, *, at: datetime) -> Dossier:
    """A copy with the dates that a step to ``target`` would give the dossier. Nothing is saved."""
    step = Event(kind=EventKind.STATUS, milestone=target.milestone, pauses=target.pauses, at=at)
    after = copy(dossier)
    _derive_due(after, [*status_events(dossier), step])
    promise_due(after)
    return after


def promise_due(dossier: Dossier) -> None:
    """A due day that is later than what was promised becomes the promise; the caller tells the citizen, and saves."""
    if dossier.due_at and (dossier.promised_at is None or dossier.due_at > dossier.promised_at):
        dossier.promised_at = dossier.due_at


def recalculate_terms() -> int:
    """Bring the due dates of all open dossiers in line with today's calendar; returns how many moved.

    For when a closing day is added or removed afterwards. What the citizen was promised stays as it was told.
    """
    calendar = working_calendar()
    moved = 0
    events = Prefetch("events", Event.objects.uncorrected().filter(kind__in=STATUS_EVENTS))
    dossiers = Dossier.objects.open().select_related("process_version").prefetch_related(events)
    for dossier in dossiers.iterator(chunk_size=500):
        due = next_due(dossier, dossier.events.all(), calendar)
        at = due.at if due else None
        if at != dossier.due_at:
            # Only if nobody took a step meanwhile: that step derived the date anew itself.
            moved += Dossier.objects.filter(pk=dossier.pk, version=dossier.version).update(due_at=at)
    return moved
