"""Steps of the process."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions import tasks
from dossiers.actions.history import record
from dossiers.actions.notifying import compose_letter, first_contact, notify
from dossiers.actions.refusals import Changed, StepRefused
from dossiers.actions.terms import derive_due, promise_due
from dossiers.milestones import Milestone
from dossiers.models import Dossier, Event, Transition
from dossiers.models.event import EventKind
from dossiers.permissions import may_take

GOES_ANYWAY = frozenset({Milestone.WITHDRAWN, Milestone.WAITING_FOR_CITIZEN})
"""Steps to here do not wait for tasks: the citizen withdraws, or is asked for more."""


@transaction.atomic
def take_step(
    *,
    dossier: Dossier,
    step: str,
    expected_version: int,
    reason: str = "",
    result: str = "",
    by: Actor,
    at: datetime,
) -> Event:
    """Take one step of the process: guard, change, write history, answer the citizen.

    ``expected_version`` is the version that the clerk was looking at. Raises Changed when someone was first (nothing
    happened then) and StepRefused when the version's table does not allow the step, or something is missing.
    """
    dossier = claim(dossier, expected_version)
    transition = dossier.possible_steps().filter(key=step).first()
    if transition is None:
        raise StepRefused(
            _("This step is not possible from the status '%(status)s'.") % {"status": dossier.status.label}
        )
    _guard(dossier, transition, reason=reason.strip(), result=result, by=by)
    target = transition.target
    event = record(
        dossier,
        EventKind.STATUS,
        by=by,
        at=at,
        from_status=dossier.status.key,
        to_status=target.key,
        milestone=target.milestone,
        pauses=target.pauses,
        result=result,
        reason=reason.strip(),
    )
    dossier.status = target
    dossier.result = result or dossier.result
    dossier.handler = dossier.handler or by.user
    derive_due(dossier)
    promise_due(dossier)  # the letter of this step says so, and the follow page
    dossier.save(update_fields=["status", "result", "handler", "due_at", "promised_at"])
    tasks.begin_status(dossier, target, at=at)
    letter = compose_letter(dossier=dossier, transition=transition, reason=reason, at=at)
    if letter:
        contact = first_contact(dossier)
        notify(dossier, event, letter, to=contact.given_email if contact else "", at=at)
    return event


def claim(dossier: Dossier, expected_version: int) -> Dossier:
    """The dossier as it is, ours until the transaction ends. Raises Changed when it is not as the clerk saw it."""
    claimed = Dossier.objects.filter(pk=dossier.pk, version=expected_version).update(version=expected_version + 1)
    if not claimed:
        raise Changed(dossier.events.order_by("-sequence").first())
    return Dossier.objects.select_related("process_version", "status", "team", "handler").get(pk=dossier.pk)


def _guard(dossier: Dossier, transition: Transition, *, reason: str, result: str, by: Actor) -> None:
    if not may_take(by, transition):
        raise StepRefused(_("You may not take this step. Ask: %(groups)s.") % {"groups": _groups(transition)})
    if transition.needs_reason and not reason and by.user is not None:
        raise StepRefused(_("Give a reason; the citizen will read it."))
    known = {known["key"] for known in dossier.process_version.results}
    if (transition.needs_result and not result) or (result and result not in known):
        raise StepRefused(_("Choose a result."))
    if transition.target.milestone not in GOES_ANYWAY and (task := dossier.tasks.blocking().first()):
        raise StepRefused(_("First to do: %(task)s") % {"task": task.text})


def _groups(transition: Transition) -> str:
    return ", ".join(transition.groups) or _("a colleague")
