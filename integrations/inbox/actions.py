"""From mailbox to dossier: store first, then tell the mail server, then handle, each at most once.

Killed at any moment, the next round goes on where this one was: a message that is stored but not marked is recognised
by its bytes, and one that is not handled yet is still new.
"""

import hashlib
import logging
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, OperationalError, transaction

from integrations.inbox import fetching
from integrations.inbox.handlers import registry
from integrations.inbox.reading import Action, Kind, Mail, files, read, whole_text
from integrations.models import Delivery, IncomingMail, Mailbox

logger = logging.getLogger(__name__)

State = IncomingMail.State


def poll(*, at: datetime) -> int:
    """Read every mailbox that is in use, and handle what is new; how many messages came in."""
    came = sum(poll_mailbox(mailbox=mailbox, at=at) for mailbox in Mailbox.objects.enabled())
    for pk in IncomingMail.objects.filter(state=State.NEW).order_by("pk").values_list("pk", flat=True):
        handle(pk, at=at)
    return came


def poll_mailbox(*, mailbox: Mailbox, at: datetime) -> int:
    """Store what was not read yet; the mail server hears of it once it is safe. How it went stands with the mailbox."""
    came = 0
    row = Mailbox.objects.filter(pk=mailbox.pk)
    try:
        with fetching.opened(mailbox) as connection:
            for uid, raw in connection.unread():
                came += store(raw, mailbox=mailbox, at=at) is not None
                connection.done(uid)
    except fetching.Unreachable as error:
        logger.warning("Mailbox %s cannot be read: %s", mailbox.pk, error)
        row.filter(failing_since=None).update(failing_since=at)
        row.update(last_error=str(error)[:500])
    else:
        row.update(checked_at=at, failing_since=None, last_error="")
    return came


def store(raw: bytes, *, mailbox: Mailbox | None, at: datetime) -> IncomingMail | None:
    """Keep the message; None when we have these very bytes. Another message with the same Message-ID is kept apart:
    nobody can hide somebody's answer by sending one with its Message-ID first."""
    digest = hashlib.sha256(raw).hexdigest()
    if IncomingMail.objects.filter(sha256=digest).exists():
        return None
    mail = read(raw)
    incoming = IncomingMail(
        mailbox=mailbox,
        sha256=digest,
        message_id=mail.message_id,
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject,
        attachments=list(mail.attachments),
        sent_at=mail.sent_at,
        received_at=at,
    )
    incoming.raw.save(f"{digest}.eml", ContentFile(raw), save=False)
    for state in (State.NEW, State.COPY):
        incoming.state = state
        try:
            with transaction.atomic():
                incoming.save(force_insert=True)
        except IntegrityError:
            incoming.pk = None
            if IncomingMail.objects.filter(sha256=digest).exists():  # another worker was first
                incoming.raw.delete(save=False)
                return None
        else:
            return incoming
    raise IntegrityError("The message could not be kept.")


def content_of(incoming: IncomingMail) -> Mail:
    return read(_raw(incoming))


def whole_text_of(incoming: IncomingMail) -> str:
    return whole_text(_raw(incoming))


def files_of(incoming: IncomingMail) -> list[tuple[str, bytes]]:
    return files(_raw(incoming))


def _raw(incoming: IncomingMail) -> bytes:
    with incoming.raw.open("rb") as file:
        raw: bytes = file.read()
    return raw


def handle(pk: int, *, at: datetime) -> None:
    """Find out what it is, and hand it over. A bug in who takes it must not hide it: then a person gets to see it."""
    try:
        with transaction.atomic():
            incoming = IncomingMail.objects.select_for_update().filter(pk=pk, state=State.NEW).first()
            if incoming is None:
                return
            mail = content_of(incoming)
            delivery = _answered(mail)
            incoming.state = _place(mail, incoming, delivery, at)
            incoming.delivery, incoming.handled_at = delivery, at
            incoming.save(update_fields=["state", "delivery", "handled_at"])
    except OperationalError:
        raise  # the database is away: the next round
    except Exception:
        logger.exception("Incoming mail %s could not be handled", pk)
        IncomingMail.objects.filter(pk=pk, state=State.NEW).update(state=State.UNLINKED, handled_at=at)


def _answered(mail: Mail) -> Delivery | None:
    """The message of ours that it is about; the nearest that it names."""
    found = {
        delivery.reference: delivery
        for delivery in Delivery.objects.select_for_update().filter(connector="mail", reference__in=mail.references)
    }
    return next((found[reference] for reference in mail.references if reference in found), None)


def _place(mail: Mail, incoming: IncomingMail, delivery: Delivery | None, at: datetime) -> IncomingMail.State:
    if mail.message_id and Delivery.objects.filter(connector="mail", reference=mail.message_id).exists():
        return State.COPY  # our own message to a team that reads along
    if mail.report is not None:
        if delivery is not None and mail.report.action is Action.FAILED:
            _came_back(mail, delivery, at)
            return State.BOUNCE
        if delivery is not None and mail.report.action is Action.ARRIVED:
            Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENT).update(state=Delivery.State.DELIVERED)
            for handler in registry:
                handler.on_arrival(delivery, at)
        return State.REPORT
    if mail.kind is Kind.AUTOMATIC:
        return State.AUTOMATIC
    taken = any(handler.on_reply(delivery, mail, incoming, at) for handler in registry)  # the first that knows it
    return State.REPLY if taken else State.UNLINKED


def _came_back(mail: Mail, delivery: Delivery, at: datetime) -> None:
    """Told once, however many servers report it."""
    if mail.report is None:
        return
    said = " ".join(filter(None, [mail.report.status, mail.report.said]))
    returned = Delivery.objects.filter(
        pk=delivery.pk, state__in=(Delivery.State.SENT, Delivery.State.DELIVERED)
    ).update(state=Delivery.State.RETURNED, last_error=said)
    if returned:
        delivery.refresh_from_db()
        for handler in registry:
            handler.on_bounce(delivery, mail.report, at)
