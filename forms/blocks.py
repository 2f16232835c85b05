"""What an editor builds a form from: steps with questions."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from forms.fields import FieldType, registry


class StepBlock(blocks.StructBlock):
    """One page of the form."""

    title = blocks.CharBlock(
        label=_("Title of the step"),
        required=False,
        max_length=120,
        help_text=_("May stay empty when there is one question: that is then the title of the page."),
    )
    intro = blocks.TextBlock(label=_("Introduction"), required=False, rows=2, max_length=1000)
    questions = blocks.StreamBlock(
        [(field_type.name, field_type.block) for field_type in registry], label=_("Questions"), required=False
    )

    class Meta:
        label = _("Step")
        icon = "form"
        label_format = "{title}"


class StepsBlock(blocks.StreamBlock):
    """A form: one page after the other."""

    step = StepBlock()


def add_field_type(field_type: FieldType) -> None:
    """Offer a type of question that lives on a higher floor; call it in ``AppConfig.ready()``."""
    registry.register(field_type.name, field_type)
    field_type.block.set_name(field_type.name)
    StepBlock.base_blocks["questions"].child_blocks[field_type.name] = field_type.block
