"""Who may take which step, and who may be given a dossier."""

from collections.abc import Iterable

from django.db.models import Q

from core.actors import Actor, ActorKind
from core.models import User
from dossiers.models.dossier import Dossier
from dossiers.models.process_version import Transition
from dossiers.models.team import Team

BACKEND = "django.contrib.auth.backends.ModelBackend"  # the one that knows about rights


def may_take(by: Actor, transition: Transition) -> bool:
    """Staff within the groups of the step, citizens where the editor said so; rules and Loket itself always.

    That this member of staff may see and handle the dossier at all is asked before (``core.views.ScopedView``).
    """
    if by.kind == ActorKind.CITIZEN:
        return transition.citizen_may
    return by.user is None or in_groups(by.user, transition.groups)


def in_groups(user: User, names: list[str]) -> bool:
    """Whether the user is in one of the groups; no names means everybody."""
    return not names or user.is_superuser or not user.group_names.isdisjoint(names)


def handlers_for(teams: Iterable[Team]) -> "list[User]":
    """The people who may handle a dossier of each of these teams: its members, and who may see those of every team."""
    handlers = User.objects.with_perm("dossiers.handle_dossier", backend=BACKEND)
    everywhere = User.objects.with_perm("dossiers.view_all_dossiers", backend=BACKEND)
    for team in teams:
        handlers = handlers.filter(
            Q(pk__in=team.members.through.objects.filter(team=team).values("user")) | Q(pk__in=everywhere.values("pk"))
        )
    return list(handlers.order_by("first_name", "last_name", "username"))


def may_be_given(user: User, team: Team) -> bool:
    """May this person handle a dossier of this team?"""
    if not user.is_active or not user.has_perm("dossiers.handle_dossier"):
        return False
    return user.has_perm("dossiers.view_all_dossiers") or team.members.filter(pk=user.pk).exists()


def steps_at_once(user: User, dossier: Dossier) -> list[Transition]:
    """What this member of staff can do with one press: steps that ask for nothing and send nothing."""
    if not (
        user.has_perm("dossiers.handle_dossier") and Dossier.objects.visible_to(user).filter(pk=dossier.pk).exists()
    ):
        return []
    asks_nothing = dossier.possible_steps().filter(letter=None, needs_reason=False, needs_result=False)
    return [step for step in asks_nothing if in_groups(user, step.groups)]
