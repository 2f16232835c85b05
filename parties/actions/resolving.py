"""Who is this? Finding or registering a party."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import IntegrityError, transaction

from core.actors import Actor
from parties.actions.contact_points import save_beside
from parties.contact_values import normalise_email, normalise_phone
from parties.matching import match_key
from parties.models import ContactPoint, Identifier, Party
from parties.numbers import OfficialNumber
from parties.remaining import remaining

Match = Literal["new", "name_and_contact", "number", "proven"]


class Anonymous(ValueError):
    """There is nothing to know anybody by: no name, no e-mail address, no phone number and no official number."""


@dataclass(frozen=True)
class Resolution:
    """The party, and how we know: proven, by official number, registered just now, or by the same name and contact
    data (unconfirmed)."""

    party: Party
    match: Match


@transaction.atomic
def resolve(
    *,
    name: str,
    email: str = "",
    phone: str = "",
    kind: Party.Kind = Party.Kind.PERSON,
    proven: Party | None = None,
    number: OfficialNumber | None = None,
    legal_basis: str = "",
    birth_date: date | None = None,
    by: Actor,
    at: datetime,
) -> Resolution:
    """The one party that this is, registered when there is none yet.

    A ``proven`` identity decides. Else the official ``number`` does: the database keeps it unique, so requests at the
    same moment end at one party. Else the unique match key of name and contact data does: the e-mail address, or
    without one the phone number. With neither, or without a name, nobody can be recognised, and a new party is made
    every time.

    A match by name and contact data only attaches: the record that was found is neither changed nor shown, because
    anyone can type somebody's name and address. It is no match when the record has another date of birth, or when a
    number was given that the record does not have: then this is somebody else, until a clerk says otherwise.

    ``legal_basis`` says why a national number may be kept. Raises Anonymous when nothing at all is known.
    """
    if proven is not None:
        if number is not None:
            _add_to_proven(remaining(proven), number, legal_basis=legal_basis, at=at)
        return Resolution(remaining(proven), "proven")
    if number is not None and (holder := _holder(number)):
        return Resolution(holder, "number")
    points = _contact_points(name, email=email, phone=phone, at=at)
    if not name.strip() and not points and number is None:
        raise Anonymous("A party needs a name, an e-mail address, a phone number or an official number.")
    key = points[0].match_key if points else None
    born = birth_date or (number.birth_date if number else None)
    collision: IntegrityError | None = None
    while True:
        known = _known(key)
        if known and number is None and not _differs(known, kind, born):
            return Resolution(known, "name_and_contact")
        if collision and not known:
            raise collision  # a rule of the database, and no race
        points = _contact_points(name, email=email, phone=phone, at=at)
        if known:  # somebody else of this name and contact data
            for point in points:
                point.match_key = None
        try:
            with transaction.atomic():
                party = _register(name, points, kind=kind, birth_date=birth_date, at=at)
                if number is not None:
                    Identifier.holding(number, party=party, legal_basis=legal_basis, recorded_at=at).save()
            return Resolution(party, "new")
        except IntegrityError as error:
            # Somebody registered the same number or person a moment before us; now we can see whom.
            if number is not None and (holder := _holder(number)):
                return Resolution(holder, "number")
            if known:
                raise
            collision = error


@transaction.atomic
def register_namesake(*, name: str, email: str = "", phone: str = "", at: datetime) -> Party:
    """Somebody else with the name and contact data of a party that we know: a party that no later match will find."""
    points = _contact_points(name, email=email, phone=phone, at=at)
    for point in points:
        point.match_key = None
    return _register(name, points, at=at)


def _holder(number: OfficialNumber) -> Party | None:
    holder = Party.objects.filter(identifiers__in=Identifier.objects.of(number)).first()
    return remaining(holder) if holder else None


def _add_to_proven(party: Party, number: OfficialNumber, *, legal_basis: str, at: datetime) -> None:
    """A proven person gives a number: it is theirs, unless it is known as another's or they have another one.

    Then nothing is recorded, since one of the two is a slip; the form says so to the clerk.
    """
    if party.identifiers.filter(scheme=number.scheme).exists():
        return
    try:
        with transaction.atomic():
            Identifier.holding(number, party=party, legal_basis=legal_basis, recorded_at=at).save()
    except IntegrityError:
        return


def _differs(party: Party, kind: Party.Kind, birth_date: date | None) -> bool:
    """Whether this cannot be the party, whatever its name and contact data."""
    return party.kind != kind or bool(party.birth_date and birth_date and party.birth_date != birth_date)


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
    known = Party.objects.filter(contact_points__match_key=key).first() if key else None
    return remaining(known) if known else None


def _register(
    name: str,
    points: list[ContactPoint],
    *,
    kind: Party.Kind = Party.Kind.PERSON,
    birth_date: date | None = None,
    at: datetime,
) -> Party:
    party = Party.objects.create(kind=kind, name=" ".join(name.split())[:200], birth_date=birth_date, created_at=at)
    for position, point in enumerate(points):
        point.party = party
        if position == 0:
            point.save()
        else:
            save_beside(point)
    return party
