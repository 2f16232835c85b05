"""Blocks with which an editor draws a process type."""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from core.blocks import LineBlock
from dossiers.milestones import DECISIONS, Milestone


class KeyedBlock(blocks.StructBlock):
    """A block whose key is made from its label once and then kept, so that a label can change freely."""

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if not value["key"]:
            value["key"] = slugify(value["label"])[:60]
        return value


class StatusBlock(KeyedBlock):
    label = blocks.CharBlock(label=_("Name for staff"), max_length=80)
    citizen_label = blocks.CharBlock(label=_("Name for citizens"), max_length=80)
    citizen_text = blocks.TextBlock(
        label=_("Explanation for citizens"),
        required=False,
        rows=2,
        help_text=_("What does this mean, and what happens next? Short sentences."),
    )
    milestone = blocks.ChoiceBlock(
        label=_("Milestone"),
        choices=Milestone.choices,
        help_text=_("Where the dossier stands for the clock and the figures."),
    )
    key = blocks.RegexBlock(
        r"^[-a-z0-9_]*$", label=_("Key"), required=False, help_text=_("Made by itself; leave it as it is.")
    )

    class Meta:
        icon = "radio-full"
        label = _("Status")
        label_format = "{label}"


class StepBlock(KeyedBlock):
    label = blocks.CharBlock(
        label=_("Text on the button"), max_length=80, help_text=_("For example: Ontvankelijk verklaren.")
    )
    sources = blocks.ListBlock(LineBlock(label=_("Status")), label=_("From (names of statuses)"), min_num=1)
    target = blocks.CharBlock(label=_("To (name of a status)"))
    needs_reason = blocks.BooleanBlock(label=_("Ask a reason"), required=False)
    letter = SnippetChooserBlock("dossiers.LetterTemplate", label=_("Letter to the citizen"), required=False)
    key = blocks.RegexBlock(
        r"^[-a-z0-9_]*$", label=_("Key"), required=False, help_text=_("Made by itself; leave it as it is.")
    )

    class Meta:
        icon = "arrow-right"
        label = _("Step")
        label_format = "{label}"


class TermBlock(blocks.StructBlock):
    milestone = blocks.ChoiceBlock(
        label=_("Until"),
        choices=[
            ("decision", _("the decision: admissible or not")),
            *((m.value, m.label) for m in Milestone if m not in DECISIONS and m != Milestone.RECEIVED),
        ],
    )
    days = blocks.IntegerBlock(label=_("Working days"), min_value=1, max_value=400)

    class Meta:
        icon = "time"
        label = _("Term")


class StatusesBlock(blocks.StreamBlock):
    status = StatusBlock()

    class Meta:
        collapsed = True


class StepsBlock(blocks.StreamBlock):
    step = StepBlock()

    class Meta:
        collapsed = True


class TermsBlock(blocks.StreamBlock):
    term = TermBlock()
