"""Who may work on a dossier, take which step, decide, and be given it; and who may change a process.

What somebody sees is asked first (``Dossier.objects.visible_to``, ``models/sight.py``). The rules in prose:
docs/rules/toegang.md.
"""

from collections.abc import Iterable
from functools import cached_property

from django.db.models import Q, QuerySet

from core.actors import Actor, ActorKind
from core.models import User
from dossiers.models.competence import ClosedProcess, Competence
from dossiers.models.dossier import Dossier
from dossiers.models.event import Event, EventKind
from dossiers.models.process_type import ProcessType
from dossiers.models.process_version import ProcessVersion, Transition
from dossiers.models.team import Team

BACKEND = "django.contrib.auth.backends.ModelBackend"  # the one that knows about rights


def handles(user: User) -> bool:
    """Whether this is somebody who handles dossiers. Which ones: ``may_handle``."""
    return user.has_perm("dossiers.handle_dossier")


def may_handle(user: User, dossier: Dossier) -> bool:
    return Dossier.objects.handled_by(user).filter(pk=dossier.pk).exists()


class Say:
    """What one member of staff may do with the steps of one dossier. Asks the database only when it matters, once."""

    def __init__(self, user: User, dossier: Dossier) -> None:
        self.user = user
        self.dossier = dossier

    @cached_property
    def handles(self) -> bool:
        """Whoever opened it may also take its first step: an answer at the desk is given and over."""
        return may_handle(self.user, self.dossier) or self._opens

    @property
    def _opens(self) -> bool:
        opened = self.dossier.events.filter(kind=EventKind.OPENED, actor=self.user)
        return handles(self.user) and self.dossier.status.is_start and opened.exists()

    @cached_property
    def decides(self) -> bool:
        return may_decide(self.user, self.dossier.process_version)

    def may_take(self, step: Transition) -> bool:
        """A step is for everybody who handles the dossier. One that names groups is for those, and for nobody else:
        whoever is in such a group need not handle dossiers otherwise, the editor said that this group may do this.
        """
        allowed = is_named(self.user, step) if step.groups else self.handles
        return allowed and (self.decides or not is_deciding(step))


def may_take(by: Actor, step: Transition, dossier: Dossier) -> bool:
    """Citizens where the editor said so; staff as ``Say``; rules and Loket itself always."""
    if by.kind == ActorKind.CITIZEN:
        return step.citizen_may
    return by.user is None or Say(by.user, dossier).may_take(step)


def is_named(user: User, step: Transition) -> bool:
    """Whether the editor named a group of this person."""
    return user.is_active and (user.is_superuser or not user.group_names.isdisjoint(step.groups))


def is_deciding(step: Transition) -> bool:
    """Whether the town binds itself by this step."""
    return step.target.is_decision or bool(step.letter and step.letter.is_decision)


def may_decide(user: User, version: ProcessVersion) -> bool:
    """Where teams were named that decide on this process, only their members; elsewhere who may take the step."""
    deciding = Competence.objects.filter(process_type=version.process_type_id, decide=True)
    return user.is_superuser or deciding.filter(team__members=user).exists() or not deciding.exists()


def deciders(version: ProcessVersion) -> list[str]:
    """The teams that decide on this process, by name; none where everybody who handles it does."""
    found = Team.objects.filter(competences__process_type=version.process_type_id, competences__decide=True)
    return list(found.values_list("name", flat=True))


def is_for(user: User, step: Transition) -> bool:
    """As ``Say``, for a dossier that is about to be opened: whose it will be is known only then."""
    allowed = is_named(user, step) if step.groups else handles(user)
    return allowed and (not is_deciding(step) or may_decide(user, step.version))


def has_steps(user: User) -> bool:
    """Whether there is any step at all that this person could take."""
    named = Transition.objects.exclude(groups=[]).only("groups")
    return handles(user) or any(is_named(user, step) for step in named)


def may_correct(user: User, wrong: Event) -> bool:
    """Who handles the dossier corrects a step of anybody; who may take only some steps, the own ones of those.

    A decision is undone by who may decide.
    """
    say = Say(user, wrong.dossier)
    taken = Transition.objects.filter(
        version=wrong.dossier.process_version_id, source__key=wrong.from_status, target__key=wrong.to_status
    ).select_related("target", "letter")
    if say.handles:
        return say.decides or not any(is_deciding(step) for step in taken)
    return wrong.actor_id == user.pk and any(say.may_take(step) for step in taken)


def handlers() -> "QuerySet[User]":
    """Everybody who handles dossiers, by name."""
    people = User.objects.with_perm("dossiers.handle_dossier", backend=BACKEND)
    return people.order_by("first_name", "last_name", "username")


def _for(people: "QuerySet[User]", team: Team, process_type: int, *, is_closed: bool) -> "QuerySet[User]":
    """Of these people, those who handle dossiers of this process with this team: its members, those of a team that
    handles the process wherever it is, and who sees those of every team, unless the process is closed."""
    competent = Team.members.through.objects.filter(
        Q(team=team) | Q(team__competences__process_type=process_type, team__competences__handle=True)
    )
    allowed = Q(pk__in=competent.values("user"))
    if not is_closed:
        everywhere = User.objects.with_perm("dossiers.view_all_dossiers", backend=BACKEND)
        allowed |= Q(pk__in=everywhere.values("pk"))
    return people.filter(allowed)


def handlers_for(dossiers: Iterable[Dossier]) -> "list[User]":
    """The people who may be given every one of these dossiers."""
    people = handlers()
    kinds = {(dossier.team, dossier.process_version.process_type_id) for dossier in dossiers}
    closed = set(ClosedProcess.objects.values_list("process_type", flat=True))
    for team, process_type in kinds:
        people = _for(people, team, process_type, is_closed=process_type in closed)
    return list(people)


def may_be_given(user: User, dossier: Dossier, team: Team) -> bool:
    """May this person handle this dossier when it is with this team?"""
    process_type = dossier.process_version.process_type_id
    is_closed = ClosedProcess.objects.filter(process_type=process_type).exists()
    one = User.objects.filter(pk=user.pk)
    return user.is_active and handles(user) and _for(one, team, process_type, is_closed=is_closed).exists()


def steps_for(user: User, dossier: Dossier) -> list[Transition]:
    """What this member of staff may do next."""
    say = Say(user, dossier)
    return [step for step in dossier.possible_steps() if say.may_take(step)]


def steps_at_once(user: User, dossier: Dossier) -> list[Transition]:
    """What this member of staff can do with one press: steps that ask for nothing and send nothing."""
    if not Dossier.objects.visible_to(user).filter(pk=dossier.pk).exists():
        return []
    return [step for step in steps_for(user, dossier) if step.is_at_once]


def first_steps_at_once(user: User, version: ProcessVersion) -> list[Transition]:
    """The same, for a dossier that is about to be opened; whether this person will see it is known only then."""
    steps = version.start.steps.select_related("target", "letter")
    return [step for step in steps if step.is_at_once and is_for(user, step)]


# --- Process types


def configured_by(user: User) -> "QuerySet[ProcessType]":
    """The process types that this member of staff may change: all with the right to; else, for who sees dossiers at
    all, those of the own teams."""
    if user.has_perm("dossiers.change_processtype"):
        return ProcessType.objects.all()
    if not user.has_perm("dossiers.view_dossier"):
        return ProcessType.objects.none()
    mine = Competence.objects.filter(configure=True, team__members=user)
    return ProcessType.objects.filter(pk__in=mine.values("process_type"))
