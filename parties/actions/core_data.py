"""Who somebody is: name, date of birth, language, how he or she likes to hear from us."""

from datetime import date, datetime
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.actors import Actor
from parties.actions.contact_points import renew_match_keys
from parties.actions.holding import hold
from parties.actions.refusals import Refused
from parties.models import Party, PartyEvent
from parties.numbers import Scheme


@transaction.atomic
def change_core_data(
    *,
    party: Party,
    expected_version: int,
    kind: str,
    name: str,
    birth_date: date | None,
    language: str,
    preference: str,
    ended_on: date | None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> Party:
    """Save what is known of somebody. After another name, that name is recognised. Raises Changed and Refused."""
    is_person = kind == Party.Kind.PERSON
    given: dict[str, Any] = {
        "kind": kind,
        "name": " ".join(name.split())[:200],
        "birth_date": birth_date if is_person else None,
        "language": language,
        "preference": preference,
        "ended_on": ended_on,
    }
    now = Party.objects.get(pk=party.pk)
    changed = [field for field, value in given.items() if getattr(now, field) != value]
    if not changed and now.version == expected_version:
        return now
    held = hold(party, expected_version=expected_version)
    if "kind" in changed:
        _refuse_other_kind(held)
    if "birth_date" in changed and birth_date:
        _refuse_other_birth_date(held, birth_date)
    for field in changed:
        setattr(held, field, given[field])
    held.save(update_fields=changed)
    if "name" in changed:
        renew_match_keys(held)
    what = ", ".join(str(label_for_field(field, Party)) for field in changed)
    PartyEvent.objects.record(held, PartyEvent.Kind.CHANGED, by=by, at=at, what=capfirst(what), reason=reason)
    return held


def _refuse_other_kind(party: Party) -> None:
    """What only a person or only an organisation can have, would be left without sense."""
    has = (
        party.identifiers.exists()
        or party.represents.exists()
        or party.representatives.exists()
        or party.recognitions.exists()
    )
    if has:
        raise Refused(
            _("It has official numbers, representations or a recognition already. Make a new record instead."),
            field="kind",
        )


def _refuse_other_birth_date(party: Party, birth_date: date) -> None:
    for identifier in party.identifiers.filter(scheme=Scheme.NATIONAL_NUMBER):
        number = identifier.number
        if number and number.birth_date and number.birth_date != birth_date:
            raise Refused(
                _("The national number says another date of birth. One of the two is wrong."), field="birth_date"
            )
