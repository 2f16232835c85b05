"""A group of questions that is filled in several times: children, vehicles, partners."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from core.publishing import Problem
from forms.conditions import Comparable, Kind
from forms.fields.base import Definition, FieldType, Group, QuestionBlock, Retention, with_settings
from forms.json_shape import Shape
from forms.nested import MOST_ROWS, NestedField


class RepeatBlock(QuestionBlock):
    row_label = blocks.CharBlock(
        label=_("What one of them is called"), max_length=40, default="", help_text=_("For example: child.")
    )
    minimum = blocks.IntegerBlock(label=_("At least"), min_value=0, max_value=MOST_ROWS, default=1)
    maximum = blocks.IntegerBlock(label=_("At most"), min_value=1, max_value=MOST_ROWS, default=10)

    class Meta:
        form_layout = with_settings("row_label", "minimum", "maximum", "questions")


class RepeatType(FieldType):
    """Its questions are compiled by forms/schema.py into ``parameters.fields``; conditions work within each row."""

    name = "repeat"
    formidable_type = "text"
    group = Group.SEVERAL
    label = _("Repeating group")
    icon = "list-ol"
    description = _("The same questions several times, for example for each child.")
    form_field = NestedField
    kind = Kind.NUMBER
    retention = Retention.PERSONAL
    repeatable = False

    def __init__(self, members: Iterable[FieldType]) -> None:
        self.members = {member.name: member for member in members if member.repeatable}
        questions = blocks.StreamBlock(
            [(name, member.block) for name, member in self.members.items()], label=_("Questions"), required=False
        )
        self.block = type("RepeatBlock", (RepeatBlock,), {"questions": questions})(
            label=self.label, icon=self.icon, description=self.description, group=self.group
        )

    def definition(self, value: Any, key: str, *args: Any) -> Definition:
        made = super().definition(value, key, *args)
        made["parameters"] |= {
            "fields": [],
            "row_label": value.get("row_label") or "",
            "minimum": value.get("minimum") or 0,
            "maximum": value.get("maximum") or MOST_ROWS,
        }
        return made

    def problems(self, value: Any, where: str) -> list[Problem]:
        found = []
        if not value.get("questions"):
            found.append(Problem(where, gettext("Add a question to the repeating group.")))
        if not value.get("row_label"):
            found.append(Problem(where, gettext("Say what one of them is called, for example: child.")))
        if (value.get("minimum") or 0) > (value.get("maximum") or MOST_ROWS):
            found.append(Problem(where, gettext("'At least' is more than 'at most'.")))
        return found

    def widget(self, definition: Definition) -> forms.Widget:
        return forms.Widget()

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        """Besides ``make_row``, which forms/runtime.py adds: it makes the forms of all types, these rows among them."""
        parameters = definition["parameters"]
        return {
            "many": True,
            "minimum": parameters["minimum"],
            "maximum": parameters["maximum"],
            "row_label": parameters["row_label"],
        }

    def normalise(self, value: Any) -> Any:
        """The row's own form has normalised its parts."""
        return value or []

    def form_data(self, answer: Any) -> Any:
        return answer or []

    def post_data(self, name: str, answer: Any, definition: Definition) -> dict[str, Any]:
        posted: dict[str, Any] = {f"{name}-rij": [str(number) for number in range(len(answer or []))]}
        for number, row in enumerate(answer or []):
            for field in definition["parameters"]["fields"]:
                if field["slug"] in row:
                    field_type = self.members[field["parameters"]["type"]]
                    posted |= field_type.post_data(f"{name}-{number}-{field['slug']}", row[field["slug"]], field)
        return posted

    def answer_shape(self, definition: Definition) -> Shape:
        parts = {
            field["slug"]: self.members[field["parameters"]["type"]].answer_shape(field)
            for field in definition["parameters"]["fields"]
            if not self.members[field["parameters"]["type"]].is_content
        }
        row = {"type": "object", "properties": parts, "additionalProperties": False}
        return {"type": "array", "items": row, "maxItems": definition["parameters"]["maximum"]}

    def posted_for(self, name: str, value: Any, definition: Definition) -> dict[str, Any]:
        posted: dict[str, Any] = {f"{name}-rij": [str(number) for number in range(len(value))]}
        for number, row in enumerate(value):
            for field in definition["parameters"]["fields"]:
                if field["slug"] in row:
                    field_type = self.members[field["parameters"]["type"]]
                    posted |= field_type.posted_for(f"{name}-{number}-{field['slug']}", row[field["slug"]], field)
        return posted

    def rows(self, answer: Any, definition: Definition) -> list[tuple[str, list[tuple[Definition, Any]]]]:
        """Each row as "Kind 1" with its questions and answers."""
        label = definition["parameters"]["row_label"]
        return [
            (
                f"{label[:1].upper()}{label[1:]} {number}",
                [
                    (field, row.get(field["slug"]))
                    for field in definition["parameters"]["fields"]
                    if field["slug"] in row
                ],
            )
            for number, row in enumerate(answer or [], start=1)
        ]

    def display(self, answer: Any, definition: Definition) -> str:
        parts = []
        for title, answers in self.rows(answer, definition):
            lines = [
                f"{_before(field['label'])} {self.members[field['parameters']['type']].display(value, field) or '–'}"
                for field, value in answers
            ]
            parts.append("\n".join([title, *lines]))
        return "\n\n".join(parts)

    def comparable(self, answer: Any, definition: Definition) -> Comparable:
        """How many there are."""
        return str(len(answer)) if answer else None

    def amount(self, answer: Any, definition: Definition) -> Decimal | None:
        return Decimal(len(answer or []))

    def amounts(self, answer: Any, definition: Definition) -> dict[str, Decimal]:
        """The number of rows, and the sums over the rows of all that counts in the questions inside."""
        found = super().amounts(answer, definition)
        for field in definition["parameters"]["fields"]:
            field_type = self.members[field["parameters"]["type"]]
            for row in answer or []:
                for end, amount in field_type.amounts(row.get(field["slug"]), field).items():
                    name = f".{field['slug']}{end}"
                    found[name] = found.get(name, Decimal(0)) + amount
        return found

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        columns = {"": str(len(answer or []))}
        for number, (_title, answers) in enumerate(self.rows(answer, definition), start=1):
            for field, value in answers:
                for end, text in self.members[field["parameters"]["type"]].export(value, field).items():
                    columns[f"{number} {field['label']} {end}".strip()] = text
        return columns


def _before(label: str) -> str:
    """A question as it stands on one line with its answer."""
    return label if label.endswith(("?", "!", ".", ":")) else f"{label}:"
