from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.forms import HintedCheckboxes
from core.publishing import Problem
from forms.conditions import Comparable, Kind
from forms.fields.base import Definition, FieldType, Group, QuestionBlock, plain_text, with_settings
from forms.fields.yes_no import NO, YES
from forms.json_shape import Shape

MAX_TEXT = 600


class ConsentBlock(QuestionBlock):
    label = blocks.CharBlock(
        label=_("Heading"), max_length=200, help_text=_("What it is about, for example: Photos on our website.")
    )
    text = blocks.TextBlock(
        label=_("What the citizen agrees to"),
        rows=3,
        max_length=MAX_TEXT,
        help_text=_("Stands beside the box, and is kept with the answer. Begin with: I agree that …"),
    )
    required = blocks.BooleanBlock(
        label=_("Nobody can go on without agreeing"),
        required=False,
        default=False,
        help_text=_("Consent must be free: only when the form makes no sense without it."),
    )

    class Meta:
        form_layout = with_settings("text")


class TickField(forms.Field):
    """One box: ticked or not."""

    widget = HintedCheckboxes

    def __init__(self, *, text: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.choices = [(YES, text)]

    def to_python(self, value: Any) -> bool:
        return YES in (value if isinstance(value, list | tuple) else [value])

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class ConsentType(FieldType):
    """Keeps the words that were agreed to, also when the answer is no."""

    name = "consent"
    formidable_type = "checkbox"
    block_class = ConsentBlock
    group = Group.CHOICE
    label = _("Consent")
    icon = "tick-inverse"
    description = _("A box to tick, with what the citizen agrees to beside it.")
    form_field = TickField
    kind = Kind.CHOICE
    routable = True

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        definition["parameters"]["text"] = " ".join(plain_text(value.get("text") or "").split())
        return definition

    def problems(self, value: Any, where: str) -> list[Problem]:
        if plain_text(value.get("text") or ""):
            return []
        return [Problem(where, gettext("Write down what the citizen agrees to."))]

    def choices(self, definition: Definition) -> dict[str, str]:
        return {YES: gettext("Agreed")}

    def comparable(self, answer: Any, definition: Definition) -> Comparable:
        """A box that was left is no answer, as the browser sees it too."""
        return YES if answer == YES else None

    def widget(self, definition: Definition) -> forms.Widget:
        return HintedCheckboxes()

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {
            "text": definition["parameters"]["text"],
            "error_messages": {"required": self.refusal(definition)},
        }

    def refusal(self, definition: Definition) -> str:
        return gettext("Tick the box at “%(label)s” if you agree. You cannot go on without it.") % {
            "label": definition["label"]
        }

    def answer_shape(self, definition: Definition) -> Shape:
        return {"type": "string", "enum": [YES, NO]}

    def normalise(self, value: Any) -> Any:
        return YES if value else NO

    def form_data(self, answer: Any) -> Any:
        return [YES] if answer == YES else []

    def display(self, answer: Any, definition: Definition) -> str:
        if not answer:
            return ""
        text = definition["parameters"]["text"]
        return text if answer == YES else gettext("Not agreed: “%(text)s”") % {"text": text}
