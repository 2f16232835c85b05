"""Lines in the history of a dossier."""

from datetime import datetime
from typing import Any

from core.actors import Actor
from dossiers.models import Dossier, Event
from dossiers.models.event import EventKind


def record(dossier: Dossier, kind: EventKind, *, by: Actor, at: datetime, **details: Any) -> Event:
    """Add a line to the history. The caller holds the dossier's row, so the sequence cannot collide."""
    last = dossier.events.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    return Event.objects.create(
        dossier=dossier,
        sequence=last + 1,
        kind=kind,
        actor_kind=by.kind,
        actor=by.user,
        actor_name=by.name,
        at=at,
        **details,
    )
