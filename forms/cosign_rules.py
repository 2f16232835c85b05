"""Who may be asked to sign a form too, and until when. Pure; docs/rules/medeondertekenen.md says it in prose."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from forms.fields.base import printable
from parties.contact_values import normalise_email

AT_MOST = 5
DAYS = 14
LONGEST_TERM = 90
REMIND_BEFORE = timedelta(days=3)
"""Long enough for a weekend, as for a form that is almost forgotten."""
LONGEST_NAME = 80
ADDRESS_IN_NAME = re.compile(r"[/@<>]|www\.", re.IGNORECASE)


@dataclass(frozen=True)
class Cosigner:
    """Somebody who is asked to sign too."""

    name: str
    email: str

    @classmethod
    def clean(cls, *, name: object, email: object) -> "Cosigner":
        """As it was typed, on one line and without the spaces around it."""
        return cls(" ".join(printable(str(name or "")).split()), printable(str(email or "")).strip())

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.email)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one of them, in the words of the page: ``part`` is name or email."""

    position: int
    part: str
    message: str


def filled(rows: Iterable[Cosigner]) -> list[Cosigner]:
    return [row for row in rows if not row.is_blank]


def faults(rows: Sequence[Cosigner], *, at_most: int, required: bool, own_email: str) -> list[Fault]:
    """Everything that keeps these people from being asked. Rows that are blank ask nobody."""
    if not filled(rows):
        return [] if not required else _faults_of(Cosigner("", ""), 0)
    found: list[Fault] = []
    seen: set[str] = set()
    for position, row in enumerate(rows):
        if row.is_blank:
            continue
        wrong = _faults_of(row, position)
        mailbox = mailbox_of(row.email)
        if not any(fault.part == "email" for fault in wrong):
            if own_email and mailbox == mailbox_of(own_email):
                message = _("This is your own e-mail address. Give the address of the person who signs too.")
                wrong.append(Fault(position, "email", message))
            elif mailbox in seen:
                message = _("You gave this e-mail address already. Everybody needs an address of their own.")
                wrong.append(Fault(position, "email", message))
        seen.add(mailbox)
        found += wrong
    if len(filled(rows)) > at_most:
        found.append(Fault(0, "name", _("You can ask %(count)d people at most.") % {"count": at_most}))
    return found


def _faults_of(row: Cosigner, position: int) -> list[Fault]:
    found = []
    if not row.name:
        found.append(Fault(position, "name", _("Fill in the name of the person who signs too.")))
    elif len(row.name) > LONGEST_NAME:
        found.append(
            Fault(position, "name", _("Use at most %(count)d characters for a name.") % {"count": LONGEST_NAME})
        )
    elif ADDRESS_IN_NAME.search(row.name):
        found.append(Fault(position, "name", _("Fill in a name, without a web address or an e-mail address.")))
    if not row.email:
        found.append(Fault(position, "email", _("Fill in the e-mail address of the person who signs too.")))
    elif not is_email(row.email):
        found.append(Fault(position, "email", _("Fill in an e-mail address like name@example.be.")))
    return found


def is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return bool(normalise_email(text))


def mailbox_of(email: str) -> str:
    """Two addresses with one mailbox are one person: capitals, and what stands after a plus sign, do not count."""
    local, at, domain = normalise_email(email).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def name_for_mail(name: str) -> str:
    """A name as it may stand in a mail to somebody else; '' when it is more than a name, such as an advertisement."""
    line = " ".join(name.split())
    return "" if ADDRESS_IN_NAME.search(line) or len(line) > LONGEST_NAME else line


# --- Until when


def end_of(day: date) -> datetime:
    """A term of days lasts until its last day is over, in local time."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_default_timezone())


def deadline_after(at: datetime, days: int) -> datetime:
    return end_of(timezone.localdate(at) + timedelta(days=days))


def last_day(deadline: datetime) -> date:
    """The day that is said: signing is possible until and including it."""
    return timezone.localdate(deadline - timedelta(microseconds=1))


def remind_at(asked_at: datetime, deadline: datetime) -> datetime:
    """Three days before the end; half-way for a short term."""
    return max(asked_at + (deadline - asked_at) / 2, deadline - REMIND_BEFORE)
