from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.forms import AffixedInput
from forms.fields.base import Definition, QuestionBlock, with_settings
from forms.fields.number import NumberField, NumberType, shown

DECIMALS = 2


class MoneyBlock(QuestionBlock):
    minimum = blocks.DecimalBlock(
        label=_("At least (euro)"), required=False, default=Decimal(0), decimal_places=DECIMALS
    )
    maximum = blocks.DecimalBlock(label=_("At most (euro)"), required=False, decimal_places=DECIMALS)

    class Meta:
        form_layout = with_settings("minimum", "maximum")


class MoneyField(NumberField):
    default_error_messages = {
        "invalid": _("Fill in an amount in digits, such as 12,50."),
        "too_precise": _("Use at most two digits after the comma: euros and cents."),
        "min": _("Fill in an amount of at least € %(minimum)s."),
        "max": _("Fill in an amount of at most € %(maximum)s."),
        "range": _("Fill in an amount from € %(minimum)s to € %(maximum)s."),
    }

    def _without_unit(self, text: str) -> str:
        return super()._without_unit(text).removesuffix(",-").removesuffix(".-")


class MoneyType(NumberType):
    name = "money"
    block_class = MoneyBlock
    label = _("Amount of money")
    icon = "decimal"
    description = _("An amount in euro.")
    form_field = MoneyField

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        return super().definition({**value, "decimals": DECIMALS, "unit": "€"}, key, keys)

    def widget(self, definition: Definition) -> forms.Widget:
        return AffixedInput(attrs=self._attributes(definition), prefix="€")

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return super().field_kwargs(definition) | {"units": ("€", "euro", "eur"), "fixed": True}

    def normalise(self, value: Any) -> Any:
        return None if value is None else f"{value:.2f}"

    def form_data(self, answer: Any) -> Any:
        return answer.replace(".", ",") if answer else ""

    def display(self, answer: Any, definition: Definition) -> str:
        return f"€ {shown(Decimal(answer), DECIMALS)}" if answer else ""
