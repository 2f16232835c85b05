"""What happens to dossiers: verbs that touch several models or leave the building.

Each is one transaction. Whatever leaves the building is a row in the outbox, written in that same transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import ClosingDay
from dossiers import clock, letters, terms
from dossiers.models import (
    Contact,
    Dossier,
    Event,
    FollowLink,
    Notification,
    NumberSequence,
    ProcessVersion,
    Transition,
)
from dossiers.models.contact import UNCONFIRMED, PartyMatch
from dossiers.models.dossier import Representation
from dossiers.models.event import STATUS_EVENTS, EventKind, pauses
from integrations.actions import queue
from parties.actions import is_representative, register_namesake
from parties.models import Party

FOLLOW_LINK_LIFE = timedelta(days=730)  # long enough for the slowest procedure; then it tells nothing any more


class StepRefused(Exception):
    """The step cannot be taken; the message says why, in the clerk's words."""


class Changed(StepRefused):
    """Someone was first: the dossier is no longer as the clerk saw it."""

    def __init__(self, latest: Event | None) -> None:
        self.latest = latest
        super().__init__(
            _("Changed in the meantime by %(name)s.") % {"name": (latest and latest.actor_name) or _("Loket")}
        )


@dataclass(frozen=True)
class Opened:
    """A new dossier, the contact that opened it, and the citizen's link."""

    dossier: Dossier
    contact: Contact
    follow_link: FollowLink


def working_calendar() -> clock.Calendar:
    """The town's calendar as it is now: public holidays and closing days."""
    return clock.Calendar(closing_days=ClosingDay.objects.dates())


def _due(dossier: Dossier, events: list[Event], calendar: clock.Calendar) -> datetime | None:
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
        due = _due(dossier, list(dossier.events.all()), calendar)
        if due != dossier.due_at:
            # Only if nobody took a step meanwhile: that step derived the date anew itself.
            moved += Dossier.objects.filter(pk=dossier.pk, version=dossier.version).update(due_at=due)
    return moved


def _record(dossier: Dossier, kind: EventKind, *, by: Actor, at: datetime, **details: Any) -> Event:
    """Add a line to the history. The caller holds the dossier's row, so the sequence cannot collide."""
    last = dossier.events.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    return Event.objects.create(
        dossier=dossier,
        sequence=last + 1,
        kind=kind,
        actor_kind=by.kind,
        actor=by.user,
        actor_name=by.name,
        at=at,
        **details,
    )


def citizen_date(moment: datetime | None) -> str:
    """A date as we say it to citizens: 'donderdag 26 november'."""
    return formats.date_format(timezone.localtime(moment), "l j F") if moment else ""


def _merge_values(
    dossier: Dossier, *, name: str, link: FollowLink | None, status_label: str, reason: str
) -> dict[str, str]:
    return {
        "naam": name,
        "nummer": dossier.number,
        "proces": dossier.process_version.name,
        "onderwerp": dossier.subject,
        "plaats": dossier.place,
        "status": status_label,
        "reden": reason,
        "uiterste_datum": citizen_date(dossier.promised_at),
        "volglink": link.address if link else "",
        "gemeente": settings.MUNICIPALITY,
        "telefoon": settings.HELP_PHONE,
    }


def _notify(dossier: Dossier, event: Event, letter: letters.Letter, *, to: str, at: datetime) -> Notification:
    """Keep the letter as it is sent, and put it in the outbox when there is an address."""
    delivery = None
    if to:
        delivery = queue(
            connector="mail",
            kind="dossier",
            key=f"dossier-{dossier.pk}-event-{event.sequence}",
            payload={
                "to": [to],
                "subject": letter.subject,
                "text": letter.text,
                "html": "",
                "reply_to": dossier.team.email,
            },
            ordering_key=f"dossier-{dossier.pk}",
            at=at,
        )
    return Notification.objects.create(
        dossier=dossier, event=event, subject=letter.subject, text=letter.text, to=to, created_at=at, delivery=delivery
    )


