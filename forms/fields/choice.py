from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.blocks import LineBlock
from core.publishing import Problem
from forms.conditions import Kind
from forms.fields.base import Definition, FieldType, QuestionBlock, plain_text, with_settings


class ChoiceBlock(QuestionBlock):
    options = blocks.ListBlock(
        LineBlock(label=_("Choice"), max_length=200),
        label=_("Choices"),
        min_num=2,
        default=["", ""],  # two boxes stand ready
        help_text=_("The citizen picks one."),
    )

    class Meta:
        form_layout = with_settings("options")


class ChoiceType(FieldType):
    name = "choice"
    formidable_type = "radios"
    block_class = ChoiceBlock
    label = _("Choice")
    icon = "list-ul"
    description = _("One answer out of a list.")
    form_field = forms.ChoiceField
    routable = True
    kind = Kind.CHOICE

    def definition(self, value: Any, key: str) -> Definition:
        labels = [plain_text(option or "") for option in value.get("options") or []]
        return super().definition(value, key) | {
            "items": [{"value": slugify(label), "label": label, "description": ""} for label in labels if label],
        }

    def problems(self, value: Any, where: str) -> list[Problem]:
        labels = [plain_text(option or "") for option in value.get("options") or []]
        found = []
        if len([label for label in labels if label]) < 2:
            found.append(Problem(where, gettext("Give at least two choices.")))
        if not all(slugify(label) for label in labels):
            found.append(Problem(where, gettext("A choice is empty. Fill it in or remove it.")))
        seen = set()
        for label in labels:
            if (value_of := slugify(label)) and value_of in seen:
                found.append(Problem(where, gettext("The choice '%(label)s' is there twice.") % {"label": label}))
            seen.add(value_of)
        return found

    def widget(self, definition: Definition) -> forms.Widget:
        return forms.RadioSelect()

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {
            "choices": [(item["value"], item["label"]) for item in definition["items"]],
            "error_messages": {"invalid_choice": _("Choose one of the answers.")},
        }

    def display(self, answer: Any, definition: Definition) -> str:
        return next((item["label"] for item in definition["items"] if item["value"] == answer), "")
