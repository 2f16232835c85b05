from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import (
    Definition,
    FieldType,
    Group,
    PlainTextField,
    Purpose,
    QuestionBlock,
    Retention,
    with_settings,
)

MAX_LENGTH = 4000


class LongTextBlock(QuestionBlock):
    is_description = blocks.BooleanBlock(
        label=_("This is the story of the citizen"),
        required=False,
        help_text=_("Staff then read it at the top of the dossier."),
    )

    class Meta:
        form_layout = with_settings("is_description")


class LongTextType(FieldType):
    name = "long_text"
    formidable_type = "paragraph"
    block_class = LongTextBlock
    group = Group.TEXT
    label = _("Long text")
    icon = "title"
    description = _("Several lines: a story, an explanation.")
    form_field = PlainTextField
    retention = Retention.PERSONAL

    def purpose(self, value: Any) -> str:
        return Purpose.DESCRIPTION if value.get("is_description") else ""

    def widget(self, definition: Definition) -> forms.Widget:
        return forms.Textarea(attrs={"rows": 6})

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"max_length": MAX_LENGTH}
