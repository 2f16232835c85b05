import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.forms import AffixedInput
from core.publishing import Problem
from forms.conditions import Kind
from forms.fields.base import Definition, FieldType, Group, QuestionBlock, plain_text, with_settings

MAX_TYPED = 40
MAX_DIGITS = 12
"""Before the comma: a thousand billion is a slip of the finger."""
MAX_DECIMALS = 4
MINUS = "\u2212"


class TwoReadings(ValueError):
    """1.250 may be a thousand or one and a quarter."""


class TooPrecise(ValueError):
    """More digits after the comma than are asked for."""


def parse(text: str, decimals: int) -> Decimal:
    """A number as Belgians write it (1.250,50 or 1250,5 or 1 250), or with a point, if it can be read in one way only.

    Raises TwoReadings, TooPrecise or ValueError.
    """
    typed = " ".join(text.replace(MINUS, "-").split())
    if not (match := re.fullmatch(r"([+-]?) ?([0-9][0-9 .,]*|[.,][0-9]+)", typed)):
        raise ValueError(text)
    sign, body = match.groups()
    whole, point, fraction = _split(body, decimals)
    group = next((char for char in whole if not char.isdigit()), "")
    if group and not re.fullmatch(rf"[1-9][0-9]{{0,2}}({re.escape(group)}[0-9]{{3}})+", whole):
        raise ValueError(text)
    whole = whole.replace(group, "") if group else whole
    if (point and not fraction.isdigit()) or len(whole.lstrip("0")) > MAX_DIGITS:
        raise ValueError(text)
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise TooPrecise(text)
    number = Decimal(f"{whole or 0}.{fraction or 0}")
    return -number if sign == "-" and number else number


def _split(body: str, decimals: int) -> tuple[str, str, str]:
    """Before the sign of the decimals, that sign, and after it."""
    signs = [char for char in body if char in ".,"]
    if not signs or (len(signs) > 1 and len(set(signs)) == 1):
        return body, "", ""  # 1.250.000: a sign that comes back groups thousands
    whole, point, fraction = body.rpartition(signs[-1])
    looks_grouped = len(signs) == 1 and re.fullmatch(r"[1-9][0-9]{0,2}", whole) and re.fullmatch(r"[0-9]{3}", fraction)
    if looks_grouped and (point == ".") == (decimals > 2):
        raise TwoReadings(body)
    if looks_grouped and point == ".":
        return body, "", ""
    return whole, point, fraction


def plain(number: Decimal) -> str:
    """Digits with at most a decimal point, in one form for one number."""
    return format(number.normalize(), "f") if number else "0"


def typed(number: Decimal) -> str:
    """As people here type it: 1250,5."""
    return plain(number).replace(".", ",")


def shown(number: Decimal, decimals: int | None = None) -> str:
    """As people here read it: 1.250,5; with a fixed number of decimals when that is given."""
    text = f"{Decimal(plain(number)):,f}" if decimals is None else f"{number:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


class NumberBlock(QuestionBlock):
    decimals = blocks.IntegerBlock(
        label=_("Digits after the comma"),
        default=0,
        min_value=0,
        max_value=MAX_DECIMALS,
        help_text=_("0 for whole numbers."),
    )
    unit = blocks.CharBlock(
        label=_("Unit"), required=False, max_length=20, help_text=_("Shown after the box, for example m² or persons.")
    )
    minimum = blocks.DecimalBlock(label=_("At least"), required=False, default=Decimal(0), decimal_places=MAX_DECIMALS)
    maximum = blocks.DecimalBlock(label=_("At most"), required=False, decimal_places=MAX_DECIMALS)

    class Meta:
        form_layout = with_settings("decimals", "unit", "minimum", "maximum")


