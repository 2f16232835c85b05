from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields.base import Definition, FieldType, Purpose, QuestionBlock, with_settings
from forms.fields.text import SingleLineField


class PlaceBlock(QuestionBlock):
    is_subject = blocks.BooleanBlock(
        label=_("This is the place that the dossier is about"),
        required=False,
        default=True,
        help_text=_("Staff then see it in their lists."),
    )

    class Meta:
        form_layout = with_settings("is_subject")


class PlaceType(FieldType):
    name = "place"
    formidable_type = "text"
    block_class = PlaceBlock
    label = _("Place")
    icon = "site"
    description = _("A street and number, or a description of a place in town.")
    form_field = SingleLineField

    def purpose(self, value: Any) -> str:
        return Purpose.PLACE if value.get("is_subject") else ""

    def widget(self, definition: Definition) -> forms.Widget:
        # Not the citizen's own address, so the browser should not offer that.
        return forms.TextInput(attrs={"autocomplete": "off"})

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {"max_length": 300}
