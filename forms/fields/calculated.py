"""A value that Loket works out: a price, a number of square metres, a total."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from core.publishing import Problem
from forms.condition_blocks import ConditionBlock, Target, Unsound, compile_condition
from forms.conditions import Comparable, Kind, holds
from forms.fields.base import Definition, FieldType, Group, QuestionBlock
from forms.pickers import question_block

MOST = Decimal(10) ** 12


class FactorBlock(blocks.StructBlock):
    question = question_block("calculation", label=_("Question"), required=False)
    number = blocks.DecimalBlock(label=_("or a fixed number"), required=False, max_digits=12, decimal_places=4)

    class Meta:
        label = _("Factor")
        icon = "cross"
        form_classname = "struct-block loket-rule"


class LineBlock(blocks.StructBlock):
    """One line of the calculation: factors multiplied with each other."""

    label = blocks.CharBlock(label=_("What this line is"), max_length=120, help_text=_("For example: parking places."))
    factors = blocks.ListBlock(FactorBlock(), label=_("Multiply"))
    when = ConditionBlock(label=_("Only count when"))

    class Meta:
        label = _("Line")
        icon = "plus"
        label_format = "{label}"


class CalculatedBlock(QuestionBlock):
    lines = blocks.ListBlock(LineBlock(), label=_("Lines, added up"))
    unit = blocks.ChoiceBlock(
        label=_("The result is"),
        choices=[("money", _("an amount in euro")), ("number", _("a number"))],
        default="money",
    )
    decimals = blocks.IntegerBlock(label=_("Decimals of a number"), min_value=0, max_value=4, default=0)
    minimum = blocks.DecimalBlock(
        label=_("At least"), required=False, max_digits=12, decimal_places=4,
        help_text=_("For example a lowest price. Leave empty if there is none."),
    )  # fmt: skip
    maximum = blocks.DecimalBlock(label=_("At most"), required=False, max_digits=12, decimal_places=4)
    shown = blocks.BooleanBlock(label=_("The citizen sees the result"), required=False, default=True)

    class Meta:
        form_layout = BlockGroup(
            children=["label", "hint", "lines", "unit", "shown"],
            settings=["decimals", "minimum", "maximum", "when", "key"],
        )


class CalculatedType(FieldType):
    name = "calculated"
    formidable_type = "number"
    block_class = CalculatedBlock
    group = Group.CALCULATION
    label = _("Calculated value")
    icon = "table"
    description = _("A price or total that Loket works out from earlier answers.")
    kind = Kind.NUMBER
    is_derived = True
    repeatable = False

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        made["parameters"] |= {
            "lines": [],
            "unit": value.get("unit") or "money",
            "decimals": 2 if value.get("unit") != "number" else value.get("decimals") or 0,
            "minimum": _text(value.get("minimum")),
            "maximum": _text(value.get("maximum")),
            "shown": bool(value.get("shown")),
        }
        return made

    def problems(self, value: Any, where: str) -> list[Problem]:
        if not value.get("lines"):
            return [Problem(where, gettext("Add a line to the calculation."))]
        return []

    def link(self, definition: Definition, value: Any, targets: Mapping[str, Target], position: int) -> list[str]:
        wrong: list[str] = []
        for line in value.get("lines") or ():
            factors = []
            for factor in line["factors"]:
                try:
                    factors.append(_factor(factor, targets, position))
                except Unsound as reason:
                    wrong.append(str(reason))
            if not factors:
                wrong.append(gettext("The line “%(label)s” multiplies nothing.") % {"label": line["label"] or "–"})
                continue
            when, wrong_rules = compile_condition(line["when"], targets, position)
            wrong += wrong_rules
            definition["parameters"]["lines"].append({"label": line["label"] or "", "factors": factors, "when": when})
        return wrong

    def derive(self, definition: Definition, so_far: Any) -> Any:
        """``{"total": "12.50", "lines": [{"label", "text", "amount"}]}``; None while an answer is missing."""
        parameters = definition["parameters"]
        lines = []
        for line in parameters["lines"]:
            if not holds(line["when"], so_far.values):
                continue
            amount, words = Decimal(1), []
            for factor in line["factors"]:
                number = Decimal(factor["number"]) if "number" in factor else so_far.amounts.get(factor["key"])
                if number is None:
                    if factor["key"].partition(".")[0] in so_far.missing:
                        return None  # half a price would be a wrong one
                    break  # left empty, or it does not apply: the line does not count
                amount *= number
                words.append(_number(number))
            else:
                if abs(amount) >= MOST:
                    return None  # nobody means this
                amount = _round(amount, parameters["decimals"])
                lines.append({"label": line["label"], "text": " × ".join(words), "amount": str(amount)})
        if not lines:
            return None
        total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
        if parameters["minimum"] is not None:
            total = max(total, Decimal(parameters["minimum"]))
        if parameters["maximum"] is not None:
            total = min(total, Decimal(parameters["maximum"]))
        if abs(total) >= MOST:
            return None
        return {"total": str(_round(total, parameters["decimals"])), "lines": lines}

    def display(self, answer: Any, definition: Definition) -> str:
        if not answer:
            return ""
        total = self._as_text(Decimal(answer["total"]), definition)
        if len(answer["lines"]) == 1 and " × " not in answer["lines"][0]["text"]:
            return total
        lines = [
            f"{line['label']}: {line['text']} = {self._as_text(Decimal(line['amount']), definition)}"
            for line in answer["lines"]
        ]
        return "\n".join([total, *lines])

    def is_shown(self, definition: Definition) -> bool:
        return bool(definition["parameters"]["shown"])

    def _as_text(self, amount: Decimal, definition: Definition) -> str:
        decimals = definition["parameters"]["decimals"]
        text = formats.number_format(amount, decimals, use_l10n=True, force_grouping=True)
        return f"€ {text}" if definition["parameters"]["unit"] == "money" else text

    def comparable(self, answer: Any, definition: Definition) -> Comparable:
        return answer["total"] if answer else None

    def amount(self, answer: Any, definition: Definition) -> Decimal | None:
        return Decimal(answer["total"]) if answer else None

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        return {"": answer["total"].replace(".", ",") if answer else ""}


def _factor(value: Any, targets: Mapping[str, Target], position: int) -> dict[str, str]:
    if reference := value["question"]:
        target = targets.get(reference)
        if target is None:
            raise Unsound(gettext("The calculation uses a question that is not there any more."))
        if target.position >= position:
            raise Unsound(
                gettext("The calculation uses “%(label)s”, which comes later. Put that question first.")
                % {"label": target.label}
            )
        if not target.countable:
            raise Unsound(gettext("“%(label)s” cannot be counted with.") % {"label": target.label})
        return {"key": target.key}
    if value["number"] is None:
        raise Unsound(gettext("A factor of the calculation is empty."))
    return {"number": str(value["number"])}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _round(amount: Decimal, decimals: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _number(number: Decimal) -> str:
    return formats.number_format(number.normalize(), use_l10n=True, force_grouping=True) if number else "0"
