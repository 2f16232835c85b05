"""Forms of the register. Each one knows which version of the record the clerk was looking at."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parties.contact_values import normalise_phone
from parties.languages import LANGUAGES
from parties.models import Address, ContactPoint, Identifier, Party, Reason, RecognitionCategory, Verification
from parties.numbers import (
    LONGEST,
    InvalidNumber,
    OfficialNumber,
    Scheme,
    read_kbo,
    read_national_number,
    read_vcode,
)

READERS = {Scheme.NATIONAL_NUMBER: read_national_number, Scheme.KBO: read_kbo, Scheme.VCODE: read_vcode}
FEWEST_WORDS = 3
EARLIEST = date(1900, 1, 1)


def day_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        error_messages={
            "required": _("Give the day."),
            "invalid": _("Write the day like 24/11/2026."),
        },
    )


def short() -> forms.TextInput:
    """A box as wide as what belongs in it."""
    return forms.TextInput(attrs={"size": 8})


def reason_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Why do you change it?"), choices=Reason.choices, initial=Reason.NEW, widget=forms.RadioSelect
    )


class PartyForm(forms.Form):
    """A form about a record as a clerk saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class CoreDataForm(PartyForm):
    kind = forms.ChoiceField(label=_("What is it?"), choices=Party.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Give the name.")})
    birth_date = day_field(_("Date of birth"), help_text=_("Only of a person."))
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGES,
        help_text=_("In which language do we speak best? Our letters stay in Dutch."),
    )
    preference = forms.ChoiceField(
        label=_("Likes to hear from us by"),
        choices=[("", _("No preference")), *Party.Preference.choices],
        required=False,
    )
    ended_on = day_field(_("Died or stopped on"), help_text=_("Leave it empty for who lives and what exists."))
    reason = reason_field()

    def __init__(self, *args: Any, known_language: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        if known_language and known_language not in dict(LANGUAGES) and isinstance(language, forms.ChoiceField):
            language.choices = [*LANGUAGES, (known_language, known_language)]

    def clean_birth_date(self) -> date | None:
        return past(self.cleaned_data["birth_date"])

    def clean_ended_on(self) -> date | None:
        return past(self.cleaned_data["ended_on"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("birth_date") and data.get("kind") == Party.Kind.ORGANISATION:
            self.add_error("birth_date", gettext("An organisation has no date of birth."))
        return data


def past(day: date | None) -> date | None:
    """Raises ValidationError for a day that is still to come, or that nobody remembers."""
    if day and not EARLIEST <= day <= timezone.localdate():
        raise forms.ValidationError(gettext("This day is not possible. Look at the year."))
    return day


class NewPartyForm(forms.Form):
    """``seen`` are those whom the clerk saw, and who are not this one."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=Party.Kind.choices, initial=Party.Kind.PERSON, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Give the name.")})
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        error_messages={"invalid": _("Give an e-mail address such as naam@voorbeeld.be.")},
    )
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40, widget=forms.TextInput({"type": "tel"}))
    birth_date = day_field(_("Date of birth"), help_text=_("Only of a person."))
    number = forms.CharField(
        label=_("Company number or association number"),
        required=False,
        max_length=LONGEST,
        help_text=_("Only of an organisation: 0403.019.261, or V0012345 without a company number."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_phone(self) -> str:
        return phone(self.cleaned_data["phone"])

    def clean_birth_date(self) -> date | None:
        return past(self.cleaned_data["birth_date"])

    def clean_seen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["seen"].split(",") if pk.isdecimal()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_person = data.get("kind") == Party.Kind.PERSON
        if data.get("birth_date") and not is_person:
            self.add_error("birth_date", gettext("An organisation has no date of birth."))
        text, data["number"] = data.get("number"), None
        if text and is_person:
            self.add_error("number", gettext("A person has no company number. A national number is added afterwards."))
        elif text:
            try:
                data["number"] = read_vcode(text) if text.strip().upper().startswith("V") else read_kbo(text)
            except InvalidNumber as error:
                self.add_error("number", str(error))
        return data


def phone(text: str) -> str:
    if text and not normalise_phone(text):
        raise forms.ValidationError(gettext("Give a phone number such as 03 444 17 17 or 0470 12 34 56."))
    return text


class ContactPointForm(PartyForm):
    """Of one kind, which the page names. A new one has no reason, a number gets no mail."""

    value = forms.CharField(max_length=254)
    note = forms.CharField(
        label=_("Whose or for what"), required=False, max_length=60, help_text=_("For example: work, or his daughter.")
    )
    is_preferred = forms.BooleanField(label=_("Use this one first"), required=False)
    ask = forms.BooleanField(label=_("Send a mail with a link to confirm the address"), required=False, initial=True)
    reason = reason_field()

    def __init__(self, *args: Any, kind: str, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_email = kind == ContactPoint.Kind.EMAIL
        value = self.fields["value"]
        value.label = ContactPoint.Kind(kind).label
        value.widget = forms.TextInput(attrs={"type": "email" if self.is_email else "tel", "maxlength": 254})
        value.error_messages["required"] = (
            gettext("Give an e-mail address such as naam@voorbeeld.be.")
            if self.is_email
            else gettext("Give a phone number such as 03 444 17 17 or 0470 12 34 56.")
        )
        if is_new:
            del self.fields["reason"]
        elif self.is_email:
            value.help_text = gettext(
                "Another address gets a mail first, with a link to confirm it. The address that we had is told."
            )
        if not (is_new and self.is_email):
            del self.fields["ask"]

    def clean_value(self) -> str:
        value: str = self.cleaned_data["value"].strip()
        if self.is_email:
            forms.EmailField(
                max_length=254,
                error_messages={"invalid": _("Give an e-mail address such as naam@voorbeeld.be.")},
            ).clean(value)
            return value
        return phone(value)


class ReasonForm(PartyForm):
    """Away with it, and why."""

    reason = reason_field()


class VerifyContactPointForm(PartyForm):
    how = forms.ChoiceField(
        label=_("How do you know?"),
        choices=[(how.value, how.label) for how in (ContactPoint.Verified.CALLED, ContactPoint.Verified.DESK)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how you know.")},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        how = self.fields["how"]
        if kind == ContactPoint.Kind.EMAIL and isinstance(how, forms.ChoiceField):
            how.choices = [(ContactPoint.Verified.DESK.value, ContactPoint.Verified.DESK.label)]


class AddressForm(PartyForm):
    kind = forms.ChoiceField(label=_("What is it?"), choices=Address.Kind.choices, widget=forms.RadioSelect)
    street = forms.CharField(label=_("Street"), max_length=150, error_messages={"required": _("Give the street.")})
    number = forms.CharField(label=_("House number"), max_length=20, required=False, widget=short())
    box = forms.CharField(label=_("Box"), max_length=20, required=False, widget=short())
    postcode = forms.CharField(
        label=_("Postcode"), max_length=12, widget=short(), error_messages={"required": _("Give the postcode.")}
    )
    town = forms.CharField(label=_("Town"), max_length=100, error_messages={"required": _("Give the town.")})
    country = forms.CharField(label=_("Country"), max_length=60, required=False, help_text=_("Empty: Belgium."))
    since = day_field(_("From which day"))
    until = day_field(_("Until which day"), help_text=_("Leave it empty while it holds."))
    reason = reason_field()

    def __init__(self, *args: Any, is_person: bool, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        here = Address.Kind.HOME if is_person else Address.Kind.SEAT
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [(each.value, each.label) for each in (here, Address.Kind.POST)]
        if is_new:
            del self.fields["reason"], self.fields["until"]
            kind.initial = here


class NumberForm(PartyForm):
    """One number. Which kinds there can be depends on whose it is."""

    scheme = forms.ChoiceField(label=_("Kind of number"), widget=forms.RadioSelect)
    number = forms.CharField(
        label=_("Number"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the number.")},
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=300,
        required=False,
        help_text=_("Which law or authorisation lets the town keep a national number?"),
    )
    verified_how = forms.ChoiceField(
        label=_("Did you check it?"),
        required=False,
        choices=[
            ("", _("No, somebody told it")),
            (Identifier.Verified.DOCUMENT.value, Identifier.Verified.DOCUMENT.label),
            (Identifier.Verified.REGISTER.value, Identifier.Verified.REGISTER.label),
        ],
        widget=forms.RadioSelect,
    )
    reason = reason_field()

    def __init__(self, *args: Any, schemes: list[Scheme], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schemes = schemes
        scheme = self.fields["scheme"]
        if len(schemes) == 1:
            del self.fields["scheme"]
            self.fields["number"].label = schemes[0].label
        elif isinstance(scheme, forms.ChoiceField):
            scheme.choices = [(each.value, each.label) for each in schemes]
            scheme.error_messages["required"] = gettext("Choose which number it is.")
        if Scheme.NATIONAL_NUMBER not in schemes:
            del self.fields["legal_basis"]
        del self.fields["reason" if is_new else "verified_how"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        scheme = data.get("scheme") or (self.schemes[0] if len(self.schemes) == 1 else None)
        if scheme and data.get("number"):
            try:
                data["official"] = READERS[Scheme(scheme)](data["number"])
            except InvalidNumber as error:
                self.add_error("number", str(error))
        return data

    @property
    def official(self) -> OfficialNumber:
        number: OfficialNumber = self.cleaned_data["official"]
        return number


class VerifyForm(PartyForm):
    """How a clerk made sure of a number, or of who somebody is."""

    how = forms.ChoiceField(
        label=_("How do you know?"),
        choices=[(how.value, how.label) for how in (Verification.How.DOCUMENT, Verification.How.REGISTER)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how you know.")},
    )


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need the number?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The data protection officer reads this. For example: aanvraag attest van woonst, dossier ATT-2026-12."
        ),
        error_messages={"required": _("Say why you need the number.")},
    )

    def clean_reason(self) -> str:
        reason: str = " ".join(self.cleaned_data["reason"].split())
        if len(reason.split()) < FEWEST_WORDS or len(reason) < 10:
            raise forms.ValidationError(
                gettext("Say it in at least three words, so that a colleague understands it next year.")
            )
        return reason


class RepresentationForm(PartyForm):
    role = forms.CharField(
        label=_("Function"),
        max_length=100,
        help_text=_("For example: voorzitter, secretaris, penningmeester, bewindvoerder."),
        error_messages={"required": _("Give the function.")},
    )
    since = day_field(_("From which day"), required=True)
    until = day_field(_("Until which day"), help_text=_("Leave it empty while it holds."))
    reason = reason_field()

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["reason"]


class EndForm(PartyForm):
    until = day_field(_("Until which day"), required=True, help_text=_("That day included."))


class RecognitionForm(PartyForm):
    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=RecognitionCategory.objects.all(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a category."), "invalid_choice": _("Choose a category.")},
    )
    since = day_field(_("From which day"), required=True)
    until = day_field(_("Until which day"), help_text=_("Leave it empty while it holds."))
    decision = forms.CharField(
        label=_("Decision"), max_length=200, required=False, help_text=_("For example: college van 12 mei 2026.")
    )
    reason = reason_field()

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["reason"]


class PartyNoteForm(forms.Form):
    text = forms.CharField(
        label=_("New note"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write something first.")},
    )
