"""Who is this? Finding or registering a party."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import IntegrityError, transaction

from core.actors import Actor
from parties.contact_values import normalise_email, normalise_phone
from parties.matching import match_key
from parties.models import ContactPoint, Party

Match = Literal["new", "name_and_contact"]


@dataclass(frozen=True)
class Resolution:
    """The party, and how we know: registered just now, or known by the same name and contact data (unconfirmed)."""

    party: Party
    match: Match


@transaction.atomic
def resolve(*, name: str, email: str = "", phone: str = "", by: Actor, at: datetime) -> Resolution:
    """The one party with this name and contact data, registered when there is none yet.

    Race-free: the unique match key decides, so that requests at the same moment end at one party. A match only attaches:
    the record that was found is neither changed nor shown. Without e-mail and phone nobody can be recognised, and a new
    party is made every time.
    """
    points = [
        (kind, value, given.strip())
        for kind, value, given in (
            (ContactPoint.Kind.EMAIL, normalise_email(email), email),
            (ContactPoint.Kind.PHONE, normalise_phone(phone), phone),
        )
        if value
    ]
    key = match_key(name, points[0][1]) if points else ""
    if key and (known := _known(key)):
        return Resolution(known, "name_and_contact")
    try:
        with transaction.atomic():
            party = Party.objects.create(kind=Party.Kind.PERSON, name=" ".join(name.split())[:200])
            for position, (kind, value, given) in enumerate(points):
                party.contact_points.create(
                    kind=kind, value=value, as_given=given, match_key=(key or None) if position == 0 else None
                )
    except IntegrityError:
        known = _known(key)
        if known is None:
            raise
        return Resolution(known, "name_and_contact")  # somebody registered the same person a moment before us
    return Resolution(party, "new")


def _known(key: str) -> Party | None:
    return Party.objects.filter(contact_points__match_key=key).first()
