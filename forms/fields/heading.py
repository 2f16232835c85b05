from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from core.publishing import Problem
from forms.fields.base import plain_text
from forms.fields.content import ContentBlock, ContentType


class HeadingBlock(ContentBlock):
    title = blocks.CharBlock(label=_("Heading"), max_length=120)

    class Meta:
        label_format = "{title}"
        form_layout = BlockGroup(children=["title"], settings=["when"])


class HeadingType(ContentType):
    name = "heading"
    formidable_type = "title"
    block_class = HeadingBlock
    label = _("Heading")
    icon = "h2"
    description = _("A heading between the questions of a step.")

    def content(self, value: Any) -> dict[str, Any]:
        return {}

    def problems(self, value: Any, where: str) -> list[Problem]:
        return [] if plain_text(value.get("title") or "") else [Problem(where, gettext("Fill in the heading."))]
