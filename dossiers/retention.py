"""When the time of a dossier is over, and which come up for destruction (docs/rules/bewaren.md).

The history says when a dossier ended. ``Dossier.ended_on`` is only where a nightly look wrote that down, so that the
next one need not read the archive: before anything is destroyed, the history is read again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from core.keeping import years_before, years_later
from dossiers.milestones import ENDS
from dossiers.models import DestructionItem, Dossier, Event, Hold, ProcessVersion, Status

CHUNK = 500


@dataclass(frozen=True)
class Due:
    """The end of a dossier, and the first day on which it may be destroyed."""

    ended_on: date
    due_on: date
    years: int
    source: str


@dataclass(frozen=True)
class Term:
    """In full years, and where that comes from."""

    years: int
    source: str


def term_of(version: ProcessVersion) -> Term | None:
    """Its own; of a version on which nobody had decided, what the first later one of that process says; else None."""
    decided = version
    if version.retention_years is None:
        later = ProcessVersion.objects.filter(process_type=version.process_type_id, number__gt=version.number)
        decided = later.exclude(retention_years=None).order_by("number").first() or version
    return None if decided.retention_years is None else Term(decided.retention_years, decided.retention_source)


def due_of(dossier: Dossier) -> Due | None:
    """None while it is open, and where nobody decided how long it is kept: then it is kept."""
    term, ended_on = term_of(dossier.process_version), end_of(dossier)
    if term is None or ended_on is None:
        return None
    return Due(ended_on, years_later(ended_on, term.years), term.years, term.source)


def end_of(dossier: Dossier) -> date | None:
    """The day on which it ended, by the clock on the wall; None while it is open."""
    if dossier.status.milestone not in ENDS:
        return None
    return _ends([dossier]).get(dossier.pk)


def _ends(dossiers: Iterable[Dossier]) -> dict[int, date]:
    """The last step to an end of each, in two queries; what was corrected does not count."""
    events = Event.objects.filter(dossier__in=[each.pk for each in dossiers])
    corrected = set(events.filter(corrects__isnull=False).values_list("corrects", flat=True))
    ends = events.filter(milestone__in=ENDS).order_by("sequence").values_list("pk", "dossier", "at")
    return {dossier: timezone.localdate(at) for pk, dossier, at in ends if pk not in corrected}


def note_ends(*, most: int) -> int:
    """Write down when dossiers ended that ended since the last look; how many."""
    noted, after = 0, 0
    while noted < most and (chunk := list(without_an_end(after=after))):
        after = chunk[-1].pk
        for key, day in _ends(chunk).items():
            noted += Dossier.objects.filter(pk=key, ended_on=None).update(ended_on=day)
    return noted


def without_an_end(*, after: int) -> QuerySet[Dossier]:
    """Some of those that ended and of which nobody wrote down when, by key."""
    ended = list(Status.objects.filter(milestone__in=ENDS).values_list("pk", flat=True))
    rows = Dossier.objects.filter(status__in=ended, ended_on=None, pk__gt=after)
    return rows.order_by("pk").only("pk")[:CHUNK]


def candidates(version: ProcessVersion, *, at: datetime) -> QuerySet[Dossier]:
    """What may be due of this version, the oldest first: not held, and on no list."""
    term = term_of(version)
    if term is None:
        return Dossier.objects.none()
    over = years_before(at, term.years)
    listed = DestructionItem.objects.filter(
        dossier=OuterRef("pk"),
        state__in=DestructionItem.COUNTED,
    )
    held = Hold.objects.on(timezone.localdate(at)).filter(dossier=OuterRef("pk"))
    rows = Dossier.objects.filter(process_version=version, ended_on__lte=over, anonymised_at=None)
    return rows.filter(~Exists(listed), ~Exists(held)).order_by("ended_on", "pk")


def due_now(version: ProcessVersion, *, at: datetime, most: int) -> Iterator[tuple[Dossier, Due]]:
    """Of the candidates, those of which the history says so too; the others are written down anew."""
    today = timezone.localdate(at)
    term = term_of(version)
    rows = list(candidates(version, at=at).select_related("process_version", "status")[:most])
    ends = _ends(rows)
    for dossier in rows:
        ended_on = ends.get(dossier.pk) if dossier.status.milestone in ENDS else None
        if ended_on != dossier.ended_on:  # it was opened again since, or the step was put right
            Dossier.objects.filter(pk=dossier.pk).update(ended_on=ended_on)
        if ended_on is not None and term is not None:
            due = Due(ended_on, years_later(ended_on, term.years), term.years, term.source)
            if due.due_on <= today:
                yield dossier, due
