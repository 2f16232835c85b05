"""Terms that are nearly or quite over: colleagues hear of it in working hours, citizens never wait in silence.

A due date is warned of once and escalated once; when it moves, it counts anew. Each mail lists everything that became
due for that reader, so that a quiet Monday morning brings one mail and not forty.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor
from dossiers import clock
from dossiers.actions.addressees import of_handler
from dossiers.actions.promising import promise_later
from dossiers.actions.refusals import StepRefused
from dossiers.actions.terms import next_due, working_calendar
from dossiers.models import Dossier, Event
from dossiers.models.deputy import deputies_on
from dossiers.models.event import STATUS_EVENTS
from integrations.actions import queue_mail

WORKING_HOURS = (time(8), time(17))
LONGEST_WARNING = timedelta(days=120)  # well above 60 working days
BATCH = 500


@dataclass(frozen=True)
class Notice:
    """One line of a mail: this dossier, and how its term stands."""

    dossier: Dossier
    days_left: int
    escalated: bool

    @property
    def address(self) -> str:
        return settings.BASE_URL + self.dossier.get_absolute_url()

    @property
    def late(self) -> int:
        return -self.days_left


def in_working_hours(at: datetime, calendar: clock.Calendar) -> bool:
    """Whether somebody is there to read a mail."""
    local = timezone.localtime(at, clock.BRUSSELS)
    return calendar.is_working_day(local.date()) and WORKING_HOURS[0] <= local.time() < WORKING_HOURS[1]


def watch_terms(*, at: datetime) -> int:
    """Warn, escalate, and put off what citizens wait for; returns how many mails and promises went out.

    Does nothing outside working hours: nobody should get an alarm at night about what can wait until eight.
    """
    calendar = working_calendar()
    if not in_working_hours(at, calendar):
        return 0
    return _tell_staff(at, calendar) + _tell_citizens(at, calendar)


def _running(at: datetime) -> Iterable[Dossier]:
    """Dossiers of which the term may ask for a warning or an escalation that was not given yet."""
    events = Prefetch("events", Event.objects.uncorrected().filter(kind__in=STATUS_EVENTS))
    untold = ~Q(warned_due=F("due_at")) | Q(warned_due=None) | ~Q(escalated_due=F("due_at")) | Q(escalated_due=None)
    return (
        Dossier.objects.open()
        .filter(untold, due_at__lte=at + LONGEST_WARNING)
        .select_related("process_version", "team", "handler", "status")
        .prefetch_related(events)
        .iterator(chunk_size=BATCH)
    )


def _tell_staff(at: datetime, calendar: clock.Calendar) -> int:
    notices: dict[str, list[Notice]] = defaultdict(list)
    away = deputies_on(timezone.localdate(at))
    with transaction.atomic():
        for dossier in _running(at):
            due = next_due(dossier, dossier.events.all(), calendar)
            if due is None or dossier.due_at is None:
                continue
            left = clock.working_days_left(at, dossier.due_at, calendar)
            if "warn_days" in due.term and left <= due.term["warn_days"] and _first(dossier, "warned_due"):
                for reader in of_handler(dossier, away) or filter(None, [dossier.team.email]):
                    notices[reader].append(Notice(dossier, left, escalated=False))
            if "escalate_days" in due.term and left < 0 and -left >= due.term["escalate_days"]:
                reader = due.term.get("escalate_to") or dossier.team.email
                if reader and _first(dossier, "escalated_due"):
                    notices[reader].append(Notice(dossier, left, escalated=True))
        for reader, lines in sorted(notices.items()):
            _mail(reader, lines, at)
    return len(notices)


def _first(dossier: Dossier, field: str) -> bool:
    """Whether we are the first to tell of this due date; also between processes."""
    return bool(
        Dossier.objects.filter(pk=dossier.pk, due_at=dossier.due_at)
        .filter(~Q(**{field: dossier.due_at}) | Q(**{field: None}))
        .update(**{field: dossier.due_at})
    )


def _mail(reader: str, lines: list[Notice], at: datetime) -> None:
    said = "|".join(f"{line.dossier.pk}:{line.dossier.due_at}:{line.escalated}" for line in lines)
    subject = ngettext("%(number)s dossier asks attention", "%(number)s dossiers ask attention", len(lines))
    queue_mail(
        kind="terms",
        key=f"terms-{hashlib.sha256(f'{reader}|{said}'.encode()).hexdigest()[:40]}",
        to=[reader],
        subject=subject % {"number": len(lines)},
        template="dossiers/mails/terms.txt",
        context={"lines": sorted(lines, key=lambda line: line.days_left)},
        at=at,
        expires_at=at + timedelta(days=3),
    )


def _tell_citizens(at: datetime, calendar: clock.Calendar) -> int:
    """Whoever was promised an answer by a day that passed, and whose process says what to promise then."""
    told = 0
    overdue = (
        Dossier.objects.open()
        .filter(promised_at__lt=at, due_at__isnull=False)
        .exclude(process_version__delay_letter=None)
        .select_related("process_version", "status", "team")
        .prefetch_related(Prefetch("events", Event.objects.uncorrected().filter(kind__in=STATUS_EVENTS)))
    )
    for dossier in overdue.iterator(chunk_size=BATCH):
        due = next_due(dossier, dossier.events.all(), calendar)
        if due is None or not due.term.get("slip_days"):
            continue
        try:
            promise_later(
                dossier=dossier,
                expected_version=dossier.version,
                days=due.term["slip_days"],
                reason=due.term["slip_reason"],
                by=Actor.rule(_("Watch over the terms")),
                at=at,
            )
        except StepRefused:
            continue  # somebody took a step in this moment; the next round looks again
        told += 1
    return told
