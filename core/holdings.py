"""What a member of staff holds: work, a place in a team, trust. Who leaves hands it over in one screen (``cms``).

Each floor registers what it knows in ``AppConfig.ready()``: ``holdings.registry.register("tasks", Tasks())``. A new
kind of work that names a colleague belongs here too, or it stays behind with somebody who is gone.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise

from core.actors import Actor
from core.models import User
from core.registry import Registry


@dataclass(frozen=True)
class Part:
    """So many of one kind, in words: the dossiers of one process in one team."""

    label: str
    number: int = 1
    url: str = ""


@dataclass(frozen=True)
class Outcome:
    """How many went, and in words what could not go and why."""

    moved: int
    stayed: list[str] = field(default_factory=list)


class Holding(ABC):
    """One kind of what people hold. What Loket cannot hand over by itself says so in ``by_hand``."""

    title: str | Promise
    order: int
    to_nobody: str | Promise = ""
    """What handing over to nobody in particular is called; '' where it must be somebody."""
    by_hand: str | Promise = ""
    """What to do about it where Loket cannot hand it over by itself; '' where it can."""

    @abstractmethod
    def parts(self, holder: User) -> list[Part]:
        """What this person holds now; no query per row."""

    def receivers(self, holder: User) -> list[User]:
        """Who could take it over."""
        return []

    def hand_over(self, holder: User, *, to: User | None, by: Actor, at: datetime) -> Outcome:
        """Everything of this kind, in one transaction. ``to`` is one of the receivers, or None for nobody."""
        return Outcome(0)


registry: Registry[Holding] = Registry("kind of what staff holds")


def in_order() -> list[tuple[str, Holding]]:
    """As the screen shows them and as they are handed over: a place in a team goes before the work of that team."""
    return sorted(registry.items(), key=lambda item: item[1].order)
