"""Mandates that end: whoever manages them hears it in time, and again when it is over (docs/rules/brieven.md)."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from core.models import User
from dossiers.actions.terms import working_calendar
from dossiers.actions.watching import in_working_hours
from dossiers.models import LetterTemplate, Signatory, Transition
from dossiers.permissions import BACKEND
from integrations.actions import queue_mail

WARNED_BEFORE = timedelta(days=30)


def decisions_nobody_may_sign(day: date) -> list[LetterTemplate]:
    """Letters with which a published process decides, and that cannot be sent on this day because of who signs them."""
    sent = LetterTemplate.objects.filter(is_decision=True, pk__in=Transition.objects.values("letter"))
    holds = Q(signatory__valid_from__lte=day) & (
        Q(signatory__valid_until=None) | Q(signatory__valid_until__gte=day)
    )  # fmt: skip
    return list(sent.exclude(holds).select_related("signatory").order_by("name"))


def watch_mandates(*, at: datetime) -> int:
    """Tell who may change signatories that a mandate ends; returns how many mails went out.

    Thirty days before and on the last day, once each; a last day that moves counts anew. Only of who signs a decision:
    of the others nothing stops. In working hours, so that the end of a mandate on a Sunday is told on Monday.
    """
    if not in_working_hours(at, working_calendar()):
        return 0
    today = timezone.localdate(at)
    with transaction.atomic():
        ends = [signatory for signatory in _ending(today) if _first(signatory, today)]
        return sum(_mail(reader, ends, today, at) for reader in _readers()) if ends else 0


def _ending(today: date) -> Iterable[Signatory]:
    decisions = LetterTemplate.objects.filter(is_decision=True).order_by("name")
    return (
        Signatory.objects.filter(valid_until__lte=today + WARNED_BEFORE, letters__is_decision=True)
        .exclude(ended_on=F("valid_until"), ended_on__isnull=False)
        .distinct()
        .order_by("valid_until", "name")
        .prefetch_related(Prefetch("letters", decisions, to_attr="decisions"))
    )


def _first(signatory: Signatory, today: date) -> bool:
    """Whether we are the first to tell this of this last day; also between processes."""
    last = signatory.valid_until
    untold = Q(warned_of=None) | ~Q(warned_of=last)
    told = {"warned_of": last}
    if last is not None and last <= today:
        untold = Q(ended_on=None) | ~Q(ended_on=last)
        told["ended_on"] = last
    return bool(Signatory.objects.filter(untold, pk=signatory.pk, valid_until=last).update(**told))


def _readers() -> list[User]:
    people = User.objects.with_perm("dossiers.change_signatory", backend=BACKEND)
    return list(people.exclude(email="").order_by("pk"))


def _mail(reader: User, ends: list[Signatory], today: date, at: datetime) -> bool:
    said = "|".join(f"{each.pk}:{each.valid_until}:{(each.valid_until or today) <= today}" for each in ends)
    subject = ngettext("A mandate to sign ends", "%(number)s mandates to sign end", len(ends))
    queue_mail(
        kind="mandate",
        key=f"mandate-{reader.pk}-{hashlib.sha256(said.encode()).hexdigest()[:40]}",
        to=[reader.email],
        subject=subject % {"number": len(ends)},
        template="dossiers/mails/mandates.txt",
        context={
            "ends": ends,
            "today": today,
            "address": settings.BASE_URL + reverse("dossiers_signatory_modeladmin_index"),
        },
        at=at,
        expires_at=at + timedelta(days=14),
    )
    return True
