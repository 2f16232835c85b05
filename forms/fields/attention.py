from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from forms.fields.base import plain_text
from forms.fields.content import ContentBlock, ContentType


class AttentionBlock(ContentBlock):
    text = blocks.TextBlock(
        label=_("Text"), rows=2, max_length=400, help_text=_("One or two sentences that nobody may miss.")
    )

    class Meta:
        label_format = "{text}"
        form_layout = BlockGroup(children=["text"], settings=["when"])


class AttentionType(ContentType):
    name = "attention"
    block_class = AttentionBlock
    label = _("Attention")
    icon = "warning"
    description = _("A warning that stands out, such as a fine or a last day.")

    def content(self, value: Any) -> dict[str, Any]:
        return {"text": plain_text(value.get("text") or "")}
