import json
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import truncatechars
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.forms import SearchableSelect
from core.publishing import Problem
from forms.fields import options
from forms.fields.base import Definition, FieldType, QuestionBlock, printable, with_settings
from forms.fields.choice import ChoiceType
from forms.fields.number import parse, plain

MAX_OPTIONS = 1000
AMOUNT = "|"
"""Between a choice and what it counts for."""


class LinesBlock(blocks.TextBlock):
    """A box that scrolls; Wagtail's own would grow to five hundred lines."""

    @cached_property
    def field(self) -> forms.Field:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": self.rows}), **self.field_options)


class DropdownBlock(QuestionBlock):
    lines = LinesBlock(
        label=_("Choices"),
        rows=10,
        max_length=MAX_OPTIONS * 100,
        help_text=_(
            "One choice on each line, for example copied from a spreadsheet. For calculations you may write after a "
            "choice what it counts for: Toddler | 2,50."
        ),
    )

    class Meta:
        form_layout = with_settings("lines")


class DropdownField(forms.ChoiceField):
    """Says what was not in the list, since it may have been typed."""

    def validate(self, value: Any) -> None:
        if value and not self.valid_value(value):
            typed = truncatechars(printable(str(value)), 60)
            raise ValidationError(
                gettext("“%(typed)s” is not in the list. Choose one of the answers.") % {"typed": typed},
                code="invalid_choice",
            )
        super().validate(value)


class DropdownType(ChoiceType):
    """Choices are lines of text: a list of five hundred must stay quick to edit and to paste.

    So a choice has no block of its own to remember its value by. A version remembers the lines it was published with;
    a line that is reworded where it stands keeps its value in the next.
    """

    name = "dropdown"
    formidable_type = "dropdown"
    block_class = DropdownBlock
    label = _("List to search in")
    icon = "collapse-down"
    form_field = DropdownField
    description = _("One answer out of a long list, such as streets or schools.")

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = FieldType.definition(self, value, key, keys)
        memory = {} if keys is None else keys
        place = f"{key}/lines"
        made = remembered(json.loads(memory.get(place, "[]")), [label for label, _amount in lines(value)])
        memory[place] = json.dumps(made, ensure_ascii=False)
        values = dict(made)
        definition["parameters"]["amounts"] = {
            values[label]: amount for label, amount in lines(value) if amount and label in values
        }
        items = [{"value": name, "label": label, "description": ""} for label, name in made]
        return definition | {"items": items, "multiple": False}

    def problems(self, value: Any, where: str) -> list[Problem]:
        found = options.problems({"options": [label for label, _amount in lines(value)]}, where)
        if len(list(lines(value))) > MAX_OPTIONS:
            found.append(Problem(where, gettext("A list has at most %(count)d choices.") % {"count": MAX_OPTIONS}))
        return found

    def widget(self, definition: Definition) -> forms.Widget:
        return SearchableSelect()

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        kwargs = super().field_kwargs(definition)
        return kwargs | {"choices": [("", _("Choose an answer")), *kwargs["choices"]]}


def lines(value: Any) -> Iterator[tuple[str, str]]:
    """Label and amount ("" when there is none) of each line that is not empty."""
    for line in (value.get("lines") or "").splitlines():
        label, sign, counted = line.rpartition(AMOUNT)
        try:
            amount = plain(Decimal(parse(counted, 2))) if sign else ""
        except ValueError:
            amount = ""
        text = options.label_of({"label": label if amount else line})[: options.MAX_LENGTH]
        if text:
            yield text, amount


def remembered(earlier: Any, labels: list[str]) -> list[tuple[str, str]]:
    """Label and value of each choice. A label that was there keeps its value; so does a line reworded in its place."""
    labels = list(dict.fromkeys(labels))
    known: dict[str, str] = dict(earlier)
    old = [label for label, _name in earlier]
    values = {label: known[label] for label in labels if label in known}
    for what, start, end, new_start, new_end in SequenceMatcher(a=old, b=labels, autojunk=False).get_opcodes():
        if what == "replace" and end - start == new_end - new_start:
            for before, now in zip(old[start:end], labels[new_start:new_end], strict=True):
                if before not in values and now not in values:
                    values[now] = known[before]
    taken = set(values.values())
    for label in labels:
        if label not in values:
            values[label] = options.free_value(label, taken)
            taken.add(values[label])
    return [(label, values[label]) for label in labels]
