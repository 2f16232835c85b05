"""Blocks with which an editor draws a process type."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.snippets.blocks import SnippetChooserBlock

from core.blocks import LineBlock
from dossiers import facts
from dossiers.milestones import DECISIONS, Milestone
from dossiers.models.team import Team
from dossiers.routing import Assign
from dossiers.statuses import Colour


class KeyedBlock(blocks.StructBlock):
    """A block whose key is made from its label once and then kept, so that a label can change freely."""

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if not value["key"]:
            value["key"] = slugify(value["label"])[:60]
        return value


def key_block() -> blocks.RegexBlock:
    return blocks.RegexBlock(
        r"^[-a-z0-9_]*$", label=_("Key"), required=False, help_text=_("Made by itself; leave it as it is.")
    )


class TaskBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Task"), max_length=300, help_text=_("For example: Plaats bezoeken."))
    required = blocks.BooleanBlock(
        label=_("Must be done first"), required=False, help_text=_("The next step waits until this is ticked off.")
    )

    class Meta:
        icon = "check"
        label = _("Task")
        label_format = "{text}"


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
    colour = blocks.ChoiceBlock(
        label=_("Colour"), choices=Colour.choices, required=False, help_text=_("Empty: the colour of the milestone.")
    )
    pauses = blocks.BooleanBlock(
        label=_("The clock stands still"),
        required=False,
        help_text=_("While we wait for somebody outside. While we wait for the citizen it always does."),
    )
    is_decision = blocks.BooleanBlock(
        label=_("This is a decision"),
        required=False,
        help_text=_("Its letter must give facts, reason, legal base, signatory and how to appeal."),
    )
    tasks = blocks.ListBlock(TaskBlock(), label=_("Tasks in this status"), required=False, default=[])
    key = key_block()

    class Meta:
        icon = "radio-full"
        label = _("Status")
        label_format = "{label}"


def group_choices() -> list[tuple[str, str]]:
    return [(name, name) for name in Group.objects.order_by("name").values_list("name", flat=True)]


class StepBlock(KeyedBlock):
    label = blocks.CharBlock(
        label=_("Text on the button"), max_length=80, help_text=_("For example: Ontvankelijk verklaren.")
    )
    sources = blocks.ListBlock(LineBlock(label=_("Status")), label=_("From (names of statuses)"), min_num=1)
    target = blocks.CharBlock(label=_("To (name of a status)"))
    needs_reason = blocks.BooleanBlock(label=_("Ask a reason"), required=False)
    reason_label = blocks.CharBlock(
        label=_("What you ask instead of “Reason”"),
        required=False,
        max_length=80,
        help_text=_("For example: Dag, uur en plaats van de afspraak. In the letter it is {reden}."),
    )
    reason_hint = blocks.CharBlock(
        label=_("Help with it"),
        required=False,
        max_length=200,
        help_text=_("For example: Dinsdag 1 december om 14 uur, in het stadhuis."),
    )
    needs_result = blocks.BooleanBlock(
        label=_("Ask a result"), required=False, help_text=_("One of the results of this process type.")
    )
    result = blocks.CharBlock(
        label=_("Or always this result"),
        required=False,
        help_text=_("The name of one of the results. Nobody is asked for it then."),
    )
    letter = SnippetChooserBlock("dossiers.LetterTemplate", label=_("Letter to the citizen"), required=False)
    groups = blocks.MultipleChoiceBlock(
        label=_("Who may do this"),
        choices=group_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Empty: everybody who handles these dossiers. Whoever is in one of these groups and sees the dossier may "
            "do this, also without handling dossiers otherwise."
        ),
    )
    citizen_may = blocks.BooleanBlock(
        label=_("The citizen may do this too"),
        required=False,
        help_text=_("On the page where the citizen follows the dossier: withdraw, or answer what we asked."),
    )
    key = key_block()

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
    source = blocks.CharBlock(
        label=_("Where this term comes from"),
        required=False,
        max_length=300,
        help_text=_("A law, a regulation, or our own promise with its date."),
    )
    warn_days = blocks.IntegerBlock(
        label=_("Warn the handler so many working days before"), required=False, min_value=0, max_value=60
    )
    escalate_days = blocks.IntegerBlock(
        label=_("Escalate so many working days after it has passed"), required=False, min_value=0, max_value=60
    )
    escalate_to = blocks.EmailBlock(
        label=_("Escalate to (e-mail address)"), required=False, help_text=_("Empty: the address of the team.")
    )
    slip_days = blocks.IntegerBlock(
        label=_("When the promised day passes: promise so many working days more"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("The citizen gets the letter about delay by himself. Empty: nothing is sent."),
    )
    slip_reason = blocks.CharBlock(label=_("Reason that the citizen then reads"), required=False, max_length=300)

    class Meta:
        icon = "time"
        label = _("Term")

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if value["slip_days"] and not (value["slip_reason"] or "").strip():
            raise StructBlockValidationError(
                {"slip_reason": ValidationError(gettext("Say why the citizen has to wait longer."))}
            )
        return value


class ResultBlock(KeyedBlock):
    label = blocks.CharBlock(label=_("Result"), max_length=80, help_text=_("For example: Vergund met voorwaarden."))
    key = key_block()

    class Meta:
        icon = "tick"
        label = _("Result")
        label_format = "{label}"


def team_choices() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Team.objects.order_by("name").values_list("pk", "name")]


class RouteBlock(blocks.StructBlock):
    fact = blocks.ChoiceBlock(
        label=_("When the answer to"),
        choices=facts.choices,
        required=False,
        help_text=_("A question with choices of a form. Empty: any answer."),
    )
    value = blocks.CharBlock(
        label=_("is"), required=False, max_length=200, help_text=_("As it stands in the form; capitals do not matter.")
    )
    place = blocks.CharBlock(
        label=_("and the place holds"),
        required=False,
        max_length=100,
        help_text=_("For example a street or a part of town. Empty: everywhere."),
    )
    team = blocks.ChoiceBlock(label=_("Then it goes to"), choices=team_choices)
    assign = blocks.ChoiceBlock(label=_("and the handler is"), choices=Assign.choices, default=Assign.NOBODY)

    class Meta:
        icon = "redirect"
        label = _("Route")

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if bool(value["fact"]) != bool((value["value"] or "").strip()):
            raise StructBlockValidationError(
                {"value": ValidationError(gettext("Choose a question and say which answer, or leave both empty."))}
            )
        return value


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


class ResultsBlock(blocks.StreamBlock):
    result = ResultBlock()


class RoutesBlock(blocks.StreamBlock):
    route = RouteBlock()
