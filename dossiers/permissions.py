"""Who may take which step."""

from core.actors import Actor, ActorKind
from core.models import User
from dossiers.models.process_version import Transition


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
