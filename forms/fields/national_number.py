from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.actors import Actor
from core.encryption import CannotDecrypt, decrypt, encrypt
from core.publishing import Problem
from core.renderer import LoketBoundField
from forms.conditions import Kind
from forms.fields.base import Definition, FieldType, Purpose, QuestionBlock, Retention, plain_text, with_settings
from parties.models import Identifier, Party
from parties.numbers import LONGEST, InvalidNumber, OfficialNumber, Scheme, mask, read_national_number


class NationalNumberBlock(QuestionBlock):
    legal_basis = blocks.CharBlock(
        label=_("Legal basis"),
        required=False,  # a draft may still lack it; it cannot be published so
        max_length=300,
        help_text=_("The law or authorisation that lets the town ask this number for this form. Citizens read it."),
    )

    class Meta:
        form_layout = with_settings("legal_basis")


class Known(str):
    """A number that was given before: it counts again when nothing is typed, and is shown only in part."""


class NationalNumberInput(forms.TextInput):
    """An empty box; beside it, in part, the number that was given before, and a way to take that back."""

    template_name = "forms/known_number.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        known = isinstance(value, Known) and value
        context = super().get_context(name, None if known else value, attrs)
        context["known"] = mask(value) if known else ""
        described_by = context["widget"]["attrs"].get("aria-describedby", "")
        if known:
            context["known_id"] = f"{context['widget']['attrs'].get('id', name)}_known"
            context["widget"]["attrs"]["aria-describedby"] = f"{described_by} {context['known_id']}".strip()
        context["forget_name"] = forget_name(name)
        return context


def forget_name(name: str) -> str:
    return f"{name}-vergeet"


class NationalNumberBoundField(LoketBoundField):
    """The number given before stands in for a box that is left empty."""

    @property
    def data(self) -> Any:
        typed = super().data
        if str(typed or "").strip() or not isinstance(self.initial, Known):
            return typed
        return "" if self.may_forget and forget_name(self.html_name) in self.form.data else self.initial

    @property
    def may_forget(self) -> bool:
        return not self.field.required


class NationalNumberField(forms.CharField):
    bound_field_class = NationalNumberBoundField

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return read_national_number(text).value
        except InvalidNumber as invalid:
            raise ValidationError(str(invalid), code="invalid")


class NationalNumberType(FieldType):
    """The number of the person who fills in the form.

    In a draft it is encrypted; with a submission stand a mask and the key of the register's ``Identifier``.
    """

    name = "national_number"
    formidable_type = "text"
    block_class = NationalNumberBlock
    label = _("National number")
    icon = "key"
    description = _("The national number or BIS number of the person who fills in the form. Only with a legal basis.")
    form_field = NationalNumberField
    kind = Kind.PRESENCE
    retention = Retention.SENSITIVE
    repeatable = False
    permission = "forms.use_national_number"

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        basis = plain_text(value.get("legal_basis") or "")
        made["parameters"]["legal_basis"] = basis
        why = gettext("We may ask it on the ground of: %(basis)s.") % {"basis": basis.rstrip(".")}
        made["description"] = " ".join(part for part in (made["description"], why if basis else "") if part)
        return made

    def purpose(self, value: Any) -> str:
        return Purpose.NATIONAL_NUMBER

    def problems(self, value: Any, where: str) -> list[Problem]:
        if plain_text(value.get("legal_basis") or ""):
            return []
        return [Problem(where, gettext("Fill in the legal basis: without one, the town may not ask this number."))]

    def widget(self, definition: Definition) -> forms.Widget:
        return NationalNumberInput(attrs={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"})

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"max_length": LONGEST}

    # --- The answer

    def normalise(self, value: Any) -> Any:
        return {"mask": mask(value), "sealed": encrypt(value)} if value else None

    def form_data(self, answer: Any) -> Any:
        """Nothing when the key was lost: then the citizen is asked once more."""
        try:
            return Known(decrypt(answer["sealed"])) if answer and "sealed" in answer else ""
        except CannotDecrypt:
            return ""

    def display(self, answer: Any, definition: Definition) -> str:
        if not answer:
            return ""
        if "identifier" in answer and answer["identifier"] is None:
            return gettext("%(mask)s (not the number that the register has for this person)") % {"mask": answer["mask"]}
        return str(answer["mask"])

    def number(self, answer: Any) -> OfficialNumber | None:
        """The number itself, for the register and nobody else."""
        value = self.form_data(answer)
        return OfficialNumber(Scheme.NATIONAL_NUMBER, str(value)) if value else None

    def kept(self, answer: Any, definition: Definition, *, party: Party | None, by: Actor, at: datetime) -> Any:
        """The register has the number by now: ``parties.actions.resolve`` saw to it."""
        number = self.number(answer)
        if number is None:
            return None
        held = Identifier.objects.of(number).filter(party=party).first()
        return {"mask": answer["mask"], "identifier": held.pk if held else None}
