"""Official numbers in the register: added, put right, checked, and a national number shown to who may see it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import AccessLog, User
from parties.actions.holding import hold
from parties.actions.refusals import NumberTaken, Refused
from parties.models import Identifier, Party, PartyEvent
from parties.numbers import OfficialNumber, Scheme

OF_PERSONS = (Scheme.NATIONAL_NUMBER,)
OF_ORGANISATIONS = (Scheme.KBO, Scheme.VCODE)


@transaction.atomic
def add_number(
    *,
    party: Party,
    expected_version: int,
    number: OfficialNumber,
    legal_basis: str = "",
    verified_how: str = "",
    by: Actor,
    at: datetime,
) -> Identifier:
    """A number that the register did not know. Raises Changed, Refused, and NumberTaken for one of another party."""
    held = hold(party, expected_version=expected_version)
    refuse_unfitting(held, number, legal_basis)
    if held.identifiers.filter(scheme=number.scheme).exists():
        raise Refused(_("There is such a number already. Correct that one."), field="number")
    identifier = Identifier.holding(number, party=held, legal_basis=legal_basis, recorded_at=at)
    if verified_how:
        identifier.verified_how, identifier.verified_at, identifier.verified_by = verified_how, at, by.user
    put_number(identifier, number)
    what = _("Added: %(kind)s") % {"kind": identifier.get_scheme_display()}
    PartyEvent.objects.record(held, PartyEvent.Kind.NUMBER, by=by, at=at, what=what)
    return identifier


@transaction.atomic
def correct_number(
    *,
    identifier: Identifier,
    expected_version: int,
    number: OfficialNumber,
    legal_basis: str = "",
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Identifier:
    """Another number in its place, of the same kind, which nobody checked yet. Raises as ``add_number`` does."""
    held = hold(identifier.party, expected_version=expected_version)
    current = _current(held, identifier)
    refuse_unfitting(held, number, legal_basis)
    renewed = Identifier.holding(number, party=held, legal_basis=legal_basis, recorded_at=current.recorded_at)
    renewed.pk = current.pk  # answers of forms refer to the row
    if current.number == number:
        for field in ("verified_how", "verified_at", "verified_by"):
            setattr(renewed, field, getattr(current, field))
    put_number(renewed, number)
    what = _("Changed: %(kind)s") % {"kind": renewed.get_scheme_display()}
    PartyEvent.objects.record(held, PartyEvent.Kind.NUMBER, by=by, at=at, what=what, reason=reason)
    return renewed


@transaction.atomic
def remove_number(*, identifier: Identifier, expected_version: int, reason: str = "", by: Actor, at: datetime) -> None:
    """It was never this party's. Raises Changed and Refused."""
    held = hold(identifier.party, expected_version=expected_version)
    current = _current(held, identifier)
    what = _("Removed: %(kind)s") % {"kind": current.get_scheme_display()}
    current.delete()
    PartyEvent.objects.record(held, PartyEvent.Kind.NUMBER, by=by, at=at, what=what, reason=reason)


@transaction.atomic
def verify_number(
    *, identifier: Identifier, expected_version: int, how: Identifier.Verified, by: Actor, at: datetime
) -> None:
    """A clerk compared it with a document or an official register. Raises Changed and Refused."""
    held = hold(identifier.party, expected_version=expected_version)
    current = _current(held, identifier)
    current.verified_how, current.verified_at, current.verified_by = how, at, by.user
    current.save(update_fields=["verified_how", "verified_at", "verified_by"])
    what = f"{current.get_scheme_display()}: {how.label}"
    PartyEvent.objects.record(held, PartyEvent.Kind.VERIFIED, by=by, at=at, what=what)


@transaction.atomic
def verify(*, identifier: Identifier, how: Identifier.Verified, by: Actor, at: datetime) -> None:
    """Somebody checked that this number is this party's; the first who did is remembered."""
    first = Identifier.objects.filter(pk=identifier.pk, verified_how="").update(
        verified_how=how, verified_at=at, verified_by=by.user
    )
    if first:
        what = f"{identifier.get_scheme_display()}: {how.label}"
        PartyEvent.objects.record(identifier.party, PartyEvent.Kind.VERIFIED, by=by, at=at, what=what)


@transaction.atomic
def reveal_national_number(*, identifier: Identifier, reason: str, user: User, at: datetime) -> str:
    """The number in full, as people write it. Who saw it, when and why is kept for good.

    Raises Refused when the key is missing: then nobody saw anything.
    """
    number = identifier.number
    if number is None or not number.is_secret:
        raise Refused(_("This number cannot be read: the key is missing. Ask the administrator."))
    AccessLog.objects.record(user=user, action="reveal", obj=identifier.party, at=at, reason=reason)
    PartyEvent.objects.record(identifier.party, PartyEvent.Kind.REVEALED, by=Actor.staff(user), at=at)
    return number.in_full


def _current(party: Party, identifier: Identifier) -> Identifier:
    current = party.identifiers.filter(pk=identifier.pk).first()
    if current is None:
        raise Refused(_("This number stands here no longer."))
    return current


def refuse_unfitting(party: Party, number: OfficialNumber, legal_basis: str) -> None:
    if number.scheme not in (OF_PERSONS if party.is_person else OF_ORGANISATIONS):
        raise Refused(_("This kind of number does not fit here."), field="number")
    if number.is_secret and not legal_basis:
        raise Refused(_("Say which law or authorisation lets the town keep this number."), field="legal_basis")
    if party.birth_date and number.birth_date and party.birth_date != number.birth_date:
        raise Refused(
            _("This number is of somebody with another date of birth. One of the two is wrong."), field="number"
        )


def put_number(identifier: Identifier, number: OfficialNumber) -> None:
    """Raises NumberTaken: the database knows each number once."""
    holder = Identifier.objects.of(number).exclude(pk=identifier.pk).select_related("party").first()
    if holder is None:
        try:
            with transaction.atomic():
                identifier.save()
            return
        except IntegrityError:  # somebody registered it a moment before us
            holder = Identifier.objects.of(number).exclude(pk=identifier.pk).select_related("party").first()
            if holder is None:
                raise
    raise NumberTaken(holder.party.merged_into or holder.party)
