"""Who changes a record holds it for as long as the transaction lasts."""

from django.db.models import F
from django.utils.translation import gettext as _

from parties.actions.refusals import Changed, Refused
from parties.models import Party, PartyEvent

NO_CHANGE = (PartyEvent.Kind.REVEALED, PartyEvent.Kind.NOTE, PartyEvent.Kind.ACCESS)
"""What is remembered, and raises no version."""


def hold(party: Party, *, expected_version: int | None = None) -> Party:
    """The record as it is now, its version raised by one, so that nobody else changes it meanwhile.

    Raises Changed when it is no longer the version that the clerk saw, Refused when it was merged into another.
    """
    rows = Party.objects.current().filter(pk=party.pk)
    if expected_version is not None:
        rows = rows.filter(version=expected_version)
    changed = rows.update(version=F("version") + 1)
    held = Party.objects.get(pk=party.pk)
    if held.merged_into_id:
        raise Refused(_("This record was merged into another one. Go on there."))
    if held.anonymised_at:
        raise Refused(_("The data of this contact were destroyed. Nothing can be changed in it any more."))
    if not changed:
        changes = held.events.exclude(kind__in=NO_CHANGE).select_related("actor")
        raise Changed(changes.order_by("-pk").first())
    return held
