"""By which road a message reaches the citizen, and when. Pure: no database, no clock.

The rules stand in docs/rules/berichten.md; its examples are tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.letters import Letter
from integrations.sms_text import fit
from parties.contact_values import mobile_phone

TOGETHER = timedelta(minutes=10)
"""A message within this time of the one before it waits, and leaves together with whatever else comes meanwhile."""


class MessageChannel(models.TextChoices):
    MAIL = "mail", gettext_lazy("by e-mail")
    SMS = "sms", gettext_lazy("by text message")
    PRINT = "print", gettext_lazy("on paper")
    NONE = "none", gettext_lazy("only on the follow page")


@dataclass(frozen=True)
class Route:
    """Where a message goes: an e-mail address, a mobile number in E.164, a name on paper, or '' for nobody."""

    channel: MessageChannel
    to: str = ""


def choose(*, reply_by: str, name: str, email: str, phone: str, sms: bool) -> Route:
    """The road that the citizen chose for this dossier, else the first that is open: e-mail, text message, paper.

    ``sms`` says whether the town can send text messages. Somebody of whom we know nothing at all gets nothing.
    """
    mobile = mobile_phone(phone) if sms else ""
    open_roads = [
        *([Route(MessageChannel.MAIL, email)] if email else []),
        *([Route(MessageChannel.SMS, mobile)] if mobile else []),
        *([Route(MessageChannel.PRINT, name.strip())] if name.strip() else []),
    ]
    chosen = [route for route in open_roads if route.channel == reply_by]
    return next(iter(chosen + open_roads), Route(MessageChannel.NONE))


def hold_until(*, last: datetime | None, at: datetime) -> datetime | None:
    """Until when a message made ``at`` waits, when the one before it left at ``last``; None when it leaves at once."""
    if last is None or not last <= at < last + TOGETHER:
        return None
    return last + TOGETHER


def together(letters: Sequence[Letter], number: str) -> Letter:
    """One message that holds the letters, each under its own heading, in order."""
    if len(letters) == 1:
        return letters[0]
    subject = _("%(count)s messages about your dossier %(number)s") % {"count": len(letters), "number": number}
    parts = [f"{letter.subject}\n{'-' * min(len(letter.subject), 72)}\n\n{letter.text.strip()}\n" for letter in letters]
    return Letter(subject=subject, text="\n\n".join(parts))


def short_text(subject: str, address: str) -> str:
    """The text message: what it is about, and where to read it."""
    return fit(subject, address)
