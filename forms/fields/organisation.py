from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.address import address_doubts, address_parts, check_address, written
from forms.fields.base import Definition, Group, QuestionBlock, Retention, with_settings
from forms.fields.compound import Answer, CompoundType, PartsForm, own
from forms.fields.organisation_number import OrganisationNumberField
from forms.fields.text import SingleLineField
from parties.numbers import LONGEST, OfficialNumber, Scheme


class OrganisationBlock(QuestionBlock):
    is_own = blocks.BooleanBlock(
        label=_("The person who fills in the form acts for it"),
        required=False,
        default=True,
        help_text=_("Browsers can then fill it in. Switch it off for any other organisation."),
    )
    number = blocks.ChoiceBlock(
        label=_("Company number"),
        required=False,
        default="optional",
        choices=[("optional", _("Ask")), ("required", _("Ask, and it must be answered"))],
        help_text=_("Small associations have none."),
    )
    address = blocks.BooleanBlock(label=_("Ask the address too"), required=False)

    class Meta:
        form_layout = with_settings("is_own", "number", "address")


class OrganisationType(CompoundType):
    name = "organisation"
    block_class = OrganisationBlock
    group = Group.DATA
    label = _("Association or company")
    icon = "group"
    description = _("Name and company number of an organisation; its address if you like.")
    retention = Retention.PERSONAL

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        made["parameters"] |= {
            "is_own": bool(value.get("is_own")),
            "number": value.get("number") or "",
            "address": bool(value.get("address")),
        }
        return made

    def parts(self, definition: Definition) -> dict[str, forms.Field]:
        parameters = definition["parameters"]
        made: dict[str, forms.Field] = {
            "name": SingleLineField(
                label=_("Name of the association or company"),
                max_length=200,
                widget=forms.TextInput(own("organization", definition, spellcheck="false")),
            )
        }
        if parameters["number"]:
            made["company_number"] = OrganisationNumberField(
                label=_("Company number"),
                help_text=_("For example 0403.019.261."),
                max_length=LONGEST,
                required=parameters["number"] == "required",
                widget=forms.TextInput(
                    {"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-10"}
                ),
            )
        # Browsers know where somebody lives, not where the organisation is.
        return made | (address_parts({"parameters": {}}) if parameters["address"] else {})

    def check(self, definition: Definition, form: PartsForm) -> None:
        if definition["parameters"]["address"]:
            check_address(form)

    def doubts(self, answer: Any, definition: Definition) -> list[str]:
        return address_doubts(answer)

    def typed(self, answer: Answer) -> Answer:
        number = (
            {"company_number": str(OfficialNumber(Scheme.KBO, answer["company_number"]))}
            if "company_number" in answer
            else {}
        )
        return answer | number

    def display(self, answer: Any, definition: Definition) -> str:
        if not answer:
            return ""
        typed = self.typed(answer)
        return "\n".join(part for part in (typed["name"], typed.get("company_number"), written(answer)) if part)
