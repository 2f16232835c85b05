"""A citizen who wants no messages about a dossier, except those that ask or decide something."""

from datetime import datetime

from django.db import transaction

from core.actors import Actor
from dossiers.actions.history import record
from dossiers.models import Dossier
from dossiers.models.event import EventKind


@transaction.atomic
def mute(*, dossier: Dossier, by: Actor, at: datetime) -> None:
    """From now on what happens stands on the follow page only. A second time changes nothing."""
    Dossier.objects.select_for_update().get(pk=dossier.pk)
    if Dossier.objects.filter(pk=dossier.pk, muted_at=None).update(muted_at=at):
        record(dossier, EventKind.MUTED, by=by, at=at)


@transaction.atomic
def unmute(*, dossier: Dossier, by: Actor, at: datetime) -> None:
    """Messages come again. What happened meanwhile is not sent afterwards: it stands on the follow page."""
    Dossier.objects.select_for_update().get(pk=dossier.pk)
    if Dossier.objects.filter(pk=dossier.pk, muted_at__isnull=False).update(muted_at=None):
        record(dossier, EventKind.UNMUTED, by=by, at=at)
