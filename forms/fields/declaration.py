from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup

from core.publishing import Problem
from forms.fields.base import Definition, QuestionBlock, plain_text
from forms.fields.consent import MAX_TEXT, ConsentType


class DeclarationBlock(QuestionBlock):
    label = blocks.CharBlock(label=_("Heading"), max_length=200, default=_("Declaration"))
    text = blocks.TextBlock(
        label=_("What the citizen declares"),
        rows=3,
        max_length=MAX_TEXT,
        help_text=_("Stands beside the box, and is kept with the answer. Begin with: I declare that …"),
    )

    class Meta:
        form_layout = BlockGroup(children=["label", "hint", "text"], settings=["when", "key"])


class DeclarationType(ConsentType):
    """Must be ticked."""

    name = "declaration"
    block_class = DeclarationBlock
    label = _("Declaration")
    icon = "edit"
    description = _("A statement that the citizen must tick, such as: I declare that all this is true.")

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        return super().definition({**value, "required": True}, key, keys)

    def problems(self, value: Any, where: str) -> list[Problem]:
        if plain_text(value.get("text") or ""):
            return []
        return [Problem(where, gettext("Write down what the citizen declares."))]

    def refusal(self, definition: Definition) -> str:
        return gettext("Tick the box at “%(label)s”. You cannot go on without it.") % {"label": definition["label"]}
