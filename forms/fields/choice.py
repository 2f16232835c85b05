from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.forms import HintedRadios
from core.publishing import Problem
from forms.conditions import Kind
from forms.fields import options
from forms.fields.base import Definition, FieldType, Group, Purpose, QuestionBlock, with_settings


class ChoiceBlock(QuestionBlock):
    options = options.options_block(help_text=_("The citizen picks one."))
    is_subject = blocks.BooleanBlock(
        label=_("This says what the dossier is about"),
        required=False,
        help_text=_("Staff then see the answer in their lists, and letters name it."),
    )

    class Meta:
        form_layout = with_settings("options", "is_subject")


class ChoiceType(FieldType):
    name = "choice"
    formidable_type = "radios"
    block_class = ChoiceBlock
    group = Group.CHOICE
    label = _("Choice")
    icon = "list-ul"
    description = _("One answer out of a list.")
    form_field = forms.ChoiceField
    routable = True
    kind = Kind.CHOICE

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        definition = super().definition(value, key, keys)
        definition["items"] = options.items(value, {} if keys is None else keys)
        definition["parameters"]["amounts"] = options.amounts(value, definition["items"])
        return definition

    def purpose(self, value: Any) -> str:
        return Purpose.SUBJECT if value.get("is_subject") else ""

    def serve(self, purpose: str, answer: Any, definition: Definition) -> Any:
        return self.display(answer, definition)

    def problems(self, value: Any, where: str) -> list[Problem]:
        return options.problems(value, where)

    def widget(self, definition: Definition) -> forms.Widget:
        return HintedRadios(hints=options.hints(definition))

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        return {
            "choices": list(options.labels(definition).items()),
            "error_messages": {"invalid_choice": _("Choose one of the answers.")},
        }

    def display(self, answer: Any, definition: Definition) -> str:
        return options.labels(definition).get(answer, "")

    def amount(self, answer: Any, definition: Definition) -> Decimal | None:
        return options.amount(answer, definition)
