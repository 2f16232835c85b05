"""A citizen signed in: the one party that this is, and the organisation that he or she acts for."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from parties.actions.numbers import verify
from parties.actions.resolving import resolve
from parties.claims import Identity, Represented
from parties.matching import normalise_name
from parties.models import Identifier, Party, PartyEvent, Representation, Subject, Verification
from parties.numbers import OfficialNumber
from parties.remaining import remaining

TRIES = 3


class SomebodyWasFirst(Exception):
    """The same subject or number came in a moment before us, with another record: ours must not be."""


@dataclass(frozen=True)
class SignedIn:
    """The person, and the organisation for which this person signed in, if any."""

    person: Party
    organisation: Party | None = None


@transaction.atomic
def sign_in(*, identity: Identity, legal_basis: str = "", at: datetime) -> SignedIn:
    """Whose sign-in this is, registered when there is nobody yet; and that it was seen today.

    Who signed in before is the same one. Else the national number decides, never a name. A number is looked at and
    kept only with a ``legal_basis``. Nothing that the record holds is changed. The database knows each subject and each
    number once, so sign-ins at the same moment end at one party.
    """
    number = identity.number if legal_basis else None
    person = _person(identity, number, legal_basis, at)
    _seen(person, at)
    if identity.organisation is None:
        return SignedIn(person)
    organisation = resolve(
        name=identity.organisation.name,
        number=identity.organisation.number,
        kind=Party.Kind.ORGANISATION,
        by=Actor.citizen(),
        at=at,
    ).party
    _represents(person, organisation, identity.organisation, at)
    return SignedIn(person, organisation)


def _person(identity: Identity, number: OfficialNumber | None, legal_basis: str, at: datetime) -> Party:
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                known = _signed_in_before(identity) or _holder(number, identity.name)
                party = known or _register(identity, number, at)
                _keep_subjects(party, identity, at)
                if number is not None:
                    _keep_number(party, number, legal_basis, at)
                # What came in between our look and our write is there by now, so we look once more.
                by_number = None if known else _holder(number, identity.name)
                if _signed_in_before(identity) != party or (by_number and by_number != party):
                    raise SomebodyWasFirst
                return party
        except (IntegrityError, SomebodyWasFirst):  # now we can see whose it is
            if attempt == TRIES:
                raise
    raise AssertionError  # pragma: no cover


def _signed_in_before(identity: Identity) -> Party | None:
    for each in identity.subjects:
        known = Party.objects.filter(
            subjects__issuer=identity.issuer, subjects__claim=each.claim, subjects__value=each.value
        ).first()
        if known:
            return remaining(known)
    return None


def _holder(number: OfficialNumber | None, name: str) -> Party | None:
    """Whose number this is. Anybody can type somebody's number in a form, so one that was never checked finds only a
    record with the same name; a clerk puts right what then stands apart."""
    kept = Identifier.objects.of(number).select_related("party").first() if number else None
    if kept is None or not (kept.verified_how or normalise_name(kept.party.name) == normalise_name(name)):
        return None
    return remaining(kept.party)


def _register(identity: Identity, number: OfficialNumber | None, at: datetime) -> Party:
    party = Party.objects.create(name=identity.name, birth_date=number.birth_date if number else None, created_at=at)
    PartyEvent.objects.record(party, PartyEvent.Kind.REGISTERED, by=Actor.citizen(), at=at)
    return party


def _keep_subjects(party: Party, identity: Identity, at: datetime) -> None:
    """One that is another's stays there. Whoever comes second with the same subject waits here."""
    for each in identity.subjects:
        row = {"issuer": identity.issuer, "claim": each.claim, "value": each.value}
        if not Subject.objects.filter(**row).update(last_at=at):
            Subject.objects.create(party=party, first_at=at, last_at=at, **row)


def _keep_number(party: Party, number: OfficialNumber, legal_basis: str, at: datetime) -> None:
    """It is checked now. What contradicts the record, or stands with somebody else, is left for a clerk."""
    kept = Identifier.objects.of(number).first()
    if kept is not None:
        if kept.party_id == party.pk:
            verify(identifier=kept, how=Identifier.Verified.SIGNED_IN, by=Actor.citizen(), at=at)
        return
    born = number.birth_date
    if party.identifiers.filter(scheme=number.scheme).exists() or (
        party.birth_date and born and party.birth_date != born
    ):
        return
    kept = Identifier.holding(
        number,
        party=party,
        legal_basis=legal_basis,
        recorded_at=at,
        verified_how=Identifier.Verified.SIGNED_IN,
        verified_at=at,
    )
    kept.save()
    what = _("Added: %(kind)s") % {"kind": kept.get_scheme_display()}
    PartyEvent.objects.record(party, PartyEvent.Kind.NUMBER, by=Actor.citizen(), at=at, what=what)


def _seen(party: Party, at: datetime) -> None:
    """Once a day is enough to know how sure it is."""
    how = Verification.How.SIGNED_IN
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if not party.verifications.filter(how=how, at__gte=midnight).exists():
        Verification.objects.create(party=party, how=how, at=at)
        PartyEvent.objects.record(party, PartyEvent.Kind.VERIFIED, by=Actor.citizen(), at=at, what=str(how.label))


def _represents(person: Party, organisation: Party, said: Represented, at: datetime) -> None:
    """That it was so today, unless the town itself knows it. It says nothing of tomorrow: who leaves an association
    cannot sign in for it any more, and no row of ours may say otherwise."""
    day = timezone.localdate(at)
    both = Representation.objects.filter(person=person, organisation=organisation)
    if both.on(day).exists():
        return
    shown = both.filter(source=Representation.Source.SIGNED_IN)
    if shown.filter(until__lt=day).update(until=day):
        return
    role = _("legal representative") if said.by_law else _("representative")
    _made, is_new = Representation.objects.get_or_create(
        person=person,
        organisation=organisation,
        role=role,
        since=day,
        defaults={"until": day, "source": Representation.Source.SIGNED_IN, "recorded_at": at},
    )
    if is_new:
        for party in (person, organisation):
            what = _("Added: %(kind)s") % {"kind": _("function")}
            PartyEvent.objects.record(party, PartyEvent.Kind.REPRESENTATION, by=Actor.citizen(), at=at, what=what)
