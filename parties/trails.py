"""A person or organisation in the access log (``core/trails.py``)."""

from django.utils.translation import gettext_lazy

from core.trails import MOST, Trail
from parties.models import Party

SHORTEST = 3
"""Characters of a name; fewer would be about half the town."""


class PartyTrail(Trail):
    title = gettext_lazy("Person or organisation")

    def names(self, keys: list[str]) -> dict[str, str]:
        return {str(pk): name for pk, name in Party.objects.filter(pk__in=keys).values_list("pk", "name")}

    def about(self, words: str) -> set[str]:
        if len(words) < SHORTEST:
            return set()
        return {str(pk) for pk in Party.objects.matching(words).values_list("pk", flat=True)[: MOST + 1]}