@transaction.atomic
def open_dossier(
    *,
    process_version: ProcessVersion,
    initiator: Party | None,
    representative: Party | None = None,
    representative_role: str = "",
    representation: str = "",
    party_match: str,
    channel: str,
    subject: str,
    body: str = "",
    place: str = "",
    facts: dict[str, Any] | None = None,
    given_name: str = "",
    email: str = "",
    phone: str = "",
    by: Actor,
    at: datetime,
) -> Opened:
    """Open a dossier from a contact: number, term, history, follow link and confirmation, all or nothing.

    ``at`` is the channel's own time of the contact. ``given_name``, ``email`` and ``phone`` are what the citizen gave
    this time; they say where the answer goes, whatever the register knows. With a ``representative`` the contact is
    theirs, and ``party_match`` says how we know them; the dossier is the ``initiator``'s.
    """
    now = timezone.now()
    start = process_version.start
    calendar = working_calendar()
    due = terms.due_at(
        terms=process_version.terms, first_contact_at=at, milestones=[start.milestone], pauses=(), calendar=calendar
    )
    dossier = Dossier.objects.create(
        number=NumberSequence.next_number(prefix=process_version.prefix, year=timezone.localtime(at).year),
        process_version=process_version,
        status=start,
        initiator=initiator,
        representative=representative,
        representative_role=representative_role[:100],
        representation=representation,
        team=process_version.process_type.team,
        subject=subject[:200],
        place=place[:300],
        facts=facts or {},
        first_contact_at=at,
        opened_at=now,
        due_at=due,
        promised_at=due,
    )
    contact = Contact.objects.create(
        channel=channel,
        at=at,
        closed_at=now,
        party=representative or initiator,
        party_match=party_match,
        given_name=given_name,
        given_email=email,
        given_phone=phone,
        dossier=dossier,
        subject=subject[:200],
        body=body,
        anonymous_allowed=process_version.anonymous_allowed,
        anonymous_reason="" if initiator else _("Reported without a name"),
    )
    event = _record(dossier, EventKind.OPENED, by=by, at=at, to_status=start.key, milestone=start.milestone)
    link = FollowLink.objects.create(dossier=dossier, email=email, created_at=now, expires_at=now + FOLLOW_LINK_LIFE)
    if process_version.confirmation:
        letter = letters.compose(
            subject=process_version.confirmation.subject,
            body=process_version.confirmation.body,
            values=_merge_values(dossier, name=given_name, link=link, status_label=start.citizen_label, reason=""),
        )
        _notify(dossier, event, letter, to=email, at=now)
    return Opened(dossier, contact, link)


def _first_contact(dossier: Dossier) -> Contact | None:
    return dossier.contacts.filter(direction="in").first()


