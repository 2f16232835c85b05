"""What asks somebody today, and what became of the contacts that somebody took: figures and lists, nothing more.

Everything is read from what is open, or from a stretch of days, so that no archive makes it slower.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models import CallBack, Contact, Dossier, Notification, Task
from dossiers.models.contact import ContactQuerySet, Direction
from dossiers.worklist import NOBODY, Viewpoint


@dataclass(frozen=True)
class Grouping:
    """By what the work of today is shown: where it stands in each table, and the filter of the work list."""

    label: str | Promise
    dossiers: str
    tasks: str
    calls: str
    filter: str


GROUPINGS: dict[str, Grouping] = {
    "team": Grouping(_("By team"), "team", "dossier__team", "team", "team"),
    "persoon": Grouping(_("By person"), "handler", "dossier__handler", "assignee", "behandelaar"),
    "proces": Grouping(
        _("By process"),
        "process_version__process_type",
        "dossier__process_version__process_type",
        "dossier__process_version__process_type",
        "soort",
    ),
}


@dataclass
class Row:
    """One team, person or process, and what it has today."""

    name: str | Promise
    address: Callable[[str], str]
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def late(self) -> int:
        return self.counts["late"]

    @property
    def today(self) -> int:
        return self.counts["today"]

    @property
    def news(self) -> int:
        return self.counts["news"]

    @property
    def tasks(self) -> int:
        return self.counts["tasks"]

    @property
    def calls(self) -> int:
        return self.counts["calls"]

    @property
    def late_address(self) -> str:
        return self.address("over-termijn")

    @property
    def soon_address(self) -> str:
        return self.address("binnen-2-dagen")

    @property
    def news_address(self) -> str:
        return self.address("te-doen")


def end_of_day(now: datetime) -> datetime:
    return datetime.combine(timezone.localdate(now), time.max, timezone.get_current_timezone())


def rows(by: str, looking: Viewpoint) -> list[Row]:
    """Who has something to do today, the most late first; in a fixed number of queries."""
    grouping, end = GROUPINGS[by], end_of_day(looking.now)
    seen = Dossier.objects.visible_to(looking.user).filter(status__in=looking.open)
    counts: dict[int | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(found: "QuerySet[Any]", key: str, **columns: Count) -> None:
        for row in found.order_by().values(key).annotate(**columns):
            for name in columns:
                counts[row[key]][name] += row[name]

    due = seen.filter(due_at__lte=end)
    late = Count("pk", filter=Q(due_at__lt=looking.now))
    add(due, grouping.dossiers, late=late, today=Count("pk", filter=Q(due_at__gte=looking.now)))
    add(seen.filter(has_news=True), grouping.dossiers, news=Count("pk"))
    calls = CallBack.objects.visible_to(looking.user).open().filter(until_at__lte=end)
    add(calls, grouping.calls, calls=Count("pk"))
    tasks = Task.objects.open().filter(due_on__lte=timezone.localdate(looking.now), dossier__in=seen)
    add(tasks, grouping.tasks, tasks=Count("pk"))
    named = _names(by, looking)
    made = [
        Row(named.get(key, _("Nobody") if key is None else _("Somebody of another team")), _work_list(grouping, key), n)
        for key, n in counts.items()
        if any(n.values())
    ]
    return sorted(made, key=lambda row: (-row.late, -row.today, -row.calls, str(row.name)))


def _work_list(grouping: Grouping, key: int | None) -> Callable[[str], str]:
    """Where the work list shows these dossiers."""

    def address(tab: str) -> str:
        asked = {"toon": tab, grouping.filter: NOBODY if key is None else key}
        if tab == "te-doen":
            asked["bericht"] = "ongelezen"
        return f"{reverse('dossiers:list')}?{urlencode(asked)}"

    return address


def _names(by: str, looking: Viewpoint) -> Mapping[int | None, str]:
    if by == "team":
        return {team.pk: team.name for team in looking.teams}
    if by == "proces":
        return {kind.pk: kind.name for kind in looking.process_types}
    return {person.pk: str(person) for person in [looking.user, *looking.colleagues]}


# --- The contacts that somebody took


def taken_by(user: User, *, since: datetime) -> ContactQuerySet:
    """What came in with this person since then, whatever team goes on with it."""
    return Contact.objects.filter(
        handler=user, direction=Direction.INCOMING, at__gte=since, dossier__isnull=False
    )  # fmt: skip


def followed_up(contacts: ContactQuerySet) -> dict[str, int]:
    """How many of them are settled, and with how many somebody is still busy.

    What is open is few, however much was settled: only that is looked up, and the rest is what remains of all.
    """
    busy = contacts.filter(dossier__in=Dossier.objects.open()).count()
    return {"done": contacts.count() - busy, "busy": busy}


def with_what_was_told(contacts: ContactQuerySet) -> ContactQuerySet:
    """With the last message that went to the citizen, and everything that a row shows."""
    last = Notification.objects.filter(dossier=OuterRef("dossier")).order_by("-pk")
    return contacts.select_related("party", "dossier__status", "dossier__team", "dossier__handler").annotate(
        told=Subquery(last.values("subject")[:1]),
        told_at=Subquery(last.values("created_at")[:1]),
    )


PERIODS = {"week": timedelta(days=7), "maand": timedelta(days=30), "kwartaal": timedelta(days=91)}
