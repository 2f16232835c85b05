"""What happens to lists of what is to be destroyed: proposed at night, looked through, approved, carried out.

Nothing is destroyed that nobody approved, and who looked it through never approves it. What is carried out is one
dossier (or person) in one transaction: a worker that is killed leaves the rest for the next one.
"""

import logging
import time
from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.actors import Actor
from dossiers import erasing, retention
from dossiers.actions.history import record
from dossiers.actions.refusals import StepRefused
from dossiers.models import DestructionItem, DestructionList, Dossier, Hold, ProcessVersion, RetentionWalk
from dossiers.models.event import EventKind
from integrations.erasing import Underway
from parties import erasing as party_erasing

logger = logging.getLogger(__name__)

MOST_A_NIGHT = 2000
"""New lines of all lists together."""
WALKED_A_NIGHT = 20_000
"""Persons and organisations that are looked at."""
PARTIES = "parties"
SECONDS = 120
"""Of one run; the next minute goes on."""
CHUNK = 200
State, Line = DestructionList.State, DestructionItem.State


class ListRefused(ValueError):
    """This cannot be done with this list now; the message says why, for people."""


# --- Keeping one dossier longer


@transaction.atomic
def hold(*, dossier: Dossier, reason: str, until: date, by: Actor, at: datetime) -> Hold:
    """Keep it off every list until that day; takes the place of an earlier one. Raises StepRefused."""
    reason = " ".join(reason.split())
    if by.user is None or not reason:
        raise StepRefused(_("Write why this dossier must be kept longer."))
    if until <= timezone.localdate(at):
        raise StepRefused(_("Choose a day in the future."))
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    Hold.objects.filter(dossier=held, lifted_at=None).update(lifted_at=at, lifted_by=by.user)
    record(held, EventKind.HELD, by=by, at=at)
    made = Hold.objects.create(dossier=held, reason=reason[:300], until=until, at=at, by=by.user)
    DestructionItem.objects.filter(dossier=held, state__in=[Line.WAITING, Line.FAILED]).update(
        state=Line.HELD, error=""
    )  # fmt: skip
    _finish_where_ready(DestructionList.objects.filter(items__dossier=held, state=State.APPROVED), at=at)
    return made


@transaction.atomic
def lift_hold(*, dossier: Dossier, by: Actor, at: datetime) -> None:
    """Its own term counts again: the next night may put it on a list."""
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if Hold.objects.filter(dossier=held, lifted_at=None).update(lifted_at=at, lifted_by=by.user):
        record(held, EventKind.HOLD_LIFTED, by=by, at=at)


# --- Proposing


def propose(*, at: datetime) -> int:
    """Put what is due on lists that nobody looked through yet; how many lines were added."""
    retention.note_ends(most=MOST_A_NIGHT * 5)
    added = 0
    for version in ProcessVersion.objects.select_related("process_type"):
        if added < MOST_A_NIGHT:
            added += _propose_dossiers(version, most=MOST_A_NIGHT - added, at=at)
    return added + _propose_parties(at=at)


def _propose_dossiers(version: ProcessVersion, *, most: int, at: datetime) -> int:
    added = 0
    for dossier, due in retention.due_now(version, at=at, most=most):
        line = DestructionItem(
            dossier=dossier,
            number=dossier.number,
            process=version.name,
            ended_on=due.ended_on,
            due_on=due.due_on,
            years=due.years,
            source=due.source,
        )
        added += _add(line, at=at, kind=DestructionList.Kind.DOSSIERS, process_type=version.process_type)
    return added


def _propose_parties(*, at: datetime) -> int:
    """A part of the register each night; the next one goes on where this one was."""
    walk, _made = RetentionWalk.objects.get_or_create(name=PARTIES)
    last, due = party_erasing.due_after(walk.reached, most=WALKED_A_NIGHT, at=at)
    added = 0
    for each in due:
        line = DestructionItem(
            party=each.party,
            number=str(each.party.pk),
            ended_on=each.touched_on,
            due_on=each.due_on,
            years=each.years,
            source=each.source[:200],
        )
        added += _add(line, at=at, kind=DestructionList.Kind.PARTIES, process_type=None)
    RetentionWalk.objects.filter(pk=walk.pk).update(reached=last)
    return added


def _add(line: DestructionItem, *, at: datetime, **of: object) -> bool:
    """On the list of its process and year that is still open for it; False when another worker was first."""
    same = DestructionList.objects.filter(**of, year=line.ended_on.year, state=State.PROPOSED)
    with transaction.atomic():
        made_for = same.select_for_update(of=("self",)).order_by("-pk").first()
        if made_for is None or made_for.items.count() >= DestructionList.MOST:
            made_for = DestructionList.objects.create(**of, year=line.ended_on.year, proposed_at=at)
        line.made_for = made_for
        try:
            with transaction.atomic():
                line.save(force_insert=True)
        except IntegrityError:  # on a list already
            return False
    return True


# --- Looking through, and approving


