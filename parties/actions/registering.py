"""A clerk registers somebody, after looking whether the register has him or her already."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from core.actors import Actor
from parties.actions.numbers import put_number
from parties.actions.refusals import LooksKnown, NumberTaken
from parties.contact_values import normalise_email, normalise_phone
from parties.matching import match_key
from parties.models import ContactPoint, Identifier, Party, PartyEvent
from parties.numbers import OfficialNumber

MOST = 10


def known_already(
    *,
    name: str = "",
    email: str = "",
    phone: str = "",
    birth_date: date | None = None,
    number: OfficialNumber | None = None,
) -> list[Party]:
    """Who has the number, the e-mail address or the phone number, or the name and the date of birth."""
    values = [value for value in (normalise_email(email), normalise_phone(phone)) if value]
    same = Q(pk__in=ContactPoint.objects.in_use().filter(value__in=values).values("party"))
    if number is not None:
        same |= Q(pk__in=Identifier.objects.of(number).values("party"))
    if birth_date is not None:
        same |= Q(birth_date=birth_date, name__iexact=" ".join(name.split()))
    return list(Party.objects.current().filter(same).prefetch_related("contact_points").order_by("name", "pk")[:MOST])


@transaction.atomic
def register(
    *,
    kind: str,
    name: str,
    email: str = "",
    phone: str = "",
    birth_date: date | None = None,
    number: OfficialNumber | None = None,
    legal_basis: str = "",
    not_one_of: Collection[int] = (),
    by: Actor,
    at: datetime,
) -> Party:
    """A new record. Raises LooksKnown for anybody whom the clerk has not seen and set aside (``not_one_of``), and
    NumberTaken, whatever the clerk says, for a number that somebody has.

    Who has the name and contact data of somebody known is a namesake: those keep recognising whom they recognised.
    """
    candidates = known_already(name=name, email=email, phone=phone, birth_date=birth_date, number=number)
    if number is not None and (holder := Party.objects.filter(identifiers__in=Identifier.objects.of(number)).first()):
        raise NumberTaken(holder.merged_into or holder)
    if any(candidate.pk not in not_one_of for candidate in candidates):
        raise LooksKnown(candidates)
    party = Party.objects.create(kind=kind, name=" ".join(name.split())[:200], birth_date=birth_date, created_at=at)
    given = (
        (ContactPoint.Kind.EMAIL, normalise_email(email), email),
        (ContactPoint.Kind.PHONE, normalise_phone(phone), phone),
    )
    for point_kind, value, as_given in given:
        if value:
            point = ContactPoint(
                party=party,
                kind=point_kind,
                value=value,
                as_given=as_given.strip(),
                match_key=match_key(name, value) or None,
                created_at=at,
            )
            _save(point, not_one_of)
    if number is not None:
        put_number(Identifier.holding(number, party=party, legal_basis=legal_basis, recorded_at=at), number)
    PartyEvent.objects.record(party, PartyEvent.Kind.REGISTERED, by=by, at=at)
    return party


def _save(point: ContactPoint, not_one_of: Collection[int]) -> None:
    """Raises LooksKnown when somebody registered the same a moment before us."""
    namesake = (
        Party.objects.filter(contact_points__match_key=point.match_key) if point.match_key else Party.objects.none()
    )
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError:
        if namesake.exclude(pk__in=not_one_of).exists():
            raise LooksKnown(list(namesake)) from None
        point.match_key = None
        point.save()
