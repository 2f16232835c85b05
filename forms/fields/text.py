import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import Definition, FieldType, Group, PlainTextField, Purpose, QuestionBlock, with_settings

MAX_LENGTH = 200
JOINERS = "\u200c\u200d"  # invisible, but part of how some scripts and emoji are written


class TextBlock(QuestionBlock):
    purpose = blocks.ChoiceBlock(
        label=_("This is"),
        required=False,
        choices=[(p.value, p.label) for p in (Purpose.NAME, Purpose.SUBJECT)],
        help_text=_("Loket then knows what to do with the answer. Leave empty for any other question."),
    )

    class Meta:
        form_layout = with_settings("purpose")


class SingleLineField(PlainTextField):
    def to_python(self, value: Any) -> str:
        seen = "".join(
            sign for sign in super().to_python(value) if unicodedata.category(sign) != "Cf" or sign in JOINERS
        )
        return " ".join(seen.split()) if seen.strip("".join(JOINERS)) else ""


class TextType(FieldType):
    name = "text"
    formidable_type = "text"
    block_class = TextBlock
    group = Group.TEXT
    label = _("Short text")
    icon = "pilcrow"
    description = _("One line: a name, a title, a reference.")
    form_field = SingleLineField

    def purpose(self, value: Any) -> str:
        return value.get("purpose") or ""

    def widget(self, definition: Definition) -> forms.Widget:
        if definition["parameters"]["purpose"] == Purpose.NAME:
            return forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"})
        return forms.TextInput()

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"max_length": MAX_LENGTH}
