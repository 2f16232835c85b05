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


class Anonymous(ValueError):
    """There is nothing to know anybody by: no name, no e-mail address and no phone number."""


@dataclass(frozen=True)
class Resolution:
    """The party, and how we know: registered just now, or known by the same name and contact data (unconfirmed)."""

    party: Party
    match: Match


@transaction.atomic
def resolve(*, name: str, email: str = "", phone: str = "", by: Actor, at: datetime) -> Resolution:
    """The one party with this name and contact data, registered when there is none yet.

    Race-free: the unique match key decides, so requests at the same moment end at one party. A match only attaches:
    the record that was found is neither changed nor shown, because anyone can type somebody's name and address.

    The e-mail address decides; without one, the phone number does. With neither, or without a name, nobody can be
    recognised, and a new party is made every time. Raises Anonymous when nothing at all is known.
    """
    points = _contact_points(name, email=email, phone=phone, at=at)
    key = points[0].match_key if points else None
    if known := _known(key):
        return Resolution(known, "name_and_contact")
    if not name.strip() and not points:
        raise Anonymous("A party needs a name, an e-mail address or a phone number.")
    try:
        with transaction.atomic():
            return Resolution(_register(name, points, at=at), "new")
    except IntegrityError:
        # Somebody registered the same person a moment before us; now we can see whom.
        if known := _known(key):
            return Resolution(known, "name_and_contact")
        raise


@transaction.atomic
def register_namesake(*, name: str, email: str = "", phone: str = "", at: datetime) -> Party:
    """Somebody else with the name and contact data of a party that we know: a party that no later match will find."""
    points = _contact_points(name, email=email, phone=phone, at=at)
    for point in points:
        point.match_key = None
    return _register(name, points, at=at)


def _contact_points(name: str, *, email: str, phone: str, at: datetime) -> list[ContactPoint]:
    """What was given, not saved yet; the one that decides who this is comes first."""
    given = (
        (ContactPoint.Kind.EMAIL, normalise_email(email), email),
        (ContactPoint.Kind.PHONE, normalise_phone(phone), phone),
    )
    return [
        ContactPoint(
            kind=kind, value=value, as_given=as_given.strip(), match_key=match_key(name, value) or None, created_at=at
        )
        for kind, value, as_given in given
        if value
    ]


def _known(key: str | None) -> Party | None:
    return Party.objects.filter(contact_points__match_key=key).first() if key else None


def _register(name: str, points: list[ContactPoint], *, at: datetime) -> Party:
    party = Party.objects.create(kind=Party.Kind.PERSON, name=" ".join(name.split())[:200], created_at=at)
    for position, point in enumerate(points):
        point.party = party
        if position == 0:
            point.save()
        else:
            _save_beside(point)
    return party


def _save_beside(point: ContactPoint) -> None:
    """Save a further contact point: it recognises this party too, unless it does so for a namesake already."""
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError:
        point.match_key = None
        point.save()