class NumberField(forms.Field):
    """A Decimal, or None."""

    default_error_messages = {
        "invalid": _("Fill in a number in digits, such as %(example)s."),
        "whole": _("Fill in a whole number, without digits after the comma."),
        "too_precise": ngettext_lazy(
            "Use at most %(decimals)d digit after the comma.",
            "Use at most %(decimals)d digits after the comma.",
            "decimals",
        ),
        "two_readings": _("“%(typed)s” can be read in two ways. Write it without a point, such as 1250 or 0,5."),
        "min": _("Fill in a number of at least %(minimum)s."),
        "max": _("Fill in a number of at most %(maximum)s."),
        "range": _("Fill in a number from %(minimum)s to %(maximum)s."),
    }

    def __init__(
        self,
        *,
        decimals: int,
        units: tuple[str, ...] = (),
        minimum: Decimal | None = None,
        maximum: Decimal | None = None,
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        self.decimals, self.minimum, self.maximum = decimals, minimum, maximum
        self.units = tuple(unit.casefold() for unit in units if unit)
        self.fixed = fixed
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        if len(text) > MAX_TYPED:
            raise self._error("invalid")
        try:
            return parse(self._without_unit(text), self.decimals)
        except TwoReadings:
            raise self._error("two_readings", typed=text)
        except TooPrecise:
            raise self._error("too_precise" if self.decimals else "whole")
        except ValueError:
            raise self._error("invalid")

    def _without_unit(self, text: str) -> str:
        """People copy the unit that stands beside the box."""
        for unit in self.units:
            if text.casefold().endswith(unit):
                text = text[: len(text) - len(unit)]
            elif text.casefold().startswith(unit):
                text = text[len(unit) :]
        return text.strip()

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        low = self.minimum is not None and value < self.minimum
        high = self.maximum is not None and value > self.maximum
        if low or high:
            both = self.minimum is not None and self.maximum is not None
            raise self._error("range" if both else "min" if low else "max")

    def _error(self, code: str, **more: Any) -> ValidationError:
        def limit(number: Decimal | None) -> str:
            return "" if number is None else shown(number, self.decimals if self.fixed else None)

        values = {
            "decimals": self.decimals,
            "example": "12,50" if self.decimals else "12",
            "minimum": limit(self.minimum),
            "maximum": limit(self.maximum),
        }
        return ValidationError(self.error_messages[code] % (values | more), code=code)


class NumberType(FieldType):
    name = "number"
    formidable_type = "number"
    block_class = NumberBlock
    group = Group.NUMBER
    label = pgettext_lazy("a type of question", "Number")
    icon = "order"
    description = _("A number, whole or with decimals, with a unit if you like.")
    form_field = NumberField
    kind = Kind.NUMBER

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        limits = {name: value.get(name) for name in ("minimum", "maximum")}
        definition["parameters"] |= {
            "decimals": value.get("decimals") or 0,
            "unit": plain_text(value.get("unit") or ""),
            **{name: None if limit is None else plain(Decimal(limit)) for name, limit in limits.items()},
        }
        return definition

    def problems(self, value: Any, where: str) -> list[Problem]:
        minimum, maximum = value.get("minimum"), value.get("maximum")
        if minimum is not None and maximum is not None and minimum > maximum:
            return [Problem(where, gettext("'At least' is more than 'at most'."))]
        return []

    def widget(self, definition: Definition) -> forms.Widget:
        return AffixedInput(attrs=self._attributes(definition), suffix=definition["parameters"]["unit"])

    def _attributes(self, definition: Definition) -> dict[str, str]:
        attributes = {"class": "govuk-input--width-10", "spellcheck": "false"}
        minimum = definition["parameters"]["minimum"]
        if minimum is not None and Decimal(minimum) >= 0:  # the digits of a phone have no minus
            attributes["inputmode"] = "decimal" if definition["parameters"]["decimals"] else "numeric"
        return attributes

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        parameters = definition["parameters"]
        limits = {name: parameters[name] for name in ("minimum", "maximum")}
        return {
            "decimals": parameters["decimals"],
            "units": (parameters["unit"],),
            **{name: None if limit is None else Decimal(limit) for name, limit in limits.items()},
        }

    def normalise(self, value: Any) -> Any:
        return None if value is None else plain(value)

    def form_data(self, answer: Any) -> Any:
        return typed(Decimal(answer)) if answer else ""

    def posted_for(self, name: str, value: Any, definition: Definition) -> dict[str, Any]:
        return {name: self.form_data(value)}  # the API has a point before the decimals, people have a comma

    def display(self, answer: Any, definition: Definition) -> str:
        if not answer:
            return ""
        return f"{shown(Decimal(answer))} {definition['parameters']['unit']}".strip()

    def amount(self, answer: Any, definition: Definition) -> Decimal | None:
        return Decimal(answer) if answer else None

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        """Without unit and points, so that a spreadsheet takes it for a number."""
        return {"": self.form_data(answer)}
