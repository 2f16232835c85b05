"""What comes back by e-mail: answers of citizens, and messages of ours that did not arrive."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from dossiers.actions.documents import keep_attachments
from dossiers.actions.follow_up import tell_staff
from dossiers.actions.history import record
from dossiers.actions.messages import go_on
from dossiers.actions.notifying import first_contact
from dossiers.models import Contact, Dossier, Event, Message
from dossiers.models.contact import Channel, Direction, PartyMatch
from dossiers.models.event import EventKind
from integrations.inbox.actions import content_of, files_of
from integrations.inbox.reading import Mail
from integrations.models import IncomingMail
from parties.actions import mark_bounced, mark_reachable

# RFC 3463: what a mail server's number says, in words without anybody's address.
REASONS = {
    "5.1.1": gettext_lazy("this address does not exist"),
    "5.1.2": gettext_lazy("this address does not exist"),
    "5.1.10": gettext_lazy("this address does not exist"),
    "5.2.1": gettext_lazy("the mailbox is closed"),
    "5.2.2": gettext_lazy("the mailbox is full"),
    "4.2.2": gettext_lazy("the mailbox is full"),
}


class NotLinkable(Exception):
    """Somebody linked this mail, or set it aside, a moment before."""


@transaction.atomic
def receive_reply(*, dossier: Dossier, mail: Mail, incoming: IncomingMail, at: datetime) -> Contact:
    """The citizen wrote: a contact and a message on the dossier, with what hung on to the mail as documents; a line in
    its history, and word to who handles it.

    From the address that was given for this dossier it is the same person as far as we knew, and what waited for the
    citizen goes on; from another one nobody can say who it is, and that is told.
    """
    held = _held(dossier)
    first = first_contact(held)
    known = is_known_sender(held, mail.sender)
    if known:
        mark_reachable(email=mail.sender)
    contact = Contact.objects.create(
        channel=Channel.MAIL,
        at=_moment(held, mail, at),
        closed_at=at,
        party=first.party if first else held.initiator,
        party_match=(first.party_match if first and known else PartyMatch.REPLY),
        given_name=mail.sender_name,
        given_email=mail.sender,
        dossier=held,
        subject=mail.subject[:200] or _("(no subject)"),
        body=mail.text,
        mail=incoming,
        anonymous_allowed=first.anonymous_allowed if first else False,
        anonymous_reason=first.anonymous_reason if first else "",
    )
    message = Message.objects.create(
        dossier=held, direction=Direction.INCOMING, text=mail.text, contact=contact, at=contact.at
    )
    _keep_attachments(message, incoming, at)
    by = Actor.citizen() if known else Actor.system(_("Mailbox"))
    what = (
        _("The citizen answered by e-mail.") if known else _("An e-mail about this dossier came from another address.")
    )
    Dossier.objects.filter(pk=held.pk).update(has_news=True)
    event = record(held, EventKind.REPLY, by=by, at=at, reason="" if known else what)
    tell_staff(held, event, what, at=at)
    if known:
        go_on(held, at=at)
    return contact


def keep_mail_with(contact: Contact, dossier: Dossier, incoming: IncomingMail, *, at: datetime) -> Message:
    """The mail that a dossier was opened with stands in it as a message, with what hung on to it as documents."""
    Contact.objects.filter(pk=contact.pk).update(mail=incoming)
    message = Message.objects.create(
        dossier=dossier,
        direction=Direction.INCOMING,
        text=content_of(incoming).text,
        contact=contact,
        at=contact.at,
    )
    _keep_attachments(message, incoming, at)
    return message


@transaction.atomic
def message_came_back(*, dossier: Dossier, to: str, status: str, at: datetime) -> Event:
    """A message did not arrive: history, the address of the citizen marked, and word to who handles it."""
    held = _held(dossier)
    mark_bounced(email=to, at=at)
    why = REASONS.get(status) or (_("code %(status)s") % {"status": status} if status else _("no reason given"))
    what = _("A message to the citizen came back: %(why)s. Call the citizen, or send a letter.") % {"why": why}
    event = record(held, EventKind.BOUNCED, by=Actor.system(_("Mailbox")), at=at, reason=what)
    tell_staff(held, event, what, at=at)
    return event


@transaction.atomic
def link_mail(*, incoming: IncomingMail, dossier: Dossier, at: datetime) -> Contact:
    """A member of staff saw which dossier this mail is about. Raises NotLinkable."""
    claimed = IncomingMail.objects.unlinked().filter(pk=incoming.pk).update(
        state=IncomingMail.State.REPLY, handled_at=at
    )  # fmt: skip
    if not claimed:
        raise NotLinkable
    return receive_reply(dossier=dossier, mail=content_of(incoming), incoming=incoming, at=at)


@transaction.atomic
def set_mail_aside(*, incoming: IncomingMail, at: datetime) -> None:
    """It is about no dossier: advertising, a thank-you. It stays stored. Raises NotLinkable."""
    set_aside = IncomingMail.objects.unlinked().filter(pk=incoming.pk).update(
        state=IncomingMail.State.SET_ASIDE, handled_at=at
    )  # fmt: skip
    if not set_aside:
        raise NotLinkable


def is_known_sender(dossier: Dossier, sender: str) -> bool:
    """Whether this address was given when the dossier was opened."""
    first = first_contact(dossier)
    return bool(sender) and first is not None and first.given_email.lower() == sender.lower()


def _keep_attachments(message: Message, incoming: IncomingMail, at: datetime) -> None:
    """What Loket does not take stays named on the mail, with the reason."""
    if not incoming.attachments:
        return
    why = keep_attachments(message, files_of(incoming), at=at)
    incoming.attachments = [
        attachment | {"refused": reason} if reason else attachment
        for attachment, reason in zip(incoming.attachments, why, strict=False)
    ]
    incoming.save(update_fields=["attachments"])


def _held(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_for_update(of=("self",)).select_related(
        "team", "handler", "process_version", "status", "initiator"
    ).get(pk=dossier.pk)  # fmt: skip


def _moment(dossier: Dossier, mail: Mail, at: datetime) -> datetime:
    """When it was written, as far as that can be: not before the dossier was there, and not after it came in."""
    return max(min(mail.sent_at or at, at), dossier.first_contact_at)
