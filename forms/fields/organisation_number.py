from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import Definition, FieldType, QuestionBlock, with_settings
from parties.numbers import LONGEST, InvalidNumber, read_organisation_number


class OrganisationNumberBlock(QuestionBlock):
    allow_vcode = blocks.BooleanBlock(
        label=_("A number of the register of associations is fine too"),
        required=False,
        help_text=_("For associations without a company number: a V and 7 digits."),
    )

    class Meta:
        form_layout = with_settings("allow_vcode")


class OrganisationNumberField(forms.CharField):
    """Gives the number in one notation: ten digits, or V and seven digits."""

    def __init__(self, *args: Any, allow_vcode: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allow_vcode = allow_vcode

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return read_organisation_number(text, vcode=self.allow_vcode).value
        except InvalidNumber as invalid:
            raise ValidationError(str(invalid), code="invalid")


class OrganisationNumberType(FieldType):
    name = "organisation_number"
    formidable_type = "text"
    block_class = OrganisationNumberBlock
    label = _("Company number")
    icon = "group"
    description = _("The number of a company or association in the Crossroads Bank for Enterprises (KBO).")
    form_field = OrganisationNumberField

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        made["parameters"]["allow_vcode"] = bool(value.get("allow_vcode"))
        return made

    def widget(self, definition: Definition) -> forms.Widget:
        return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"max_length": LONGEST, "allow_vcode": definition["parameters"].get("allow_vcode", False)}

    def form_data(self, answer: Any) -> Any:
        return self.display(answer, {})

    def display(self, answer: Any, definition: Definition) -> str:
        """0403.019.261, or V0012345."""
        return str(read_organisation_number(answer, vcode=True)) if answer else ""
