"""Who sends a form, in whose name, and how we know: from the answers to parties of the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from core.actors import Actor, ActorKind
from dossiers.models.contact import PartyMatch
from dossiers.models.dossier import Representation
from forms import on_behalf
from forms.fields import Purpose, registry
from forms.fields.national_number import NationalNumberType
from forms.models import FormDraft
from forms.roles import ActingFor
from forms.schema import by_purpose, fields_of
from parties.actions import is_representative, resolve, verify
from parties.models import Identifier, Party
from parties.numbers import OfficialNumber


@dataclass(frozen=True)
class Senders:
    """``person`` filled in the form and is answered; ``initiator`` is whose dossier it becomes."""

    person: Party | None
    match: str
    initiator: Party | None
    representation: str
    role: str
    name: str
    email: str
    phone: str

    def of_dossier(self) -> dict[str, Any]:
        """What ``dossiers.actions.open_dossier`` takes of them."""
        acts = self.initiator is not None and self.person is not None and self.initiator != self.person
        return {
            "initiator": self.initiator,
            "representative": self.person if acts else None,
            "representation": self.representation if acts else "",
            "representative_role": self.role if acts else "",
            "party_match": self.match,
            "given_name": self.name,
            "email": self.email,
            "phone": self.phone,
        }


def register(*, draft: FormDraft, answers: Mapping[str, Any], by: Actor, at: datetime) -> Senders:
    """Find or register them; ``answers`` are those that apply. Inside the transaction of sending."""
    said = by_purpose(draft.version.schema, answers)

    def given(purpose: Purpose) -> str:
        return said.get(purpose) or ""

    name, email, phone = given(Purpose.NAME), given(Purpose.EMAIL), given(Purpose.PHONE)
    number, basis = _national_number(draft, answers)
    person, match = None, ""
    spoken_to = draft.conversation
    chosen = spoken_to.party if spoken_to else None  # by the clerk, who sees what the register knows
    if draft.party or chosen or name or email or phone or number:
        born = given(Purpose.BIRTH_DATE)
        found = resolve(
            name=name,
            email=email,
            phone=phone,
            proven=draft.party or chosen,
            number=number,
            legal_basis=basis,
            birth_date=date.fromisoformat(born) if born else None,
            by=by,
            at=at,
        )
        person, match = found.party, (PartyMatch.CLERK.value if found.party == chosen else found.match)
        if draft.party and number and by.kind == ActorKind.STAFF:
            for identifier in Identifier.objects.of(number).filter(party=draft.party):
                verify(identifier=identifier, how=Identifier.Verified.DOCUMENT, by=by, at=at)
    initiator, representation = person, ""
    told = draft.on_behalf or {}
    if draft.acting_for == ActingFor.ORGANISATION:
        initiator = shown = on_behalf.proven(told)
        if shown is None and spoken_to:
            initiator = spoken_to.organisation
        if shown is None and (initiator is None or initiator.name != told["name"]):
            own = on_behalf.organisation_number(told)
            initiator = resolve(
                name=told["name"],
                number=own,
                email="" if own else email,
                phone="" if own else phone,
                kind=Party.Kind.ORGANISATION,
                by=by,
                at=at,
            ).party
        day = timezone.localdate(at)
        known = match in ("proven", PartyMatch.CLERK)
        sure = known and (shown or is_representative(person=person, organisation=initiator, day=day))
        representation = Representation.CONFIRMED if sure else Representation.CLAIMED
    elif draft.acting_for == ActingFor.PERSON:
        initiator = resolve(name=told["name"], by=by, at=at).party
        representation = Representation.CLAIMED
    return Senders(person, match, initiator, representation, told.get("function", ""), name, email, phone)


def keep_out_of_answers(*, draft: FormDraft, person: Party | None, by: Actor, at: datetime) -> None:
    """Replace each answer by what stays with the submission: the register has the number itself by now."""
    for field in fields_of(draft.version.schema):
        key = field["slug"]
        if key in draft.answers:
            field_type = registry[field["parameters"]["type"]]
            draft.answers[key] = field_type.kept(draft.answers[key], field, party=person, by=by, at=at)


def _national_number(draft: FormDraft, answers: Mapping[str, Any]) -> tuple[OfficialNumber | None, str]:
    """The number of who fills in the form, and the legal basis of the question."""
    for field in fields_of(draft.version.schema):
        field_type = registry[field["parameters"]["type"]]
        if isinstance(field_type, NationalNumberType):
            number = field_type.number(answers.get(field["slug"]))
            return number, field["parameters"]["legal_basis"]
    return None, ""
