"""Where somebody lives, has its seat, or wants post."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from parties.actions.holding import hold
from parties.actions.refusals import Refused
from parties.models import Address, Party, PartyEvent

FIELDS = ("kind", "street", "number", "box", "postcode", "town", "country", "since", "until")


@transaction.atomic
def add_address(
    *, party: Party, expected_version: int, given: Mapping[str, Any], reason: str = "", by: Actor, at: datetime
) -> Address:
    """Another address. One of the same kind that still holds, ends the day before: nobody lives in two places.

    ``given`` holds the FIELDS. Raises Changed and Refused.
    """
    held = hold(party, expected_version=expected_version)
    address = Address(
        party=held, recorded_at=at, recorded_by=by.user, **{field: given.get(field, "") for field in FIELDS[:-2]}
    )
    address.since, address.until = given.get("since"), given.get("until")
    _refuse_backwards(address)
    first = address.since or timezone.localdate(at)
    for older in held.addresses.filter(kind=address.kind, until__isnull=True):
        if older.since and older.since > first:
            continue  # a move that is planned later
        last = first - timedelta(days=1)
        older.until = max(last, older.since) if older.since else last
        older.save(update_fields=["until"])
    address.save()
    PartyEvent.objects.record(
        held,
        PartyEvent.Kind.ADDRESS,
        by=by,
        at=at,
        what=_("Added: %(kind)s") % {"kind": address.get_kind_display()},
        reason=reason,
    )
    return address


@transaction.atomic
def correct_address(
    *, address: Address, expected_version: int, given: Mapping[str, Any], reason: str = "", by: Actor, at: datetime
) -> Address:
    """Other words or days in the same row. Raises Changed and Refused."""
    held = hold(address.party, expected_version=expected_version)
    current = held.addresses.filter(pk=address.pk).first()
    if current is None:
        raise Refused(_("This address stands here no longer."))
    changed = [field for field in FIELDS if getattr(current, field) != given[field]]
    for field in changed:
        setattr(current, field, given[field])
    _refuse_backwards(current)
    current.save(update_fields=changed)
    what = ", ".join(str(label_for_field(field, Address)) for field in changed)
    PartyEvent.objects.record(held, PartyEvent.Kind.ADDRESS, by=by, at=at, what=what, reason=reason)
    return current


@transaction.atomic
def remove_address(*, address: Address, expected_version: int, reason: str = "", by: Actor, at: datetime) -> None:
    """It was never this party's. An address that somebody left gets a last day instead. Raises Changed and Refused."""
    held = hold(address.party, expected_version=expected_version)
    gone, _per_model = held.addresses.filter(pk=address.pk).delete()
    if not gone:
        raise Refused(_("This address stands here no longer."))
    what = _("Removed: %(kind)s") % {"kind": address.get_kind_display()}
    PartyEvent.objects.record(held, PartyEvent.Kind.ADDRESS, by=by, at=at, what=what, reason=reason)


def _refuse_backwards(address: Address) -> None:
    if address.since and address.until and address.until < address.since:
        raise Refused(_("The last day lies before the first."), field="until")
