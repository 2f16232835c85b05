"""Who it is."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions.history import record
from dossiers.actions.notifying import first_contact
from dossiers.actions.refusals import StepRefused
from dossiers.models import Dossier
from dossiers.models.contact import UNCONFIRMED, PartyMatch
from dossiers.models.dossier import Representation
from dossiers.models.event import EventKind
from parties.actions import is_representative, register_namesake
from parties.models import Party


@transaction.atomic
def detach_party(*, dossier: Dossier, by: Actor, at: datetime) -> Party:
    """This is somebody else with the same name and contact data: give the dossier a party of its own.

    Only an unconfirmed match can be detached; the record that was found is left as it is.
    Raises StepRefused otherwise.
    """
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    contact = first_contact(dossier)
    if contact is None or contact.party_match not in UNCONFIRMED:
        raise StepRefused(_("Only an unconfirmed match can be detached."))
    party = register_namesake(name=contact.given_name, email=contact.given_email, phone=contact.given_phone, at=at)
    dossier.contacts.filter(party=contact.party).update(party=party, party_match=PartyMatch.CLERK)
    part = "representative" if held.representative_id else "initiator"
    Dossier.objects.filter(pk=dossier.pk).update(**{part: party})
    record(dossier, EventKind.PARTY_DETACHED, by=by, at=at)
    return party


@transaction.atomic
def confirm_party(*, dossier: Dossier, by: Actor, at: datetime) -> None:
    """A clerk confirms that this is the person in the register.

    Somebody whom the register knows as representative of the initiator is then confirmed as such too.
    """
    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
    updated = dossier.contacts.filter(party_match__in=UNCONFIRMED).update(party_match=PartyMatch.CLERK)
    if not updated:
        raise StepRefused(_("This person was confirmed already."))
    day = timezone.localdate(held.first_contact_at)
    if held.representation and is_representative(person=held.representative, organisation=held.initiator, day=day):
        Dossier.objects.filter(pk=dossier.pk).update(representation=Representation.CONFIRMED)
    record(dossier, EventKind.PARTY_CONFIRMED, by=by, at=at)
