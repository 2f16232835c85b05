"""Somebody made sure that a party is who it says."""

from datetime import datetime

from django.db import transaction

from core.actors import Actor
from parties.actions.holding import hold
from parties.models import Party, PartyEvent, Verification


@transaction.atomic
def verify_identity(
    *, party: Party, expected_version: int | None = None, how: Verification.How, by: Actor, at: datetime
) -> Verification:
    """A document seen, or looked up in an official register; each time is kept. Raises Changed and Refused.

    Without ``expected_version`` for who did not look at the record: a form is begun at the desk.
    """
    held = hold(party, expected_version=expected_version)
    verification = Verification.objects.create(party=held, how=how, at=at, by=by.user)
    PartyEvent.objects.record(held, PartyEvent.Kind.VERIFIED, by=by, at=at, what=str(how.label))
    return verification
