"""Putting wrong clicks right, in sight: history is added to, never changed (docs/rules/procestypes.md)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers import letters
from dossiers.actions import surveys
from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.history import record
from dossiers.actions.notifying import announce_status, citizen_date, first_contact, notify, withdraw_letter
from dossiers.actions.refusals import StepRefused
from dossiers.actions.steps import claim, lock_in_order
from dossiers.actions.terms import derive_due, status_events
from dossiers.models import Dossier, Event, Notification, Relation, Status
from dossiers.models.event import EventKind
from dossiers.permissions import may_correct

CORRECTABLE_FOR = timedelta(days=7)


def last_step(dossier: Dossier) -> Event | None:
    """What was done last; None when the dossier was only opened."""
    _opened, *steps = status_events(dossier)
    return steps[-1] if steps else None


def correctable(dossier: Dossier, *, by: Actor, at: datetime) -> Event:
    """The step that ``by`` may still correct: the last one. Raises StepRefused with the reason why there is none."""
    last = last_step(dossier)
    if last is None:
        raise StepRefused(_("There is no step to correct."))
    if by.user and not may_correct(by.user, last):
        raise StepRefused(_("You can only correct a step that you took yourself."))
    if at - last.recorded_at > CORRECTABLE_FOR:
        raise StepRefused(
            _("A step can be corrected for %(days)s days. Take a new step instead.") % {"days": CORRECTABLE_FOR.days}
        )
    if dossier.status.is_decision and last.notifications.exists():
        raise StepRefused(_("A decision that was sent cannot be corrected: take a new decision that withdraws it."))
    return last


@transaction.atomic
def correct_step(*, dossier: Dossier, expected_version: int, reason: str, by: Actor, at: datetime) -> Event:
    """Undo the last step: the dossier is back where it was, and readers of the history ignore that step.

    A letter that did not leave yet is withdrawn; after one that did, the citizen hears that it was a mistake.
    Raises Changed when someone was first, and StepRefused.
    """
    if not reason.strip():
        raise StepRefused(_("Say why this step was wrong."))
    followers = Relation.objects.filter(other=dossier, kind=Relation.Kind.DUPLICATE)
    duplicates = list(followers.values_list("dossier", flat=True))
    held = lock_in_order(dossier.pk, *duplicates)
    dossier = claim(dossier, expected_version)
    wrong = correctable(dossier, by=by, at=at)
    back = Status.objects.get(version=dossier.process_version, key=wrong.from_status)
    event = record(
        dossier,
        EventKind.CORRECTED,
        by=by,
        at=at,
        from_status=wrong.to_status,
        to_status=back.key,
        reason=reason.strip(),
        corrects=wrong,
    )
    dossier.tasks.open().filter(status_key=wrong.to_status).delete()
    dossier.status = back
    events = status_events(dossier)
    dossier.result = next((earlier.result for earlier in reversed(events) if earlier.result), "")
    derive_due(dossier)
    dossier.save(update_fields=["status", "result", "due_at"])
    announce_status(dossier, event)
    surveys.cancel_invitation(dossier=dossier, at=at)
    sent = [letter for letter in wrong.notifications.select_related("delivery") if not withdraw_letter(letter, at=at)]
    if sent:
        _tell(dossier, event, sent[0], at)
    for pk in duplicates:
        what = _("A step of the original %(number)s was corrected. See whether this duplicate followed it.")
        ask_follow_up(dossier=held[pk], what=what % {"number": dossier.number}, by=by, at=at)
    return event


def _tell(dossier: Dossier, event: Event, wrong: Notification, at: datetime) -> None:
    contact = first_contact(dossier)
    text = render_to_string(
        "dossiers/mails/correction.txt",
        {
            "name": contact.given_name if contact else "",
            "number": dossier.number,
            "subject": wrong.subject,
            "sent": citizen_date(wrong.created_at),
            "status": dossier.status.citizen_label,
            "promised": citizen_date(dossier.promised_at) if dossier.due_at else "",
        },
    )
    letter = letters.Letter(_("Please ignore our message about %(number)s") % {"number": dossier.number}, text)
    notify(dossier, event, letter, always=True, at=at)  # it takes back something that was sent


@transaction.atomic
def correct_first_contact(
    *, dossier: Dossier, expected_version: int, first_contact_at: datetime, reason: str, by: Actor, at: datetime
) -> Event:
    """The citizen was in touch at another moment than we wrote down. The terms follow; the history says why.

    What the citizen was promised stays as it was told.

    Raises Changed when someone was first, and StepRefused when it lies after a step or in the future.
    """
    if not reason.strip():
        raise StepRefused(_("Say how you know."))
    dossier = claim(dossier, expected_version)
    _opened, *steps = status_events(dossier)
    if first_contact_at > at:
        raise StepRefused(_("This moment lies in the future."))
    if steps and first_contact_at > steps[0].at:
        raise StepRefused(_("This moment lies after the first step."))
    dossier.first_contact_at = first_contact_at
    derive_due(dossier)
    dossier.save(update_fields=["first_contact_at", "due_at"])
    return record(dossier, EventKind.FIRST_CONTACT, by=by, at=at, reason=reason.strip())
