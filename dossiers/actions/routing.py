"""Who gets a new dossier."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from core.models import User
from dossiers import routing
from dossiers.milestones import ENDS
from dossiers.models import ProcessVersion, Team
from dossiers.models.deputy import deputies_on
from dossiers.routing import Assign


def route(process_version: ProcessVersion, *, facts: Mapping[str, Any], place: str) -> tuple[Team, User | None]:
    """The team, and the handler where the route names one. Without a route: the team of the process type."""
    chosen = routing.first_match(process_version.routes, facts=facts, place=place)
    team = Team.objects.filter(pk=chosen["team"]).first() if chosen else None
    if chosen is None or team is None:  # a team that was removed since
        return process_version.process_type.team, None
    return team, least_busy(team) if chosen["assign"] == Assign.LEAST_BUSY else None


def least_busy(team: Team) -> User | None:
    """Who of the team that is not away has the fewest open dossiers; of equals the one who was here first."""
    away = deputies_on(timezone.localdate())
    is_open = Q(dossiers__isnull=False) & ~Q(dossiers__status__milestone__in=ENDS)
    members = team.members.filter(is_active=True).exclude(pk__in=away).annotate(busy=Count("dossiers", filter=is_open))
    return next(
        (member for member in members.order_by("busy", "pk") if member.has_perm("dossiers.handle_dossier")), None
    )
