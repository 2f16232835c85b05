"""Whoever is given a dossier by somebody else hears it, once (docs/rules/procestypes.md).

Told by a job and not at once: who gives away a whole page of dossiers should cause one mail and not a hundred, and
nobody reads a mail at midnight.
"""

import hashlib
from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from core.actors import Actor
from core.models import User
from dossiers.actions.terms import working_calendar
from dossiers.actions.watching import in_working_hours
from dossiers.models import Dossier
from dossiers.models.deputy import deputies_on
from integrations.actions import queue_mail

QUIET = timedelta(minutes=2)
"""So long nothing more must be given to somebody before we tell."""
LONGEST = timedelta(minutes=15)
"""Unless the first of them waits longer than this already."""

MOST_NAMED = 50
"""A mail names no more than these: who takes over the work of somebody who left may get thousands."""


def given(handler: User | None, *, by: Actor, at: datetime) -> datetime | None:
    """What ``given_at`` of a dossier becomes with this handler: nothing to tell who took it, or when it has none."""
    return at if handler is not None and handler != by.user else None


def tell_given(*, at: datetime) -> int:
    """One mail to each colleague with what was given to him or her lately; returns how many mails went out."""
    if not in_working_hours(at, working_calendar()):
        return 0
    waiting: dict[int, list[datetime]] = defaultdict(list)
    for dossier in Dossier.objects.exclude(given_at=None).only("handler_id", "given_at"):
        if dossier.handler_id and dossier.given_at:
            waiting[dossier.handler_id].append(dossier.given_at)
    ready = [
        handler
        for handler, moments in waiting.items()
        if at - max(moments) >= QUIET or at - min(moments) >= LONGEST
    ]  # fmt: skip
    return sum(_tell(reader, at) for reader in User.objects.filter(pk__in=ready).order_by("pk"))


@transaction.atomic
def _tell(reader: User, at: datetime) -> bool:
    """Whether there was something to tell that this reader may see and still has to do."""
    mine = Dossier.objects.exclude(given_at=None).filter(handler=reader)
    held = {dossier.pk: dossier for dossier in mine.select_for_update(of=("self",)).order_by("pk")}
    Dossier.objects.filter(pk__in=held).update(given_at=None)
    lines = list(Dossier.objects.visible_to(reader).open().filter(pk__in=held).order_by("pk"))
    deputy = deputies_on(timezone.localdate(at)).get(reader.pk)
    to = [person.email for person in (reader, deputy and deputy.deputy) if person and person.email]
    if not lines or not to:
        return False
    said = "|".join(f"{line.pk}:{held[line.pk].given_at}" for line in lines)
    subject = ngettext("You were given a dossier", "You were given %(number)s dossiers", len(lines))
    queue_mail(
        kind="given",
        key=f"given-{reader.pk}-{hashlib.sha256(said.encode()).hexdigest()[:40]}",
        to=to,
        subject=subject % {"number": len(lines)},
        template="dossiers/mails/given.txt",
        context={
            "lines": [(line.number, settings.BASE_URL + line.get_absolute_url()) for line in lines[:MOST_NAMED]],
            "more": max(0, len(lines) - MOST_NAMED),
            "list": settings.BASE_URL + reverse("dossiers:list") + "?toon=mijn",
        },
        at=at,
        expires_at=at + timedelta(days=3),
    )
    return True
