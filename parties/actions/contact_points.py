"""How somebody can be reached: e-mail addresses and phone numbers, and whether they still work."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from parties.actions.holding import hold
from parties.actions.mails import mail
from parties.actions.refusals import Refused
from parties.contact_values import normalise_email, normalise_phone
from parties.matching import match_key
from parties.models import ContactPoint, EmailChange, Party, PartyEvent, Reason

UNVERIFIED: dict[str, Any] = {"verified_how": "", "verified_at": None, "verified_by": None}


@transaction.atomic
def add_contact_point(
    *,
    party: Party,
    expected_version: int,
    kind: str,
    value: str,
    note: str = "",
    is_preferred: bool = False,
    by: Actor,
    at: datetime,
) -> ContactPoint:
    """Another address or number. One that was no longer used is used again.

    E-mail addresses that we had hear of another one: who did not ask that, calls us. Raises Changed and Refused.
    """
    held = hold(party, expected_version=expected_version)
    normalised = normalise(kind, value)
    if held.contact_points.in_use().filter(kind=kind, value=normalised).exists():
        raise Refused(_("This stands here already."), field="value")
    point = use(held, kind=kind, value=normalised, as_given=value.strip(), at=at)
    annotate(point, note=note, is_preferred=is_preferred)
    if point.kind == ContactPoint.Kind.EMAIL:
        _tell_the_others(point, at=at)
    PartyEvent.objects.record(
        held, PartyEvent.Kind.CONTACT_DATA, by=by, at=at, what=_("Added: %(kind)s") % {"kind": point.get_kind_display()}
    )
    return point


@transaction.atomic
def change_contact_point(
    *,
    point: ContactPoint,
    expected_version: int,
    value: str,
    note: str = "",
    is_preferred: bool = False,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> ContactPoint:
    """Another number in its place, or another note. What was typed wrong leaves no trace; a number that somebody no
    longer has stays, as not used.

    Another e-mail address goes by ``change_email``: its owner is asked. Raises Changed and Refused.
    """
    held = hold(point.party, expected_version=expected_version)
    point = _in_use(held, point)
    normalised = normalise(point.kind, value)
    if normalised != point.value:
        if point.kind == ContactPoint.Kind.EMAIL:
            raise ValueError("The owner of another e-mail address is asked first.")
        if held.contact_points.in_use().filter(kind=point.kind, value=normalised).exists():
            raise Refused(_("This stands here already."), field="value")
        if reason == Reason.NEW:
            stop_using(point, at=at)
            point = use(held, kind=point.kind, value=normalised, as_given=value.strip(), at=at)
        else:
            point = put_right(held, point, value=normalised, as_given=value.strip())
    annotate(point, note=note, is_preferred=is_preferred)
    what = _("Changed: %(kind)s") % {"kind": point.get_kind_display()}
    PartyEvent.objects.record(held, PartyEvent.Kind.CONTACT_DATA, by=by, at=at, what=what, reason=reason)
    return point


@transaction.atomic
def end_contact_point(*, point: ContactPoint, expected_version: int, reason: str = "", by: Actor, at: datetime) -> None:
    """No longer used: it stays readable, and recognises nobody any more. Raises Changed and Refused."""
    held = hold(point.party, expected_version=expected_version)
    point = _in_use(held, point)
    stop_using(point, at=at)
    what = _("No longer used: %(kind)s") % {"kind": point.get_kind_display()}
    PartyEvent.objects.record(held, PartyEvent.Kind.CONTACT_DATA, by=by, at=at, what=what, reason=reason)


@transaction.atomic
def verify_contact_point(
    *, point: ContactPoint, expected_version: int, how: ContactPoint.Verified, by: Actor, at: datetime
) -> None:
    """Somebody made sure that it is this party's. Raises Changed and Refused."""
    held = hold(point.party, expected_version=expected_version)
    point = _in_use(held, point)
    mark_verified(point, how=how, by=by, at=at)
    PartyEvent.objects.record(
        held, PartyEvent.Kind.VERIFIED, by=by, at=at, what=f"{point.get_kind_display()}: {how.label}"
    )


def mark_bounced(*, email: str, at: datetime) -> None:
    """A message to this address came back: whoever has it must be asked for another."""
    ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, value=normalise_email(email)).update(bounced_at=at)


