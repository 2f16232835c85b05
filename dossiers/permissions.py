"""Who may take which step, and who may be given a dossier.

All of it comes on top of seeing the dossier, which is asked first (``Dossier.objects.visible_to``).
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from core.actors import Actor, ActorKind
from core.models import User
from dossiers.models.dossier import Dossier
from dossiers.models.event import Event
from dossiers.models.process_version import ProcessVersion, Transition
from dossiers.models.team import Team

BACKEND = "django.contrib.auth.backends.ModelBackend"  # the one that knows about rights


def handles(user: User) -> bool:
    """Whether this is somebody who handles dossiers."""
    return user.has_perm("dossiers.handle_dossier")


def may_take(by: Actor, transition: Transition) -> bool:
    """Citizens where the editor said so; staff as ``is_for``; rules and Loket itself always."""
    if by.kind == ActorKind.CITIZEN:
        return transition.citizen_may
    return by.user is None or is_for(by.user, transition)


def is_for(user: User, transition: Transition) -> bool:
    """A step is for everybody who handles dossiers. One that names groups is for those, and for nobody else.

    Whoever is in such a group need not handle dossiers otherwise: the editor said that this group may do this.
    """
    if not transition.groups:
        return handles(user)
    return user.is_active and (user.is_superuser or not user.group_names.isdisjoint(transition.groups))


def has_steps(user: User) -> bool:
    """Whether there is any step at all that this person could take."""
    return handles(user) or any(is_for(user, step) for step in Transition.objects.exclude(groups=[]).only("groups"))


def may_correct(user: User, wrong: Event) -> bool:
    """Who handles dossiers corrects a step of anybody; who may take only some steps, the own ones of those."""
    if handles(user):
        return True
    taken = Transition.objects.filter(
        version=wrong.dossier.process_version_id, source__key=wrong.from_status, target__key=wrong.to_status
    )
    return wrong.actor_id == user.pk and any(is_for(user, step) for step in taken)


def handlers() -> "QuerySet[User]":
    """Everybody who handles dossiers, by name."""
    people = User.objects.with_perm("dossiers.handle_dossier", backend=BACKEND)
    return people.order_by("first_name", "last_name", "username")


def handlers_for(teams: Iterable[Team]) -> "list[User]":
    """The people who may handle a dossier of each of these teams: its members, and who may see those of every team."""
    people = handlers()
    everywhere = User.objects.with_perm("dossiers.view_all_dossiers", backend=BACKEND)
    for team in teams:
        people = people.filter(
            Q(pk__in=team.members.through.objects.filter(team=team).values("user")) | Q(pk__in=everywhere.values("pk"))
        )
    return list(people)


def may_be_given(user: User, team: Team) -> bool:
    """May this person handle a dossier of this team?"""
    if not user.is_active or not handles(user):
        return False
    return user.has_perm("dossiers.view_all_dossiers") or team.members.filter(pk=user.pk).exists()


def steps_at_once(user: User, dossier: Dossier) -> list[Transition]:
    """What this member of staff can do with one press: steps that ask for nothing and send nothing."""
    if not Dossier.objects.visible_to(user).filter(pk=dossier.pk).exists():
        return []
    return [step for step in dossier.possible_steps() if step.is_at_once and is_for(user, step)]


def first_steps_at_once(user: User, version: ProcessVersion) -> list[Transition]:
    """The same, for a dossier that is about to be opened; whether this person will see it is known only then."""
    return [step for step in version.start.steps.all() if step.is_at_once and is_for(user, step)]
