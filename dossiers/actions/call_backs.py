"""Calling people back when we said we would (docs/rules/onthaal.md)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import User
from dossiers.actions.history import record
from dossiers.actions.refusals import StepRefused
from dossiers.actions.terms import working_calendar
from dossiers.models import CallBack, Contact, Dossier, Event, Team
from dossiers.models.contact import Channel, Direction
from dossiers.models.event import EventKind
from integrations.actions import queue_mail
from parties.contact_values import normalise_phone


class WindowRefused(StepRefused):
    """Nobody can call then; the message says why, in the clerk's words."""


@dataclass(frozen=True)
class Window:
    """Between which two moments we call."""

    from_at: datetime
    until_at: datetime

    def __str__(self) -> str:
        start, end = timezone.localtime(self.from_at), timezone.localtime(self.until_at)
        day = formats.date_format(start, "l j F")
        return _("%(day)s between %(start)s and %(end)s") % {
            "day": day,
            "start": formats.time_format(start, "G.i"),
            "end": formats.time_format(end, "G.i"),
        }


def window_on(day: date, start: time, end: time, *, now: datetime) -> Window:
    """The window of this day. Raises WindowRefused for a day that we do not work, and for what is over already."""
    if not working_calendar().is_working_day(day):
        raise WindowRefused(_("We do not work on that day. Choose another day."))
    zone = timezone.get_current_timezone()
    window = Window(datetime.combine(day, start, zone), datetime.combine(day, end, zone))
    if window.until_at <= window.from_at:
        raise WindowRefused(_("The end of the time must come after its beginning."))
    if window.until_at <= now:
        raise WindowRefused(_("That time is over. Choose a later time."))
    return window


@transaction.atomic
def promise_call(
    *,
    contact: Contact,
    phone: str,
    about: str,
    window: Window,
    team: Team | None,
    assignee: User | None,
    by: Actor,
    at: datetime,
) -> CallBack:
    """Somebody of ours calls back in this window. Whoever it is given to gets a mail, unless that is who promised it.

    Raises StepRefused for a number that cannot exist.
    """
    if not normalise_phone(phone):
        raise StepRefused(_("Write a phone number on which we can call back, such as 0470 12 34 56."))
    if contact.dossier_id is None:
        raise StepRefused(_("Choose a dossier."))
    dossier = _locked(contact.dossier_id)
    promised = CallBack.objects.create(
        dossier=dossier,
        contact=contact,
        phone=phone.strip()[:40],
        about=about[:300],
        team=team or dossier.team,
        assignee=assignee,
        from_at=window.from_at,
        until_at=window.until_at,
        created_at=at,
        created_by=by.user,
    )
    event = record(dossier, EventKind.CALL_BACK, by=by, at=at, reason=str(window))
    _tell(promised, event, window, by=by, at=at)
    return promised


@transaction.atomic
def spoke(*, call_back: CallBack, said: str, by: Actor, at: datetime) -> bool:
    """We spoke to each other: it is a contact of its own, from us. False when a colleague was first."""
    dossier = _locked(call_back.dossier_id)
    if not _done(call_back, CallBack.Outcome.SPOKEN, by=by, at=at):
        return False
    first = call_back.contact
    Contact.objects.create(
        channel=Channel.PHONE,
        direction=Direction.OUTGOING,
        at=at,
        closed_at=at,
        party=first.party,
        party_match=first.party_match,
        given_name=first.given_name,
        given_phone=call_back.phone,
        dossier=dossier,
        subject=call_back.about[:200],
        body=said.strip(),
        handler=by.user,
        anonymous_allowed=first.anonymous_allowed,
        anonymous_reason=first.anonymous_reason,
    )
    record(dossier, EventKind.CALLED_BACK, by=by, at=at, reason=_("Spoken."))
    return True


@transaction.atomic
def nobody_answered(*, call_back: CallBack, window: Window, by: Actor, at: datetime) -> bool:
    """Nobody picked up: the try is counted, and there is a new time. False when it was done meanwhile."""
    dossier = _locked(call_back.dossier_id)
    tried = CallBack.objects.open().filter(pk=call_back.pk)
    if not tried.update(
        tries=F("tries") + 1, tried_at=at, from_at=window.from_at, until_at=window.until_at
    ):  # fmt: skip
        return False
    what = _("Nobody answered. We call again %(window)s.") % {"window": window}
    record(dossier, EventKind.CALLED_BACK, by=by, at=at, reason=what)
    return True


@transaction.atomic
def not_needed(*, call_back: CallBack, why: str, by: Actor, at: datetime) -> bool:
    """It was settled in another way. False when a colleague was first."""
    dossier = _locked(call_back.dossier_id)
    if not _done(call_back, CallBack.Outcome.NOT_NEEDED, by=by, at=at):
        return False
    what = _("Not needed any more: %(why)s") % {"why": why.strip()} if why.strip() else _("Not needed any more.")
    record(dossier, EventKind.CALLED_BACK, by=by, at=at, reason=what)
    return True


def _done(call_back: CallBack, outcome: str, *, by: Actor, at: datetime) -> int:
    tries = F("tries") + (1 if outcome == CallBack.Outcome.SPOKEN else 0)
    return CallBack.objects.open().filter(pk=call_back.pk).update(
        done_at=at, done_by=by.user, outcome=outcome, tries=tries
    )  # fmt: skip


def _locked(pk: int) -> Dossier:
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("team", "process_version")
    return rows.get(pk=pk)


def _tell(promised: CallBack, event: Event, window: Window, *, by: Actor, at: datetime) -> None:
    """To the person it is for, else to the team: no name and no number, for mailboxes are no place for them."""
    if promised.assignee:
        to = promised.assignee.email if promised.assignee.is_active and promised.assignee != by.user else ""
    else:
        to = promised.team.email
    if not to:
        return
    context = {
        "number": promised.dossier.number,
        "window": str(window),
        "address": settings.BASE_URL + promised.dossier.get_absolute_url(),
    }
    queue_mail(
        kind="dossier",
        key=f"dossier-{promised.dossier_id}-event-{event.sequence}",
        to=[to],
        subject=_("Call back: %(number)s") % {"number": promised.dossier.number},
        template="dossiers/mails/call_back.txt",
        context=context,
        reply_to=promised.team.email,
        at=at,
    )
