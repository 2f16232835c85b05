from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.forms import SearchableSelect
from forms.fields import options
from forms.fields.base import Definition, QuestionBlock, printable, with_settings
from forms.fields.choice import ChoiceType

MAX_OPTIONS = 1000


class DropdownBlock(QuestionBlock):
    options = blocks.ListBlock(
        options.SelectOptionBlock(),
        label=_("Choices"),
        max_num=MAX_OPTIONS,
        default=[],
        help_text=_("The citizen picks one, and can search for it by typing."),
    )
    more = blocks.TextBlock(
        label=_("Add many at once"),
        required=False,
        rows=3,
        help_text=_("One choice on each line, for example copied from a spreadsheet. Saving puts them in the list."),
    )

    def clean(self, value: Any) -> Any:
        """What was pasted becomes choices like the others, except what is already there."""
        cleaned = super().clean(value)
        there = {options.label_of(option) for _block, option in options.written(cleaned)}
        for line in (cleaned.get("more") or "").splitlines():
            label = options.label_of({"label": line[: options.MAX_LENGTH]})
            if label and label not in there and len(cleaned["options"]) < MAX_OPTIONS:
                there.add(label)
                cleaned["options"].append(self.child_blocks["options"].child_block.to_python(label))
        cleaned["more"] = ""
        return cleaned

    class Meta:
        form_layout = with_settings("options", "more")


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
    name = "dropdown"
    formidable_type = "dropdown"
    block_class = DropdownBlock
    label = _("List to search in")
    icon = "collapse-down"
    form_field = DropdownField
    description = _("One answer out of a long list, such as streets or schools.")

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        return super().definition(value, key, keys) | {"multiple": False}

    def widget(self, definition: Definition) -> forms.Widget:
        return SearchableSelect()

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        kwargs = super().field_kwargs(definition)
        return kwargs | {"choices": [("", _("Choose an answer")), *kwargs["choices"]]}
