from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import Definition, FieldType, Purpose, QuestionBlock, Retention, with_settings
from parties.contact_values import normalise_phone


class PhoneBlock(QuestionBlock):
    is_own = blocks.BooleanBlock(
        label=_("This is the phone number of the person who fills in the form"),
        required=False,
        default=True,
        help_text=_("Staff call it when something is not clear."),
    )

    class Meta:
        form_layout = with_settings("is_own")


class PhoneField(forms.CharField):
    """A phone number; without a country code it is a Belgian one."""

    default_error_messages = {"invalid": _("Enter a phone number such as 0470 12 34 56 or +31 20 123 45 67.")}

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        if number := normalise_phone(text):
            return number
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class PhoneType(FieldType):
    name = "phone"
    formidable_type = "text"
    block_class = PhoneBlock
    label = _("Phone number")
    icon = "mobile-alt"
    description = _("A phone number, Belgian or foreign.")
    form_field = PhoneField
    retention = Retention.PERSONAL

    def purpose(self, value: Any) -> str:
        return Purpose.PHONE if value.get("is_own") else ""

    def widget(self, definition: Definition) -> forms.Widget:
        own = definition["parameters"]["purpose"] == Purpose.PHONE
        return forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel" if own else "off"})

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"max_length": 40}

    def form_data(self, answer: Any) -> Any:
        return self.display(answer, {})

    def display(self, answer: Any, definition: Definition) -> str:
        """As Belgians write it; a foreign number with its country code."""
        if not answer:
            return ""
        number = phonenumbers.parse(answer)
        belgian = number.country_code == 32
        style = phonenumbers.PhoneNumberFormat.NATIONAL if belgian else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, style)
