from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.forms import HintedCheckboxes
from core.publishing import Problem
from forms.conditions import Comparable, Kind
from forms.fields import options
from forms.fields.base import Definition, FieldType, Group, QuestionBlock, plain_text, with_settings
from forms.fields.options import MAX_LENGTH

NONE = "_geen"
"""The value of "none of these"; no label makes this one."""


class ChoicesBlock(QuestionBlock):
    options = options.options_block(help_text=_("The citizen picks one or more."))
    none_label = blocks.CharBlock(
        label=_("Choice for 'none of these'"),
        required=False,
        max_length=MAX_LENGTH,
        help_text=_("For example: None of these. It comes last and cannot go with another one. Leave empty for none."),
    )
    minimum = blocks.IntegerBlock(
        label=_("At least how many"), required=False, min_value=2, help_text=_("Leave empty when one is enough.")
    )
    maximum = blocks.IntegerBlock(
        label=_("At most how many"), required=False, min_value=1, help_text=_("Leave empty when all may be chosen.")
    )

    class Meta:
        form_layout = with_settings("options", "none_label", "minimum", "maximum")


class ChoicesField(forms.MultipleChoiceField):
    """The chosen values in the order of the form, each once."""

    def __init__(self, *, minimum: int | None, maximum: int | None, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen = set(super().clean(value))
        labels: dict[str, Any] = dict(cast(Any, self.choices))
        if NONE in chosen and len(chosen) > 1:
            raise ValidationError(
                gettext("Choose “%(none)s”, or one or more of the others. Not both.") % {"none": labels[NONE]},
                code="none",
            )
        if chosen and chosen != {NONE}:
            if self.minimum and len(chosen) < self.minimum:
                raise ValidationError(
                    gettext("Choose at least %(count)d answers.") % {"count": self.minimum}, code="too_few"
                )
            if self.maximum and len(chosen) > self.maximum:
                raise ValidationError(
                    ngettext(
                        "Choose at most %(count)d answer. Now there are %(chosen)d.",
                        "Choose at most %(count)d answers. Now there are %(chosen)d.",
                        self.maximum,
                    )
                    % {"count": self.maximum, "chosen": len(chosen)},
                    code="too_many",
                )
        return [value for value in labels if value in chosen]


class ChoicesType(FieldType):
    name = "choices"
    formidable_type = "checkboxes"
    block_class = ChoicesBlock
    group = Group.CHOICE
    label = _("Several choices")
    icon = "tasks"
    description = _("One or more answers out of a list.")
    is_listed = True
    form_field = ChoicesField
    kind = Kind.CHOICES

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        items = options.items(value, {} if keys is None else keys)
        definition["parameters"] |= {
            "amounts": options.amounts(value, items),
            "minimum": value.get("minimum"),
            "maximum": value.get("maximum"),
        }
        if none := plain_text(value.get("none_label") or ""):
            items.append({"value": NONE, "label": none, "description": ""})
        return definition | {"items": items}

    def problems(self, value: Any, where: str) -> list[Problem]:
        found = options.problems(value, where)
        count = len(list(options.written(value)))
        minimum, maximum = value.get("minimum"), value.get("maximum")
        if minimum and minimum > count:
            found.append(Problem(where, gettext("There are fewer choices than must be chosen.")))
        if minimum and maximum and minimum > maximum:
            found.append(Problem(where, gettext("'At least' is more than 'at most'.")))
        return found

    def widget(self, definition: Definition) -> forms.Widget:
        return HintedCheckboxes(hints=options.hints(definition), exclusive=NONE)

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        minimum = definition["parameters"]["minimum"]
        messages: dict[str, Any] = {
            name: _("Choose one of the answers.") for name in ("invalid_choice", "invalid_list")
        }
        if minimum:
            messages["required"] = gettext("Choose at least %(count)d answers.") % {"count": minimum}
        return {
            "choices": list(options.labels(definition).items()),
            "minimum": minimum,
            "maximum": definition["parameters"]["maximum"],
            "error_messages": messages,
        }

    def display(self, answer: Any, definition: Definition) -> str:
        return "\n".join(self._labels(answer, definition))

    def comparable(self, answer: Any, definition: Definition) -> Comparable:
        return list(answer) if answer else None

    def amount(self, answer: Any, definition: Definition) -> Decimal | None:
        counted = [options.amount(chosen, definition) for chosen in answer or ()]
        known = [one for one in counted if one is not None]
        return sum(known, Decimal(0)) if known else None

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        return {"": "; ".join(self._labels(answer, definition))}

    def _labels(self, answer: Any, definition: Definition) -> list[str]:
        labels = options.labels(definition)
        return [labels[chosen] for chosen in answer or () if chosen in labels]
