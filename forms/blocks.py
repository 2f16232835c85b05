"""What an editor builds a form from: steps with questions, and groups of questions."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup
from wagtail.snippets.blocks import SnippetChooserBlock

from forms.check_blocks import ChecksBlock, GroupCheckBlock
from forms.condition_blocks import ConditionBlock
from forms.fields import FieldType, registry
from forms.fields.base import Group


def question_blocks() -> list[tuple[str, Any]]:
    return [(field_type.name, field_type.block) for field_type in registry]


class QuestionsBlock(blocks.StreamBlock):
    """Questions and texts, one after the other."""

    class Meta:
        label = _("Questions")
        required = False


class GroupBlock(blocks.StructBlock):
    """Questions that belong together: they show together, and may be checked together."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    intro = blocks.TextBlock(label=_("Introduction"), required=False, rows=2, max_length=1000)
    questions = QuestionsBlock(question_blocks())
    when = ConditionBlock(label=_("Only ask when"))
    checks = ChecksBlock(GroupCheckBlock(), label=_("Checks"), default=[])

    class Meta:
        label = _("Group of questions")
        icon = "folder-open-inverse"
        group = Group.SEVERAL
        description = _("Questions that show together, for example only when somebody says yes.")
        label_format = "{title}"
        form_layout = BlockGroup(children=["title", "intro", "questions"], settings=["when", "checks"])


class SharedGroupBlock(blocks.StructBlock):
    """Questions that several forms share; each form takes them as they are when it is published."""

    group = SnippetChooserBlock("forms.QuestionGroup", label=_("Shared questions"))
    when = ConditionBlock(label=_("Only ask when"))

    class Meta:
        label = _("Shared questions")
        icon = "copy"
        group = Group.SEVERAL
        description = _("Questions that are written once and used in several forms, such as contact data.")
        form_layout = BlockGroup(children=["group"], settings=["when"])


class StepBlock(blocks.StructBlock):
    """One page of the form."""

    title = blocks.CharBlock(
        label=_("Title of the step"),
        required=False,
        max_length=120,
        help_text=_("May stay empty when there is one question: that is then the title of the page."),
    )
    intro = blocks.TextBlock(label=_("Introduction"), required=False, rows=2, max_length=1000)
    questions = QuestionsBlock([*question_blocks(), ("group", GroupBlock()), ("shared", SharedGroupBlock())])
    when = ConditionBlock(label=_("Only show this step when"))

    class Meta:
        label = _("Step")
        icon = "form"
        label_format = "{title}"
        form_layout = BlockGroup(children=["title", "intro", "questions"], settings=["when"])


class StepsBlock(blocks.StreamBlock):
    """A form: one page after the other."""

    step = StepBlock()


def add_field_type(field_type: FieldType) -> None:
    """Offer a type of question that lives on a higher floor; call it in ``AppConfig.ready()``."""
    registry.register(field_type.name, field_type)
    field_type.block.set_name(field_type.name)
    in_step = StepBlock.base_blocks["questions"].child_blocks
    for offered in (in_step, in_step["group"].child_blocks["questions"].child_blocks):
        offered[field_type.name] = field_type.block
