"""Lines in the history of a dossier."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions.refusals import StepRefused
from dossiers.models import Dossier, Event
from dossiers.models.event import EventKind


def record(dossier: Dossier, kind: EventKind, *, by: Actor, at: datetime, **details: Any) -> Event:
    """Add a line to the history. The caller holds the dossier's row, so the sequence cannot collide.

    Raises StepRefused for one that was destroyed: nothing happens in it any more.
    """
    if dossier.anonymised_at:
        raise StepRefused(_("The data of this dossier were destroyed. Nothing can be added to it."))
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
