"""Steps of the process."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor, ActorKind
from dossiers.actions import surveys, tasks
from dossiers.actions.decisions import Document, pdf_to_send, refuse_half_a_decision, rendered_beforehand
from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.history import record
from dossiers.actions.notifying import announce_status, compose_letter, notify
from dossiers.actions.refusals import Changed, StepRefused
from dossiers.actions.terms import derive_due, promise_due, status_events
from dossiers.milestones import Milestone
from dossiers.models import Dossier, Event, Transition
from dossiers.models.event import EventKind
from dossiers.permissions import deciders, is_deciding, may_handle, may_take

GOES_ANYWAY = frozenset({Milestone.WITHDRAWN, Milestone.WAITING_FOR_CITIZEN})
"""Steps to here do not wait for tasks: the citizen withdraws, or is asked for more. Nor does what a citizen may do."""


def take_step(
    *,
    dossier: Dossier,
    step: str,
    expected_version: int,
    reason: str = "",
    facts: str = "",
    result: str = "",
    by: Actor,
    at: datetime,
) -> Event:
    """Take one step of the process: guard, change, write history, answer the citizen.

    ``expected_version`` is the version that the clerk was looking at. ``facts`` are asked for a decision, whose
    document is made before anything is locked; ``result`` is for a step that asks for one. Raises Changed when someone
    was first (nothing happened then) and StepRefused when the version's table does not allow the step, or something is
    missing.
    """
    made = rendered_beforehand(
        dossier=dossier, step=step, expected_version=expected_version, reason=reason, facts=facts, result=result, at=at
    )
    with transaction.atomic():
        if duplicates := list(Dossier.objects.duplicates_of(dossier).values_list("pk", flat=True)):
            lock_in_order(dossier.pk, *duplicates)
        held = claim(dossier, expected_version)
        event = _one_step(held, step=step, reason=reason.strip(), facts=facts, result=result, made=made, by=by, at=at)
        for duplicate in Dossier.objects.filter(pk__in=duplicates).order_by("pk"):
            bring_along(duplicate, original=dossier, by=by, at=at)
    return event


def _one_step(
    dossier: Dossier,
    *,
    step: str,
    reason: str,
    facts: str = "",
    result: str,
    made: Document | None = None,
    by: Actor,
    at: datetime,
) -> Event:
    """``dossier`` is ours already. Raises StepRefused."""
    transition = dossier.possible_steps().filter(key=step).first()
    if transition is None:
        raise StepRefused(
            _("This step is not possible from the status '%(status)s'.") % {"status": dossier.status.label}
        )
    result = transition.result or result
    _guard(dossier, transition, reason=reason, result=result, by=by)
    refuse_half_a_decision(transition, reason=reason, facts=facts, at=at)
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
        reason=reason,
    )
    dossier.status = target
    dossier.result = result or dossier.result
    if dossier.handler is None and by.user and may_handle(by.user, dossier):
        dossier.handler = by.user
    derive_due(dossier)
    promise_due(dossier)  # the letter of this step says so, and the follow page
    dossier.save(update_fields=["status", "result", "handler", "due_at", "promised_at"])
    if by.kind != ActorKind.RULE:
        tasks.begin_status(dossier, target, at=at)
    announce_status(dossier, event)
    surveys.invite_after(dossier, event, letter=transition.letter, at=at)
    letter = compose_letter(dossier=dossier, transition=transition, reason=reason, facts=facts, is_taken=True, at=at)
    if letter and transition.letter:
        pdf = pdf_to_send(made, transition, dossier, letter, at=at)
        notify(dossier, event, letter, always=transition.letter.always, pdf=pdf, at=at)
    return event


def lock_in_order(*pks: int) -> dict[int, Dossier]:
    """Hold several dossiers until the transaction ends; always in one order, so that nobody waits in a circle."""
    held = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    return {dossier.pk: dossier for dossier in held}


def bring_along(duplicate: Dossier, *, original: Dossier, by: Actor, at: datetime) -> None:
    """A duplicate takes the steps that its original took, so that whoever reported it too hears the same.

    The work stays in the original: a duplicate gets no tasks and waits for none. Where it cannot follow (another
    status, a decision that must be written for each), a colleague is asked to look. The caller holds both.
    """
    rule = Actor.rule(_("Goes along with the original"))
    for event in _still_to_follow(duplicate, original):
        duplicate = Dossier.objects.select_related("process_version", "status", "team", "handler").get(pk=duplicate.pk)
        step = duplicate.possible_steps().filter(target__key=event.to_status).first()
        try:
            if step is None or step.target.is_decision:
                raise StepRefused(_("There is no step that does the same."))
            with transaction.atomic():
                held = claim(duplicate, duplicate.version)
                _one_step(held, step=step.key, reason=event.reason, result=event.result, by=rule, at=at)
        except StepRefused as refused:
            what = _("The original %(number)s went on and this duplicate could not follow: %(why)s")
            ask_follow_up(dossier=duplicate, what=what % {"number": original.number, "why": refused}, by=rule, at=at)
            return


def _still_to_follow(duplicate: Dossier, original: Dossier) -> list[Event]:
    """The steps of the original since it was where the duplicate is; only the last when it never was there."""
    events = status_events(original)
    here = duplicate.status.key
    shared = [number for number, event in enumerate(events) if event.to_status == here]
    return events[shared[-1] + 1 :] if shared else events[-1:]


def claim(dossier: Dossier, expected_version: int) -> Dossier:
    """The dossier as it is, ours until the transaction ends. Raises Changed when it is not as the clerk saw it."""
    claimed = Dossier.objects.filter(pk=dossier.pk, version=expected_version).update(version=expected_version + 1)
    if not claimed:
        raise Changed(dossier.events.order_by("-sequence").first())
    return Dossier.objects.select_related("process_version", "status", "team", "handler").get(pk=dossier.pk)


def _guard(dossier: Dossier, transition: Transition, *, reason: str, result: str, by: Actor) -> None:
    if not may_take(by, transition, dossier):
        raise StepRefused(_("You may not take this step. Ask: %(groups)s.") % {"groups": _groups(transition)})
    if transition.needs_reason and not reason and by.user is not None:
        raise StepRefused(transition.reason_missing)
    known = {known["key"] for known in dossier.process_version.results}
    if (transition.needs_result and not result) or (result and result not in known):
        raise StepRefused(_("Choose a result."))
    if transition.target.milestone in GOES_ANYWAY or transition.citizen_may or by.kind == ActorKind.RULE:
        return  # what is done in the original need not be done again in its duplicates
    # A step back to the status that a task came with does not pass that task by.
    if task := dossier.tasks.blocking().exclude(status_key=transition.target.key).first():
        raise StepRefused(_("First to do: %(task)s") % {"task": task.text})


def _groups(transition: Transition) -> str:
    """Whom to ask: the groups that the editor named, else the teams that decide."""
    named = transition.groups or (deciders(transition.version) if is_deciding(transition) else [])
    return ", ".join(named) or _("a colleague")
