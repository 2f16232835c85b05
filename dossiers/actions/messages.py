"""Messages both ways, and a citizen who withdraws (docs/rules/volgen.md). What comes by e-mail: mail.py."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions.documents import add_document, link_unsent
from dossiers.actions.follow_up import ask_follow_up, tell_staff
from dossiers.actions.history import record
from dossiers.actions.notifying import first_contact, good_link, notify, route_of
from dossiers.actions.refusals import StepRefused
from dossiers.actions.steps import take_step
from dossiers.channels import MessageChannel
from dossiers.letters import Letter
from dossiers.milestones import Milestone
from dossiers.models import Contact, Dossier, Event, Message, Notification, Transition
from dossiers.models.contact import Channel, Direction
from dossiers.models.event import STATUS_EVENTS, EventKind
from integrations.received import ReceivedFile

MESSAGES_A_DAY = 10
"""So many messages may a citizen write in one dossier in a day."""
MOST_CHARACTERS = 4000


class TooMany(StepRefused):
    """More messages in a day than anybody reads."""


@transaction.atomic
def send_message(*, dossier: Dossier, text: str, token: UUID, by: Actor, at: datetime) -> Message:
    """The citizen writes to us, with the files that were added under ``token``; sent twice is sent once.

    It becomes a contact of the person of the dossier. Handler and team hear of it. Did the dossier wait for the
    citizen, then the step that the process offers for that is taken, so that the clock runs on.
    Raises StepRefused when there is nothing in it, and TooMany.
    """
    held = _held(dossier)
    if earlier := held.messages.filter(token=token).first():
        return earlier
    text = text.strip()[:MOST_CHARACTERS]
    if not text and not held.documents.filter(form_token=token).exists():
        raise StepRefused(_("Write a message, or add a file."))
    day_ago = at - timedelta(days=1)
    written = held.messages.filter(direction=Direction.INCOMING, contact__mail=None, at__gt=day_ago)
    if written.count() >= MESSAGES_A_DAY:
        raise TooMany(
            _("You sent %(most)s messages in a day. Write again tomorrow, or call us.") % {"most": MESSAGES_A_DAY}
        )
    message = Message.objects.create(
        dossier=held,
        direction=Direction.INCOMING,
        text=text,
        contact=_contact(held, text, at),
        at=at,
        token=token,
    )
    link_unsent(message)
    Dossier.objects.filter(pk=held.pk).update(has_news=True)
    event = record(held, EventKind.MESSAGE_IN, by=by, at=at)
    tell_staff(held, event, _("The citizen sent a message."), at=at)
    go_on(held, at=at)
    return message


@transaction.atomic
def answer_message(
    *, dossier: Dossier, text: str, files: Sequence[ReceivedFile] = (), token: UUID, by: Actor, at: datetime
) -> Message:
    """We write to the citizen: it stands on the follow page and goes by mail. What was unread is read with it.

    Raises StepRefused when nothing is said.
    """
    held = _held(dossier)
    if earlier := held.messages.filter(token=token).first():
        return earlier
    text = text.strip()[:MOST_CHARACTERS]
    if not text or by.user is None:
        raise StepRefused(_("Write something first."))
    message = Message.objects.create(
        dossier=held, direction=Direction.OUTGOING, text=text, author=by.user, at=at, token=token
    )
    for file in files:
        add_document(dossier=held, file=file, message=message, by=by, at=at)
    event = record(held, EventKind.MESSAGE_OUT, by=by, at=at)
    contact = first_contact(held)
    link = good_link(held, at)
    body = render_to_string(
        "dossiers/mails/message.txt",
        {
            "name": contact.given_name if contact else "",
            "text": text,
            "files": len(files),
            "number": held.number,
            "address": link.address if link else "",
            "is_on_paper": route_of(held).channel is MessageChannel.PRINT,
            "team": held.team,
        },
    )
    subject = _("Message about your request %(number)s") % {"number": held.number}
    notify(held, event, Letter(subject, body), always=True, at=at)  # it answers a person, muted or not
    _read(held, at)
    return message


def what_we_asked(dossier: Dossier) -> Message | Notification | None:
    """While the dossier waits for the citizen: our newest message since that step, else the letter that it sent."""
    if dossier.status.milestone != Milestone.WAITING_FOR_CITIZEN:
        return None
    since = dossier.events.uncorrected().filter(kind__in=STATUS_EVENTS).order_by("-sequence").first()
    if since is None:
        return None
    asked = dossier.messages.filter(direction=Direction.OUTGOING, at__gte=since.at).order_by("-at", "-pk").first()
    return asked or since.notifications.first()


@transaction.atomic
def read_messages(*, dossier: Dossier, by: Actor, at: datetime) -> None:
    """Somebody read what the citizen wrote; it needs no answer."""
    _read(_held(dossier), at)


def withdrawal(dossier: Dossier) -> Transition | None:
    """The step with which a citizen withdraws now, when the process offers one."""
    offered = dossier.possible_steps().filter(citizen_may=True, needs_result=False)
    return offered.filter(target__milestone=Milestone.WITHDRAWN).first()


@transaction.atomic
def withdraw_request(*, dossier: Dossier, reason: str, by: Actor, at: datetime) -> Event | None:
    """The citizen does not need it any more; doing it twice is doing it once.

    Raises StepRefused when the process does not offer that from here.
    """
    held = _held(dossier)
    if held.status.milestone == Milestone.WITHDRAWN:
        return None
    step = withdrawal(held)
    if step is None:
        raise StepRefused(_("You cannot withdraw this request any more. Call us."))
    event = take_step(
        dossier=held, step=step.key, expected_version=held.version, reason=reason.strip()[:1000], by=by, at=at
    )
    ask_follow_up(dossier=held, what=_("The citizen withdrew the request."), by=by, at=at)
    return event


def _held(dossier: Dossier) -> Dossier:
    """The dossier, ours until the transaction ends."""
    return (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("process_version", "status", "team", "handler")
        .get(pk=dossier.pk)
    )


def _contact(dossier: Dossier, text: str, at: datetime) -> Contact:
    """Of the same person as the first contact; its address is not written down again, as it may change."""
    first = first_contact(dossier)
    return Contact.objects.create(
        channel=Channel.WEB,
        at=at,
        closed_at=at,
        party=first.party if first else dossier.initiator,
        party_match=first.party_match if first else "",
        given_name=first.given_name if first else "",
        dossier=dossier,
        subject=_("Message on the follow page"),
        body=text,
        anonymous_allowed=bool(first and first.anonymous_allowed),
        anonymous_reason=first.anonymous_reason if first else "",
    )


def go_on(dossier: Dossier, *, at: datetime) -> None:
    """Who waited for the citizen waits no more, when the process has a step that the citizen may take."""
    if dossier.status.milestone != Milestone.WAITING_FOR_CITIZEN:
        return
    steps = dossier.possible_steps().filter(citizen_may=True, needs_result=False)
    step = steps.exclude(target__milestone=Milestone.WITHDRAWN).first()
    if step is None:
        return
    try:
        take_step(dossier=dossier, step=step.key, expected_version=dossier.version, by=Actor.citizen(), at=at)
    except StepRefused:
        return  # the message itself came in, and whoever handles the dossier was told


def _read(dossier: Dossier, at: datetime) -> None:
    dossier.messages.filter(direction=Direction.INCOMING, read_at__isnull=True).update(read_at=at)
    Dossier.objects.filter(pk=dossier.pk).update(has_news=False)
