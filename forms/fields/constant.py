from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from core.publishing import Problem
from forms.conditions import Kind
from forms.fields.base import Definition, FieldType, Group, QuestionBlock, plain_text


class ConstantBlock(QuestionBlock):
    label = blocks.CharBlock(label=_("Name"), max_length=200, help_text=_("Staff read it with the answers."))
    value = blocks.CharBlock(label=_("Value"), max_length=200)
    amount = blocks.DecimalBlock(
        label=_("Counts for"),
        required=False,
        max_digits=12,
        decimal_places=4,
        help_text=_("Only for calculations, for example a rate per day."),
    )

    class Meta:
        form_layout = BlockGroup(children=["label", "value", "amount"], settings=["when", "key"])


class ConstantType(FieldType):
    """A value of the editor's that is kept with the answers: a rate, a code of another system, a year."""

    name = "constant"
    formidable_type = "text"
    block_class = ConstantBlock
    group = Group.CALCULATION
    label = _("Fixed value")
    icon = "thumbtack"
    description = _("A value that you set. The citizen does not see it; it is kept with the answers.")
    kind = Kind.TEXT
    routable = True
    is_derived = True
    repeatable = False

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        amount = value.get("amount")
        definition["parameters"] |= {
            "value": plain_text(value.get("value") or ""),
            "amount": None if amount is None else str(amount),
        }
        return definition

    def problems(self, value: Any, where: str) -> list[Problem]:
        return [] if plain_text(value.get("value") or "") else [Problem(where, gettext("Fill in the value."))]

    def is_countable(self, definition: Definition) -> bool:
        return definition["parameters"]["amount"] is not None

    def derive(self, definition: Definition, so_far: Any) -> Any:
        return definition["parameters"]["value"] or None

    def is_shown(self, definition: Definition) -> bool:
        return False

    def amount(self, answer: Any, definition: Definition) -> Decimal | None:
        counted = definition["parameters"]["amount"]
        return Decimal(counted) if answer and counted is not None else None
