"""Which team a new dossier goes to. Pure: rules, facts and place are handed in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Assign(models.TextChoices):
    """Who of the team becomes the handler."""

    NOBODY = "nobody", _("nobody yet: the team chooses")
    LEAST_BUSY = "least_busy", _("the colleague with the fewest open dossiers")


Route = Mapping[str, Any]
"""``fact``, ``value``, ``place``, ``team`` (its key) and ``assign``, as compiled in a process version."""


def first_match(routes: Sequence[Route], *, facts: Mapping[str, Any], place: str) -> Route | None:
    """The first route of which everything holds, in the editor's order; None when none does."""
    return next((route for route in routes if _holds(route, facts, place)), None)


def _holds(route: Route, facts: Mapping[str, Any], place: str) -> bool:
    if route["fact"]:
        said = facts.get(route["fact"])
        answers = said if isinstance(said, list) else [said]
        if _folded(route["value"]) not in {_folded(answer) for answer in answers if answer is not None}:
            return False
    return not route["place"] or _folded(route["place"]) in _folded(place)


def _folded(text: Any) -> str:
    """'Groen en bomen' and the key 'groen-en-bomen' of that choice are one answer."""
    return " ".join(str(text).replace("-", " ").casefold().split())
