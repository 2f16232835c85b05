"""Dossiers hear of incoming mail here (``integrations.inbox.handlers``)."""

import re
from datetime import datetime

from dossiers.actions.mail import is_known_sender, message_came_back, receive_reply
from dossiers.channels import MessageChannel
from dossiers.models import Dossier, Notification
from integrations.inbox.reading import Mail, Report
from integrations.models import Delivery, IncomingMail
from parties.actions import mark_reachable

NUMBER = re.compile(r"\b[A-Z]{2,6}-\d{4}-\d{6,}\b")


class DossierMail:
    """Finds the dossier that a mail is about: by the message it answers, else by a number in the subject when it comes
    from the address that was given for that dossier. A number alone proves nothing: it stands on every letter."""

    def on_bounce(self, delivery: Delivery, report: Report, at: datetime) -> None:
        told = _told(delivery)
        if told is not None:
            message_came_back(dossier=told.dossier, to=told.to, status=report.status, at=at)

    def on_arrival(self, delivery: Delivery, at: datetime) -> None:
        told = _told(delivery)
        if told is not None:
            mark_reachable(email=told.to)

    def on_reply(self, delivery: Delivery | None, mail: Mail, incoming: IncomingMail, at: datetime) -> bool:
        told = _told(delivery) if delivery else None
        dossier = told.dossier if told else _named(mail)
        if dossier is None:
            return False
        receive_reply(dossier=dossier, mail=mail, incoming=incoming, at=at)
        return True


def _told(delivery: Delivery) -> Notification | None:
    """What we told the citizen with it; a mail to staff is none. Of a dossier that was destroyed nobody knows whose it
    was, so a person must look at what still comes in."""
    told = Notification.objects.filter(delivery=delivery, channel=MessageChannel.MAIL, dossier__anonymised_at=None)
    return told.select_related("dossier").first()


def _named(mail: Mail) -> Dossier | None:
    numbers = NUMBER.findall(mail.subject.upper())
    named = Dossier.objects.filter(number__in=numbers[:5])
    return next((dossier for dossier in named if is_known_sender(dossier, mail.sender)), None)