def mark_reachable(*, email: str) -> None:
    """Something reached this address, or came from it: it works."""
    ContactPoint.objects.filter(
        kind=ContactPoint.Kind.EMAIL, value=normalise_email(email), bounced_at__isnull=False
    ).update(bounced_at=None)


def is_bounced(*, email: str) -> bool:
    return ContactPoint.objects.filter(
        kind=ContactPoint.Kind.EMAIL, value=normalise_email(email), bounced_at__isnull=False
    ).exists()


# --- The steps of which these verbs, and those of other modules, are made --------------------------------------------


def normalise(kind: str, value: str) -> str:
    """Raises Refused for what is no such address or number."""
    normalised = normalise_email(value) if kind == ContactPoint.Kind.EMAIL else normalise_phone(value)
    if not normalised:
        raise Refused(
            _("Give an e-mail address such as naam@voorbeeld.be.")
            if kind == ContactPoint.Kind.EMAIL
            else _("Give a phone number such as 03 444 17 17 or 0470 12 34 56."),
            field="value",
        )
    return normalised


def use(party: Party, *, kind: str, value: str, as_given: str, at: datetime) -> ContactPoint:
    """The address or number in use, new or again; it recognises the party unless it does so for a namesake already."""
    point = party.contact_points.filter(kind=kind, value=value).first() or ContactPoint(
        party=party, kind=kind, value=value, created_at=at
    )
    point.as_given, point.ended_at, point.bounced_at = as_given[:254], None, None
    point.match_key = match_key(party.name, value) or None
    save_beside(point)
    return point


def stop_using(point: ContactPoint, *, at: datetime) -> None:
    point.changes.waiting(at).update(expires_at=at)
    ContactPoint.objects.filter(pk=point.pk).update(ended_at=at, is_preferred=False, match_key=None)


def put_right(party: Party, point: ContactPoint, *, value: str, as_given: str) -> ContactPoint:
    """Another value in the same row. A row that had this value, and was no longer used, makes way."""
    old = party.contact_points.filter(kind=point.kind, value=value, ended_at__isnull=False)
    EmailChange.objects.filter(point__in=old).delete()
    old.delete()
    point.value, point.as_given, point.bounced_at = value, as_given[:254], None
    for field, empty in UNVERIFIED.items():
        setattr(point, field, empty)
    point.match_key = match_key(party.name, value) or None
    save_beside(point)
    return point


def annotate(point: ContactPoint, *, note: str, is_preferred: bool) -> None:
    """What it is for, and whether it goes first: of each kind, at most one does."""
    if is_preferred:
        others = ContactPoint.objects.filter(party=point.party_id, kind=point.kind, is_preferred=True)
        others.exclude(pk=point.pk).update(is_preferred=False)
    point.note, point.is_preferred = note, is_preferred
    point.save(update_fields=["note", "is_preferred"])


def mark_verified(point: ContactPoint, *, how: ContactPoint.Verified, by: Actor, at: datetime) -> None:
    point.verified_how, point.verified_at, point.verified_by = how, at, by.user
    point.save(update_fields=["verified_how", "verified_at", "verified_by"])


def save_beside(point: ContactPoint) -> None:
    """Save a further contact point: it recognises this party too, unless it does so for a namesake already."""
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError:
        point.match_key = None
        point.save()


def renew_match_keys(party: Party) -> None:
    """After another name: who gives the new one and an address or number in use, is this party."""
    for point in party.contact_points.in_use():
        key = match_key(party.name, point.value) or None
        if key != point.match_key:
            point.match_key = key
            save_beside(point)


def _tell_the_others(added: ContactPoint, *, at: datetime) -> None:
    for point in added.party.contact_points.in_use().filter(kind=added.kind).exclude(pk=added.pk):
        key = f"email-added-{added.pk}-{point.pk}-{at.timestamp()}"
        mail(key, point.value, _("Another e-mail address was added"), "email_added", at=at)


def _in_use(party: Party, point: ContactPoint) -> ContactPoint:
    """As it is now. Raises Refused when a colleague ended it."""
    current = party.contact_points.in_use().filter(pk=point.pk).first()
    if current is None:
        raise Refused(_("This is no longer used."))
    return current
