"""One box that finds whoever calls: by name, phone, e-mail, official number, address, or what upper floors know.

Upper floors register further roads (a dossier's number) in ``AppConfig.ready()``:
``finding.registry.register("dossier number", find_by_dossier)``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.models import User
from core.registry import Registry
from parties.models import Party

SHORTEST = 3
"""Characters of a search; with fewer, it would list half the town."""


@dataclass(frozen=True)
class Found:
    """A party that this member of staff may see, and why it was found ("" when its name says it)."""

    party: Party
    why: str = ""


registry: Registry[Callable[[str, User], list[Found]]] = Registry("road to a party")


def find(words: str, *, user: User, limit: int = 20) -> list[Found]:
    """Parties that these words point at, the likeliest first; each once."""
    words = " ".join(words.split())[:100]
    if len(words) < SHORTEST:
        return []
    found = [each for road in registry for each in road(words, user)]
    people = Party.objects.visible_to(user).current().matching(words).order_by("name", "pk")[:limit]
    found += [Found(party) for party in people]
    return list({each.party.pk: each for each in reversed(found)}.values())[::-1][:limit]
