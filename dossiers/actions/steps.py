"""Steps of the process."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions.history import record
from dossiers.actions.notifying import compose_letter, first_contact, notify
from dossiers.actions.refusals import Changed, StepRefused
from dossiers.actions.terms import due_of, working_calendar
from dossiers.models import Dossier, Event
from dossiers.models.event import STATUS_EVENTS, EventKind


@transaction.atomic
def take_step(
    *, dossier: Dossier, step: str, expected_version: int, reason: str = "", by: Actor, at: datetime
) -> Event:
    """Take one step of the process: guard, change, write history, answer the citizen.

    ``expected_version`` is the version that the clerk was looking at. Raises Changed when someone was first (nothing
    happened then) and StepRefused when the version's table does not allow the step or a reason is missing.
    """
    claimed = Dossier.objects.filter(pk=dossier.pk, version=expected_version).update(version=expected_version + 1)
    if not claimed:
        raise Changed(dossier.events.order_by("-sequence").first())
    dossier = Dossier.objects.select_related("process_version", "status", "team").get(pk=dossier.pk)
    transition = dossier.possible_steps().filter(key=step).first()
    if transition is None:
        raise StepRefused(
            _("This step is not possible from the status '%(status)s'.") % {"status": dossier.status.label}
        )
    if transition.needs_reason and not reason.strip():
        raise StepRefused(_("Give a reason; the citizen will read it."))
    event = record(
        dossier,
        EventKind.STATUS,
        by=by,
        at=at,
        from_status=dossier.status.key,
        to_status=transition.target.key,
        milestone=transition.target.milestone,
        reason=reason.strip(),
    )
    dossier.status = transition.target
    dossier.handler = dossier.handler or by.user
    events = list(dossier.events.uncorrected().filter(kind__in=STATUS_EVENTS))
    dossier.due_at = due_of(dossier, events, working_calendar())
    if dossier.due_at and (dossier.promised_at is None or dossier.due_at > dossier.promised_at):
        dossier.promised_at = dossier.due_at  # the next term; the letter of this step says so
    dossier.save(update_fields=["status", "handler", "due_at", "promised_at"])
    letter = compose_letter(dossier=dossier, transition=transition, reason=reason, at=at)
    if letter:
        contact = first_contact(dossier)
        notify(dossier, event, letter, to=contact.given_email if contact else "", at=at)
    return event
