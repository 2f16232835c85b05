"""Who may act for whom, as the town has established it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from parties.actions.holding import hold
from parties.actions.refusals import Refused
from parties.models import Party, PartyEvent, Representation


def is_representative(*, person: Party | None, organisation: Party | None, day: date) -> bool:
    """Whether the register says that this person may act for this organisation on this day."""
    return Representation.objects.on(day).filter(person=person, organisation=organisation).exists()


@transaction.atomic
def add_representation(
    *,
    party: Party,
    other: Party,
    expected_version: int,
    role: str,
    since: date,
    until: date | None = None,
    by: Actor,
    at: datetime,
) -> Representation:
    """A person acts for an organisation, whichever of the two the clerk started from. Raises Changed and Refused."""
    held, other = _hold_both(party, expected_version, other)
    if held.is_person == other.is_person:
        raise Refused(_("A person represents an organisation. These two are of the same kind."))
    person, organisation = (held, other) if held.is_person else (other, held)
    representation = Representation(
        person=person,
        organisation=organisation,
        role=role,
        since=since,
        until=until,
        recorded_at=at,
        recorded_by=by.user,
    )
    _save(representation)
    _record(representation, _("Added: %(kind)s") % {"kind": _("function")}, by=by, at=at)
    return representation


@transaction.atomic
def correct_representation(
    *,
    representation: Representation,
    party: Party,
    expected_version: int,
    role: str,
    since: date,
    until: date | None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Representation:
    """Another function or other days; ``party`` is the one whose page the clerk saw. Raises Changed and Refused."""
    current = _held(representation, party, expected_version)
    current.role, current.since, current.until = role, since, until
    current.source = Representation.Source.STAFF  # a clerk says it now
    _save(current)
    _record(current, _("Changed: %(kind)s") % {"kind": _("function")}, by=by, at=at, reason=reason)
    return current


@transaction.atomic
def end_representation(
    *, representation: Representation, party: Party, expected_version: int, until: date, by: Actor, at: datetime
) -> None:
    """It holds until this day, that day included. Raises Changed and Refused."""
    current = _held(representation, party, expected_version)
    current.until = until
    _save(current)
    _record(current, _("Ended: %(kind)s") % {"kind": _("function")}, by=by, at=at)


def _held(representation: Representation, party: Party, expected_version: int) -> Representation:
    """As it is now. Raises Refused when a merge hung it on another record."""
    current = Representation.objects.select_related("person", "organisation").get(pk=representation.pk)
    if party not in (current.person, current.organisation):
        raise Refused(_("This representation stands here no longer."))
    _hold_both(party, expected_version, current.organisation if party == current.person else current.person)
    current.refresh_from_db(fields=["role", "since", "until"])
    return current


def _hold_both(party: Party, expected_version: int, other: Party) -> tuple[Party, Party]:
    """In one order for everybody, so that two clerks never wait for one another."""
    versions = {party: expected_version, other: None}
    held = {each: hold(each, expected_version=versions[each]) for each in sorted(versions, key=lambda each: each.pk)}
    return held[party], held[other]


def _save(representation: Representation) -> None:
    if representation.until and representation.until < representation.since:
        raise Refused(_("The last day lies before the first."), field="until")
    try:
        with transaction.atomic():
            representation.save()
    except IntegrityError:
        raise Refused(_("This function from this day on stands here already."), field="role") from None


def _record(representation: Representation, what: str, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Both pages tell it."""
    for party in (representation.person, representation.organisation):
        PartyEvent.objects.record(party, PartyEvent.Kind.REPRESENTATION, by=by, at=at, what=what, reason=reason)
