"""What Loket knows already of somebody whose identity is proven, so that it is not asked twice.

Only for ``FormDraft.party`` (who signed in, or whose document was seen at the desk), or for whom a clerk chose in a
conversation: a mere match of name and address fills in nothing. What a citizen changes, changes the answer and not the
register.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

from forms.fields import Purpose, registry
from forms.fields.address import HOME
from forms.models import FormDraft
from forms.schema import fields_of
from parties.models import Address, ContactPoint, Party


def known_answers(draft: FormDraft) -> dict[str, Any]:
    """Answers, by question, that the register has and that nobody gave or emptied yet."""
    known = _known(draft)
    if not known:
        return {}
    found = {
        question["slug"]: registry[question["parameters"]["type"]].known(known, question)
        for question in fields_of(draft.version.schema)
        if question["slug"] not in draft.answers
    }
    return {key: answer for key, answer in found.items() if answer}


def mark(form: forms.BaseForm, known: Mapping[str, Any]) -> None:
    """Say beside each box that was filled in beforehand where that comes from."""
    note = gettext("We know this already. Is it no longer right? Then change it.")
    for key in known:
        if key in form.fields:
            field = form.fields[key]
            field.help_text = " ".join(part for part in (str(field.help_text), note) if part)


def _known(draft: FormDraft) -> dict[str, Any]:
    """What the register knows, and on top of it what was said in the conversation that the form belongs to."""
    spoken_to = draft.conversation
    party = draft.party or (spoken_to.party if spoken_to else None)
    known = _of_party(party) if party else {}
    if spoken_to:
        said = {
            Purpose.NAME: spoken_to.given_name,
            Purpose.EMAIL: spoken_to.given_email,
            Purpose.PHONE: spoken_to.given_phone,
            Purpose.SUBJECT: spoken_to.subject,
            Purpose.DESCRIPTION: spoken_to.body,
        }
        known |= {purpose: words for purpose, words in said.items() if words}
    return known


def _of_party(party: Party) -> dict[str, Any]:
    """Of each kind the one to use first, else the newest: what somebody gave last."""
    day = timezone.localdate()
    homes = party.addresses.on(day).filter(kind__in=[Address.Kind.HOME, Address.Kind.SEAT]).order_by("-pk")
    points = party.contact_points.in_use().order_by("is_preferred", "created_at", "pk")
    reach = {point.kind: point.value for point in points}
    return {
        Purpose.NAME: party.name,
        Purpose.EMAIL: reach.get(ContactPoint.Kind.EMAIL, ""),
        Purpose.PHONE: reach.get(ContactPoint.Kind.PHONE, ""),
        Purpose.BIRTH_DATE: party.birth_date.isoformat() if party.birth_date else "",
        HOME: _as_answer(homes[0]) if homes else "",
    }


def _as_answer(address: Address) -> dict[str, str]:
    parts = ("street", "number", "box", "postcode", "town", "country")
    return {part: value for part in parts if (value := getattr(address, part))}
