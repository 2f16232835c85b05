"""How the access log names what was seen, and finds it back by the words that people use.

The log itself knows labels and keys only. Each floor registers, in ``AppConfig.ready()``, the models that it writes in
the log: ``trails.registry.register("parties.party", PartyTrail())``. What nobody registers is shown by its key.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.models import AccessLog, User
from core.registry import Registry

MOST = 2000
"""Things that a search may be about. A common surname would ask for half the log."""

Found = dict[str, set[str]]
"""Model → keys, as the log writes them."""


class TooMany(Exception):
    """These words are about too much: make them more precise."""


class Trail(ABC):
    """One model in the log."""

    title: str | Promise

    @abstractmethod
    def names(self, keys: list[str]) -> dict[str, str]:
        """What these are called, in one query; what is gone is left out."""

    def about(self, words: str) -> set[str]:
        """Keys of what these words name: a number, a name. In one query, at most MOST + 1."""
        return set()

    def along(self, found: Found) -> set[str]:
        """Keys of what belongs to something that was found: the letters of a dossier. The same bounds."""
        return set()


registry: Registry[Trail] = Registry("trail in the access log")


def search(words: str) -> Found:
    """Everything that these words are about, and what belongs to it. Raises TooMany."""
    found: Found = defaultdict(set)
    for model, trail in registry.items():
        found[model] |= trail.about(words)
    before = -1
    while before < (size := sum(map(len, found.values()))):  # what belongs to something may bring more along
        if size > MOST:
            raise TooMany
        before = size
        for model, trail in registry.items():
            found[model] |= trail.along(found)
    return {model: keys for model, keys in found.items() if keys}


def names(entries: Iterable[AccessLog]) -> dict[tuple[str, str], str]:
    """(model, key) → what it is called: one query for each model that occurs."""
    keys: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        keys[entry.model].add(entry.object_id)
    named: dict[tuple[str, str], str] = {}
    for model, some in keys.items():
        trail = registry.get(model)
        called = trail.names(sorted(key for key in some if key)) if trail else {}
        for key in some:
            title = str(trail.title) if trail else model
            named[model, key] = f"{title}: {called[key]}" if key in called else f"{title} {key}".strip()
    return named


ACTIONS: dict[str, str | Promise] = {
    "view": gettext_lazy("looked at"),
    "list": gettext_lazy("saw in a list"),
    "search": gettext_lazy("found by searching"),
    "download": gettext_lazy("downloaded"),
    "export": gettext_lazy("exported"),
    "reveal": gettext_lazy("read a national number in full"),
    "prefill": gettext_lazy("filled in a form with it"),
    "preview": gettext_lazy("looked at a letter with it"),
    "print": gettext_lazy("printed"),
    "print again": gettext_lazy("printed again"),
    "resend": gettext_lazy("sent again"),
    "set aside": gettext_lazy("set aside"),
    "survey_code": gettext_lazy("made a code for the survey"),
    "ask_again": gettext_lazy("asked again to sign"),
    "view log": gettext_lazy("looked up in the access log"),
    "export log": gettext_lazy("exported from the access log"),
}
"""What the log writes, in words. A test keeps it complete."""


def action_words(action: str) -> str:
    return str(ACTIONS.get(action, action))


class StaffTrail(Trail):
    """A colleague in the log: somebody looked up what he or she saw."""

    title = gettext_lazy("Access log of")

    def names(self, keys: list[str]) -> dict[str, str]:
        return {str(person.pk): str(person) for person in User.objects.filter(pk__in=keys)}


class LogTrail(Trail):
    """The log itself, without a question."""

    title = gettext_lazy("Access log")

    def names(self, keys: list[str]) -> dict[str, str]:
        return {}