@transaction.atomic
def prepare(*, made: DestructionList, by: Actor, at: datetime) -> None:
    """Somebody looked through it: now somebody else must approve. Raises ListRefused."""
    held = _locked(made, State.PROPOSED)
    if by.user is None or not held.items.filter(state=Line.WAITING).exists():
        raise ListRefused(_("There is nothing on this list that is to be destroyed."))
    held.state, held.prepared_at, held.prepared_by, held.sent_back = State.PREPARED, at, by.user, ""
    held.save()


@transaction.atomic
def send_back(*, made: DestructionList, reason: str, by: Actor, at: datetime) -> None:
    """Not yet: who looks through it reads why. Raises ListRefused."""
    held = _locked(made, State.PREPARED)
    reason = " ".join(reason.split())
    if not reason:
        raise ListRefused(_("Write why you send it back."))
    held.state, held.prepared_at, held.prepared_by, held.sent_back = State.PROPOSED, None, None, reason[:300]
    held.save()


@transaction.atomic
def approve(*, made: DestructionList, number: int, by: Actor, at: datetime) -> None:
    """``number`` is how many lines who approves saw on it. Raises ListRefused."""
    held = _locked(made, State.PREPARED)
    if by.user is None or by.user == held.prepared_by:
        raise ListRefused(_("You looked through this list yourself. Somebody else must approve it."))
    if number != held.items.filter(state=Line.WAITING).count():
        raise ListRefused(_("The list changed since you opened it. Look at it again."))
    held.state, held.approved_at, held.approved_by = State.APPROVED, at, by.user
    held.save()
    if not number:  # everything is kept longer by now
        _finish_where_ready([held], at=at)
    transaction.on_commit(lambda: async_task("dossiers.tasks.destroy_approved"), robust=True)


@transaction.atomic
def try_again(*, made: DestructionList, by: Actor, at: datetime) -> int:
    """What failed is to be destroyed again. Raises ListRefused."""
    held = _locked(made, State.APPROVED)
    again = held.items.filter(state=Line.FAILED).update(state=Line.WAITING, error="")
    transaction.on_commit(lambda: async_task("dossiers.tasks.destroy_approved"), robust=True)
    return again


def _locked(made: DestructionList, state: str) -> DestructionList:
    held = DestructionList.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if held.state != state:
        raise ListRefused(_("Somebody was first: the list is at another step now."))
    return held


# --- Carrying it out


def destroy_approved(*, at: datetime) -> int:
    """Carry out what was approved, one at a time; how many were destroyed. After two minutes it leaves the rest."""
    started, done = time.monotonic(), 0
    for made in DestructionList.objects.filter(state=State.APPROVED).order_by("approved_at", "pk"):
        for key in list(made.items.filter(state=Line.WAITING).order_by("pk").values_list("pk", flat=True)):
            done += destroy_one(key, at=at)
            if time.monotonic() - started > SECONDS:
                return done
        _finish_where_ready([made], at=at)
    return done


def destroy_one(key: int, *, at: datetime) -> bool:
    """One line. What fails says so on the list, in words without anybody's data, and holds up nothing else."""
    try:
        with transaction.atomic():
            return _destroy(key, at=at)
    except Underway as refused:
        why = str(refused)
    except Exception as error:
        logger.exception("Line %s of a destruction list failed", key)
        why = _("technical error (%(name)s)") % {
            "name": type(error).__name__
        }  # never its message: that may hold what is to be destroyed
    DestructionItem.objects.filter(pk=key, state=Line.WAITING).update(state=Line.FAILED, error=why[:200])
    return False


def _destroy(key: int, *, at: datetime) -> bool:
    line = (
        DestructionItem.objects.select_for_update(of=("self",))
        .select_related("made_for", "dossier__process_version", "dossier__status", "party")
        .filter(pk=key, state=Line.WAITING, made_for__state=State.APPROVED)
        .first()
    )
    if line is None:
        return False  # another worker was first
    by, still_due = Actor.system(_("Retention")), False
    if line.dossier and is_due(line.dossier, at=at):
        still_due = erasing.anonymise(dossier=line.dossier, reference=line.made_for.number, by=by, at=at)
    elif line.party:
        still_due = party_erasing.erase(party=line.party, by=by, at=at)
    line.state, line.done_at = (Line.DESTROYED, at) if still_due else (Line.NOT_DUE, None)
    line.save(update_fields=["state", "done_at"])
    return still_due


def is_due(dossier: Dossier, *, at: datetime) -> bool:
    """As the history says now, whatever the list says: it may have been opened again, or be held."""
    held = (
        Dossier.objects.select_for_update(of=("self",)).select_related("process_version", "status").get(pk=dossier.pk)
    )
    today = timezone.localdate(at)
    due = retention.due_of(held)
    is_held = Hold.objects.on(today).filter(dossier=held).exists()
    return due is not None and due.due_on <= today and not is_held


def _finish_where_ready(lists: Iterable[DestructionList], *, at: datetime) -> None:
    for made in lists:
        if not made.items.filter(state__in=[Line.WAITING, Line.FAILED]).exists():
            DestructionList.objects.filter(pk=made.pk, state=State.APPROVED).update(state=State.DONE, finished_at=at)
