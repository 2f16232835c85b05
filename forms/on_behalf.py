"""For whom a form is filled in: for oneself, for an organisation, or for another person.

Asked on the start page and, for somebody else, on one page before the first step. What is given is a claim: it grants
nothing (docs/rules/vertegenwoordiging.md).
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import LoketFormMixin
from dossiers.models import Conversation
from forms.fields.base import Retention
from forms.fields.text import SingleLineField
from forms.roles import ActingFor, OnBehalf
from forms.typed import FOR_WHOM
from parties.actions import SignedIn
from parties.models import Party, Representation
from parties.numbers import LONGEST, InvalidNumber, OfficialNumber, read_organisation_number
from parties.remaining import remaining

Given = dict[str, Any]
"""What was typed. PARTY is ours: the organisation for which somebody signed in, which is more than a claim."""
PARTY = "party"
MARK = "namens"
"""Name of a box that says that a post comes from this page."""


def allowed(schema: Mapping[str, Any]) -> str:
    """Whether this version is filled in for somebody else; one from before that was a setting is not."""
    return str(schema.get("on_behalf", OnBehalf.NO))


def choices(setting: str) -> list[ActingFor]:
    """For whom a form with this setting may be filled in."""
    others = [ActingFor.ORGANISATION, ActingFor.PERSON]
    return {OnBehalf.MAY: [ActingFor.SELF, *others], OnBehalf.MUST: others}.get(OnBehalf(setting), [ActingFor.SELF])


class WhoForm(LoketFormMixin, forms.Form):
    """The question on the start page; a form that is never for somebody else does not ask it."""

    acting_for = forms.ChoiceField(
        label=_("For whom do you fill in this form?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    summary_in_form = False

    def __init__(self, *args: Any, on_behalf: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = choices(on_behalf)
        if offered == [ActingFor.SELF]:
            del self.fields["acting_for"]
            return
        asked: Any = self.fields["acting_for"]
        asked.choices = [(choice.value, choice.label) for choice in offered]

    @property
    def chosen(self) -> ActingFor:
        return ActingFor(self.cleaned_data.get("acting_for", ActingFor.SELF))


class OrganisationForm(LoketFormMixin, forms.Form):
    """Which organisation, and what somebody is there."""

    title = _("For which organisation do you fill in this form?")
    summary_in_form = False

    name = SingleLineField(
        label=_("Name of the association, company or organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    number = forms.CharField(
        label=_("Company number or association number"),
        required=False,
        max_length=LONGEST,
        help_text=_("For example 0403.019.261 or V0012345. Does your association have no number? Leave this empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    function = SingleLineField(
        label=_("Your function there"),
        max_length=100,
        help_text=_("For example: chairperson, secretary, manager."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        if not typed:
            return ""
        try:
            return str(read_organisation_number(typed, vcode=True))
        except InvalidNumber as invalid:
            raise ValidationError(str(invalid), code="invalid")


class AnotherPersonForm(LoketFormMixin, forms.Form):
    """Which person, and how somebody is related to them."""

    title = _("For which person do you fill in this form?")
    summary_in_form = False

    name = SingleLineField(
        label=_("First name and last name of that person"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    function = SingleLineField(
        label=_("What are you to that person?"),
        max_length=100,
        help_text=_("For example: parent, daughter, administrator, neighbour."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def form_for(acting_for: str, data: Any = None, initial: Given | None = None) -> forms.Form:
    """The page for somebody else. Raises KeyError when one fills in the form for oneself: there is none then."""
    pages: dict[str, type[OrganisationForm | AnotherPersonForm]] = {
        ActingFor.ORGANISATION: OrganisationForm,
        ActingFor.PERSON: AnotherPersonForm,
    }
    return pages[acting_for](data, initial=initial or {})


def is_missing(acting_for: str, given: Given | None) -> bool:
    """Whether somebody else was chosen and we do not know yet whom."""
    return acting_for != ActingFor.SELF and not form_for(acting_for, data=given or {}).is_valid()


def is_unfinished(acting_for: str, given: Given | None, typed: Mapping[str, Any]) -> bool:
    """Whether it is missing, or something was typed about it that was not gone on from."""
    return is_missing(acting_for, given) or FOR_WHOM in typed


def organisation_number(given: Given) -> OfficialNumber | None:
    return read_organisation_number(given["number"], vcode=True) if given.get("number") else None


def said_in(conversation: Conversation) -> Given | None:
    """What is filled in beforehand for the organisation that somebody speaks for; None when it is for nobody else."""
    organisation, person = conversation.organisation, conversation.party
    if organisation is None:
        return None
    return _of(organisation, person)


def signed_in_for(signed_in: SignedIn) -> Given | None:
    """What the sign-in says of it: nothing that must be typed; None when it is for nobody else."""
    if signed_in.organisation is None:
        return None
    return {
        **_of(signed_in.organisation, signed_in.person, gettext("representative")),
        PARTY: signed_in.organisation.pk,
    }


def kept(given: Given, before: Given | None) -> Given:
    """What was typed, and still the organisation for which one signed in when that was not changed."""
    same = before and PARTY in before and all(given.get(name) == before[name] for name in ("name", "number"))
    return given | {PARTY: before[PARTY]} if before and same else given


def proven(given: Given | None) -> Party | None:
    """The organisation for which the provider says that somebody may act."""
    return remaining(Party.objects.get(pk=given[PARTY])) if given and PARTY in given else None


def _of(organisation: Party, person: Party | None, otherwise: str = "") -> Given:
    number = organisation.identifiers.exclude(value="").first()
    today = Representation.objects.on(timezone.localdate()).filter(organisation=organisation, person=person)
    role = today.values_list("role", flat=True).first() or otherwise
    return {"name": organisation.name, "number": str(number) if number else "", "function": role}


def as_asked(acting_for: str, given: Given | None) -> list[dict[str, Any]]:
    """One more step for the check page and the submission, in the notation of ``filling_in.as_asked``; or none."""
    if acting_for == ActingFor.SELF or not given:
        return []
    fields = form_for(acting_for).fields
    return [
        {
            "key": "on-behalf",
            "number": 0,
            "title": gettext("For whom"),
            "answers": [
                {
                    "key": name,
                    "label": str(field.label),
                    "type": "text",
                    "purpose": "",
                    "retention": str(Retention.PERSONAL),
                    "value": given.get(name, ""),
                    "text": given.get(name, ""),
                    "shown": True,
                }
                for name, field in fields.items()
            ],
        }
    ]
