"""What a member of staff sees and handles, as conditions on dossiers (docs/rules/toegang.md).

Read in one query, and put in the condition as keys: with subqueries beside an OR, PostgreSQL would read every dossier
there is.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from core.models import User
from dossiers.models.competence import Competence
from dossiers.models.deputy import Deputy
from dossiers.models.process_version import ProcessVersion
from dossiers.models.team import Team

TEAM, ABSENT, TRUSTED, READER = "team", "absent", "trusted", "reader"
SEES, HANDLES, CLOSED = "sees", "handles", "closed"

MOST_WAYS = 8


@dataclass(frozen=True)
class Sight:
    """Keys of what reaches this person. ``handlers`` are the person and those for whom he or she stands in today."""

    everywhere: bool
    all_confidential: bool
    handlers: list[int]
    trusted: list[int]
    """Of the handlers, those of whom the confidential dossiers are open to this person too."""
    teams: list[int] = field(default_factory=list)
    sees: list[int] = field(default_factory=list)
    """Versions of processes of which a team of this person sees every dossier."""
    handles: list[int] = field(default_factory=list)
    """Those of which it also handles every dossier."""
    closed: list[int] = field(default_factory=list)
    """Versions of processes that a right to see everything does not open."""
    reads: list[int] = field(default_factory=list)
    """Confidential dossiers in which this person was named."""

    @classmethod
    def of(cls, user: User, day: date | None = None) -> "Sight":
        found: dict[str, list[int]] = {}
        for kind, key in _reach(user, day or timezone.localdate()):
            found.setdefault(kind, []).append(key)
        absent, trusted = found.get(ABSENT, []), found.get(TRUSTED, [])
        return cls(
            everywhere=user.has_perm("dossiers.view_all_dossiers"),
            all_confidential=user.has_perm("dossiers.view_confidential"),
            handlers=[user.pk, *absent, *trusted],
            trusted=[user.pk, *trusted],
            teams=found.get(TEAM, []),
            sees=found.get(SEES, []) + found.get(HANDLES, []),
            handles=found.get(HANDLES, []),
            closed=found.get(CLOSED, []),
            reads=found.get(READER, []),
        )

    def seen(self, via: str = "") -> Q:
        """May be read. ``via`` leads to the dossier, from something that hangs on it: "dossier__"."""
        reached = self._reached(self.sees, via) & self._trusted(via)
        return reached | Q(**{f"{via}pk__in": self.reads}) if self.reads else reached

    def ways(self) -> list[Q]:
        """``seen``, as conditions of which a dossier meets at least one, each with an index of its own: the newest of
        somebody who sees little of a large archive are found along each (core/keyset.py)."""
        if self.everywhere:
            return [self.seen()]
        own = [Q(team=key) for key in self.teams] + [Q(handler=key) for key in self.handlers]
        own += [Q(process_version__in=self.sees)] if self.sees else []
        if len(own) > MOST_WAYS:
            return [self.seen()]
        return [way & self._trusted("") for way in own] + ([Q(pk__in=self.reads)] if self.reads else [])

    def handled(self, via: str = "") -> Q:
        """May be worked on, by who has the right to work on dossiers at all."""
        return self._reached(self.handles, via) & self._trusted(via)

    def _reached(self, versions: list[int], via: str) -> Q:
        """Of the own teams, in the own name, of these versions; or everything that is not closed."""
        own = Q(**{f"{via}team__in": self.teams}) | Q(**{f"{via}handler__in": self.handlers})
        process = f"{via}process_version__in"
        if versions:
            own |= Q(**{process: versions})
        if not self.everywhere:
            return own
        return own | ~Q(**{process: self.closed}) if self.closed else Q()

    def told(self, via: str = "") -> Q:
        """Nothing of what is confidential, but for who handles it, was named, or has the right to all within reach."""
        trusted = self._trusted(via)
        return trusted | Q(**{f"{via}pk__in": self.reads}) if self.reads and trusted else trusted

    def _trusted(self, via: str) -> Q:
        if self.all_confidential:
            return Q()
        return Q(**{f"{via}is_confidential": False}) | Q(**{f"{via}handler__in": self.trusted})


def _reach(user: User, day: date) -> "QuerySet[Any, tuple[str, int]]":
    """(kind, key) of everything that widens or narrows what this person sees."""
    from dossiers.models.dossier import Dossier  # which asks us

    def arm(rows: "QuerySet[Any]", kind: str, key: str) -> "QuerySet[Any, tuple[str, int]]":
        return rows.order_by().values_list(Value(kind), F(key))

    mine = Competence.objects.filter(team__members=user)
    versions = ProcessVersion.objects
    away = Deputy.objects.on(day).filter(deputy=user)
    return arm(Team.members.through.objects.filter(user=user), TEAM, "team").union(
        arm(away.filter(confidential_too=False), ABSENT, "absent"),
        arm(away.filter(confidential_too=True), TRUSTED, "absent"),
        arm(versions.filter(process_type__competences__in=mine.filter(handle=False)), SEES, "pk"),
        arm(versions.filter(process_type__competences__in=mine.filter(handle=True)), HANDLES, "pk"),
        arm(versions.filter(process_type__closed__isnull=False), CLOSED, "pk"),
        arm(Dossier.readers.through.objects.filter(user=user), READER, "dossier"),
        all=True,
    )
