"""A person or organisation in the access log (``core/trails.py``)."""

from django.utils.translation import gettext_lazy

from core.trails import MOST, Trail
from parties.finding import keys_of
from parties.models import Party


class PartyTrail(Trail):
    title = gettext_lazy("Person or organisation")

    def names(self, keys: list[str]) -> dict[str, str]:
        known = Party.objects.filter(pk__in=keys, anonymised_at=None)
        return {str(pk): name for pk, name in known.values_list("pk", "name")}

    def about(self, words: str) -> set[str]:
        return {str(key) for key in keys_of(words, limit=MOST + 1)}
