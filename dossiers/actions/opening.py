"""A dossier begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers import terms
from dossiers.actions import tasks
from dossiers.actions.giving import given
from dossiers.actions.history import record
from dossiers.actions.links import FOLLOW_LINK_LIFE
from dossiers.actions.notifying import announce_status, merge_values, notify
from dossiers.actions.routing import route
from dossiers.actions.terms import working_calendar
from dossiers.models import Contact, Dossier, FollowLink, NumberSequence, ProcessVersion
from dossiers.models.event import EventKind
from dossiers.terms import Reached
from parties.models import Party


@dataclass(frozen=True)
class Opened:
    """A new dossier, the contact that opened it, and the citizen's link."""

    dossier: Dossier
    contact: Contact
    follow_link: FollowLink


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
    reply_by: str = "",
    anonymous_reason: str = "",
    by: Actor,
    at: datetime,
) -> Opened:
    """Open a dossier from a contact: number, term, history, follow link and confirmation, all or nothing.

    ``at`` is the channel's own time of the contact. ``given_name``, ``email`` and ``phone`` are what the citizen gave
    this time, and ``reply_by`` the road they chose; they say where the answer goes, whatever the register knows. With a
    ``representative`` the contact is theirs, and ``party_match`` says how we know them; the dossier is the
    ``initiator``'s.
    """
    now = timezone.now()
    start = process_version.start
    due = terms.next_due(
        terms=process_version.terms,
        first_contact_at=at,
        history=[Reached(start.milestone, at)],
        calendar=working_calendar(),
    )
    due_at = due.at if due else None
    team, handler = route(process_version, facts=facts or {}, place=place)
    dossier = Dossier.objects.create(
        number=NumberSequence.next_number(prefix=process_version.prefix, year=timezone.localtime(at).year),
        process_version=process_version,
        status=start,
        initiator=initiator,
        representative=representative,
        representative_role=representative_role[:100],
        representation=representation,
        team=team,
        handler=handler,
        given_at=given(handler, by=by, at=now),
        subject=subject[:200],
        place=place[:300],
        facts=facts or {},
        first_contact_at=at,
        opened_at=now,
        due_at=due_at,
        promised_at=due_at,
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
        reply_by=reply_by,
        dossier=dossier,
        subject=subject[:200],
        body=body,
        anonymous_allowed=process_version.anonymous_allowed,
        handler=by.user,
        anonymous_reason="" if initiator else anonymous_reason or _("Reported without a name"),
    )
    event = record(dossier, EventKind.OPENED, by=by, at=at, to_status=start.key, milestone=start.milestone)
    tasks.begin_status(dossier, start, at=now)
    announce_status(dossier, event)
    link = FollowLink.objects.create(dossier=dossier, email=email, created_at=now, expires_at=now + FOLLOW_LINK_LIFE)
    if process_version.confirmation:
        letter = process_version.confirmation.compose(
            merge_values(dossier, name=given_name, link=link, status_label=start.citizen_label, reason="", at=now)
        )
        notify(dossier, event, letter, always=process_version.confirmation.always, at=now)
    return Opened(dossier, contact, link)
