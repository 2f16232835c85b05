"""When dossiers are due, with the town's calendar of now."""

from datetime import datetime

from django.db.models import Prefetch

from core.models import ClosingDay
from dossiers import clock, terms
from dossiers.models import Dossier, Event
from dossiers.models.event import STATUS_EVENTS, pauses


def working_calendar() -> clock.Calendar:
    """The town's calendar as it is now: public holidays and closing days."""
    return clock.Calendar(closing_days=ClosingDay.objects.dates())


def due_of(dossier: Dossier, events: list[Event], calendar: clock.Calendar) -> datetime | None:
    """``events`` are the status events of the dossier that were not corrected, in order."""
    return terms.due_at(
        terms=dossier.process_version.terms,
        first_contact_at=dossier.first_contact_at,
        milestones=[event.milestone for event in events],
        pauses=pauses(events),
        calendar=calendar,
    )


def recalculate_terms() -> int:
    """Bring the due dates of all open dossiers in line with today's calendar; returns how many moved.

    For when a closing day is added or removed afterwards. What the citizen was promised stays as it was told.
    """
    calendar = working_calendar()
    moved = 0
    events = Prefetch("events", Event.objects.uncorrected().filter(kind__in=STATUS_EVENTS))
    dossiers = Dossier.objects.open().select_related("process_version").prefetch_related(events)
    for dossier in dossiers.iterator(chunk_size=500):
        due = due_of(dossier, list(dossier.events.all()), calendar)
        if due != dossier.due_at:
            # Only if nobody took a step meanwhile: that step derived the date anew itself.
            moved += Dossier.objects.filter(pk=dossier.pk, version=dossier.version).update(due_at=due)
    return moved
