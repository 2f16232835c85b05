"""What colleagues must know before they speak with somebody."""

from datetime import datetime

from django.db import transaction

from core.actors import Actor
from parties.models import Party, PartyEvent, PartyNote


@transaction.atomic
def write_note(*, party: Party, text: str, by: Actor, at: datetime) -> PartyNote:
    """Nobody's change stands in its way, so it needs no version."""
    if by.user is None:
        raise ValueError("A note has an author.")
    note = PartyNote.objects.create(party=party, text=text, author=by.user, at=at)
    PartyEvent.objects.record(party, PartyEvent.Kind.NOTE, by=by, at=at)
    return note


@transaction.atomic
def remove_note(*, note: PartyNote, by: Actor, at: datetime) -> None:
    """It holds no longer. Removed twice is removed once."""
    removed = PartyNote.objects.shown().filter(pk=note.pk).update(removed_at=at, removed_by=by.user)
    if removed:
        PartyEvent.objects.record(note.party, PartyEvent.Kind.NOTE, by=by, at=at)
