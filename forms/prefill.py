"""What Loket knows already of somebody whose identity is proven, so that it is not asked twice.

Only for ``FormDraft.party``: a mere match of name and address fills in nothing. What a citizen changes, changes the
answer and not the register.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext

from forms.fields import Purpose, registry
from forms.models import FormDraft
from forms.schema import fields_of
from parties.models import ContactPoint, Party


def known_answers(draft: FormDraft) -> dict[str, Any]:
    """Answers, by question, that the register has and that nobody gave or emptied yet."""
    if draft.party is None:
        return {}
    known = _known(draft.party)
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


def _known(party: Party) -> dict[str, str]:
    """Of each kind what goes first, else what somebody gave last; never what is no longer used."""
    in_order = party.contact_points.filter(ended_at=None).order_by("is_preferred", "created_at", "pk")
    points = {point.kind: point.value for point in in_order}
    return {
        Purpose.NAME: party.name,
        Purpose.EMAIL: points.get(ContactPoint.Kind.EMAIL, ""),
        Purpose.PHONE: points.get(ContactPoint.Kind.PHONE, ""),
        Purpose.BIRTH_DATE: party.birth_date.isoformat() if party.birth_date else "",
    }
