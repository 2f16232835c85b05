"""More time is needed: the citizen hears why and until when, never nothing."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers import clock
from dossiers.actions.history import record
from dossiers.actions.notifying import fill_in, notify
from dossiers.actions.refusals import StepRefused
from dossiers.actions.steps import claim
from dossiers.actions.terms import working_calendar
from dossiers.letters import Letter
from dossiers.models import Dossier, Event
from dossiers.models.event import EventKind

MOST_DAYS = 60


def later_promise(dossier: Dossier, *, days: int, at: datetime) -> datetime:
    """So many working days after what was promised, or after today when that has passed.

    Raises StepRefused when this dossier cannot be put off.
    """
    if dossier.due_at is None:
        raise StepRefused(_("No term is running for this dossier, so there is nothing to put off."))
    if dossier.process_version.delay_letter is None:
        raise StepRefused(_("This process has no letter about delay. Ask an administrator to choose one."))
    if not 1 <= days <= MOST_DAYS:
        raise StepRefused(_("Choose between 1 and %(most)s working days.") % {"most": MOST_DAYS})
    return clock.due_at(max(dossier.promised_at or at, at), days, working_calendar())


def delay_letter(*, dossier: Dossier, days: int, reason: str, at: datetime) -> Letter:
    """What the citizen would read. Raises StepRefused."""
    dossier.promised_at = later_promise(dossier, days=days, at=at)
    template = dossier.process_version.delay_letter
    assert template is not None  # noqa: S101  later_promise refused that
    return fill_in(template, dossier, status_label=dossier.status.citizen_label, reason=reason, at=at)


@transaction.atomic
def promise_later(*, dossier: Dossier, expected_version: int, days: int, reason: str, by: Actor, at: datetime) -> Event:
    """Promise a later day and tell the citizen why. The term itself stays: figures do not get better by it.

    Raises Changed when someone was first, and StepRefused.
    """
    if not reason.strip():
        raise StepRefused(_("Say why the citizen has to wait longer."))
    dossier = claim(dossier, expected_version)
    letter = delay_letter(dossier=dossier, days=days, reason=reason, at=at)
    dossier.save(update_fields=["promised_at"])
    event = record(dossier, EventKind.PROMISE, by=by, at=at, reason=reason.strip())
    template = dossier.process_version.delay_letter
    notify(dossier, event, letter, always=bool(template and template.always), at=at)
    return event
