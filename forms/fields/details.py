from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from core.publishing import Problem
from forms.fields.content import ContentType, ProseBlock


class DetailsBlock(ProseBlock):
    title = blocks.CharBlock(
        label=_("Line to open"), max_length=120, help_text=_("For example: Where do I find this number?")
    )

    class Meta:
        label_format = "{title}"
        form_layout = BlockGroup(children=["title", "text"], settings=["links", "when"])


class DetailsType(ContentType):
    name = "details"
    block_class = DetailsBlock
    label = _("More explanation")
    icon = "expand-right"
    description = _("An explanation that folds open for whoever needs it.")

    def problems(self, value: Any, where: str) -> list[Problem]:
        found = super().problems(value, where)
        if not self.heading(value):
            found.insert(0, Problem(where, gettext("Fill in the line that opens the explanation.")))
        return found