def compose_letter(*, dossier: Dossier, transition: Transition, reason: str, at: datetime) -> letters.Letter | None:
    """The letter that this step would send, exactly as it would be sent; None when the step sends none.

    ``at`` decides which follow link is still good.
    """
    if transition.letter is None:
        return None
    contact = _first_contact(dossier)
    link = dossier.follow_links.filter(revoked_at__isnull=True, expires_at__gt=at).order_by("-created_at").first()
    return letters.compose(
        subject=transition.letter.subject,
        body=transition.letter.body,
        values=_merge_values(
            dossier,
            name=contact.given_name if contact else "",
            link=link,
            status_label=transition.target.citizen_label,
            reason=reason.strip(),
        ),
    )


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
    event = _record(
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
    dossier.due_at = _due(dossier, events, working_calendar())
    if dossier.due_at and (dossier.promised_at is None or dossier.due_at > dossier.promised_at):
        dossier.promised_at = dossier.due_at  # the next term; the letter of this step says so
    dossier.save(update_fields=["status", "handler", "due_at", "promised_at"])
    letter = compose_letter(dossier=dossier, transition=transition, reason=reason, at=at)
    if letter:
        contact = _first_contact(dossier)
        _notify(dossier, event, letter, to=contact.given_email if contact else "", at=at)
    return event


@transaction.atomic
def ask_follow_up(*, dossier: Dossier, what: str, by: Actor, at: datetime) -> Event:
    """Something happened that somebody must look at: it stands in the history, and handler and team get a mail.

    ``what`` says it in a sentence without personal data: history outlives those, and mailboxes are no place for them.
    """
    held = Dossier.objects.select_for_update(of=("self",)).select_related("team", "handler", "process_version").get(
        pk=dossier.pk
    )  # fmt: skip
    event = _record(held, EventKind.FOLLOW_UP, by=by, at=at, reason=what)
    handler = held.handler.email if held.handler and held.handler.is_active else ""
    if to := list(dict.fromkeys(filter(None, [handler, held.team.email]))):
        context = {
            "number": held.number,
            "process": held.process_version.name,
            "what": what,
            "address": settings.BASE_URL + held.get_absolute_url(),
        }
        queue(
            connector="mail",
            kind="dossier",
            key=f"dossier-{held.pk}-event-{event.sequence}",
            payload={
                "to": to,
                "subject": _("Asks for follow-up: %(number)s") % {"number": held.number},
                "text": render_to_string("dossiers/mails/follow_up.txt", context),
                "html": "",
                "reply_to": held.team.email,
            },
            at=at,
        )
    return event


@transaction.atomic
def revoke_follow_links(*, dossier: Dossier, by: Actor, at: datetime) -> FollowLink:
    """Make every link to this dossier useless and give a new one, for when a link fell into other hands."""
    Dossier.objects.select_for_update().get(pk=dossier.pk)
    email = dossier.follow_links.order_by("-created_at").values_list("email", flat=True).first() or ""
    dossier.follow_links.filter(revoked_at__isnull=True).update(revoked_at=at)
    _record(dossier, EventKind.LINK_REVOKED, by=by, at=at)
    return FollowLink.objects.create(dossier=dossier, email=email, created_at=at, expires_at=at + FOLLOW_LINK_LIFE)


@transaction.atomic
def detach_party(*, dossier: Dossier, by: Actor, at: datetime) -> Party:
    """This is somebody else with the same name and contact data: give the dossier a party of its own.

    Only an unconfirmed match can be detached; the record that was found is left as it is.
    Raises StepRefused otherwise.
    """
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    contact = _first_contact(dossier)
    if contact is None or contact.party_match not in UNCONFIRMED:
        raise StepRefused(_("Only an unconfirmed match can be detached."))
    party = register_namesake(name=contact.given_name, email=contact.given_email, phone=contact.given_phone, at=at)
    dossier.contacts.filter(party=contact.party).update(party=party, party_match=PartyMatch.CLERK)
    part = "representative" if held.representative_id else "initiator"
    Dossier.objects.filter(pk=dossier.pk).update(**{part: party})
    _record(dossier, EventKind.PARTY_DETACHED, by=by, at=at)
    return party


@transaction.atomic
def confirm_party(*, dossier: Dossier, by: Actor, at: datetime) -> None:
    """A clerk confirms that this is the person in the register.

    Somebody whom the register knows as representative of the initiator is then confirmed as such too.
    """
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    updated = dossier.contacts.filter(party_match__in=UNCONFIRMED).update(party_match=PartyMatch.CLERK)
    if not updated:
        raise StepRefused(_("This person was confirmed already."))
    day = timezone.localdate(held.first_contact_at)
    if held.representation and is_representative(person=held.representative, organisation=held.initiator, day=day):
        Dossier.objects.filter(pk=dossier.pk).update(representation=Representation.CONFIRMED)
    _record(dossier, EventKind.PARTY_CONFIRMED, by=by, at=at)
