from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import Definition, FieldType, Purpose, QuestionBlock, Retention, with_settings


class EmailBlock(QuestionBlock):
    is_own = blocks.BooleanBlock(
        label=_("This is the e-mail address of the person who fills in the form"),
        required=False,
        default=True,
        help_text=_("Confirmation and answer go there."),
    )

    class Meta:
        form_layout = with_settings("is_own")


class AddressField(forms.EmailField):
    """An address that every mail server takes: before the @ only the letters of a keyboard without accents."""

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        if not address.partition("@")[0].isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return address


class EmailType(FieldType):
    name = "email"
    formidable_type = "email"
    block_class = EmailBlock
    label = _("E-mail address")
    icon = "mail"
    description = _("An e-mail address, checked for mistakes.")
    form_field = AddressField
    retention = Retention.PERSONAL

    def purpose(self, value: Any) -> str:
        return Purpose.EMAIL if value.get("is_own") else ""

    def widget(self, definition: Definition) -> forms.Widget:
        own = definition["parameters"]["purpose"] == Purpose.EMAIL
        return forms.EmailInput(attrs={"autocomplete": "email" if own else "off", "spellcheck": "false"})

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {
            "max_length": 254,
            "error_messages": {"invalid": _("Enter an e-mail address such as naam@voorbeeld.be.")},
        }
