"""Types of question that are made of smaller boxes: a person, an address, a period.

docs/recipes/field-type.md says how to make one.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms

from forms.conditions import Kind
from forms.fields.base import Definition, FieldType
from forms.json_shape import Shape
from forms.nested import NestedField, NestedFormMixin

Answer = dict[str, Any]


class PartsForm(NestedFormMixin, forms.Form):
    """The boxes of one question."""

    check: Callable[["PartsForm"], None]
    """Looks at the boxes together, and may put the answer right in ``cleaned_data``."""

    def clean(self) -> None:
        type(self).check(self)

    @property
    def answer(self) -> Answer:
        """What is kept: what was filled in, as JSON."""
        return {
            name: value if isinstance(value, str) else value.isoformat()
            for name in self.fields
            if (value := self.cleaned_data.get(name))
        }


class CompoundType(FieldType):
    """The answer is a dict of texts by part; None when nothing was filled in."""

    formidable_type = "text"
    form_field = NestedField
    kind = Kind.PRESENCE

    # --- What differs

    def parts(self, definition: Definition) -> dict[str, forms.Field]:
        """The boxes, in order. Each has its label, and its ``autocomplete`` in the attributes of its widget."""
        raise NotImplementedError

    def check(self, definition: Definition, form: PartsForm) -> None:
        """What must hold of the boxes together: ``form.add_error(part, …)``."""

    def labels(self, definition: Definition) -> Mapping[str, Any]:
        """Part → heading in an export."""
        return {name: field.label for name, field in self.parts(definition).items()}

    def typed(self, answer: Answer) -> Answer:
        """The kept answer as it is typed in the boxes."""
        return answer

    # --- What follows from that

    def widget(self, definition: Definition) -> forms.Widget:
        return forms.Widget()

    def field_kwargs(self, definition: Definition) -> dict[str, Any]:
        members = self.parts(definition) | {"check": partial(self.check, definition)}
        form_class = type("PartsForm", (PartsForm,), members)
        return {"make_row": partial(_make, form_class), "row_value": lambda form: form.answer}

    def normalise(self, value: Any) -> Any:
        return value or None

    def form_data(self, answer: Any) -> Any:
        return self.typed(answer) if isinstance(answer, dict) else None

    def post_data(self, name: str, answer: Any, definition: Definition) -> dict[str, Any]:
        return {f"{name}-{part}": value for part, value in (self.form_data(answer) or {}).items()}

    def answer_shape(self, definition: Definition) -> Shape:
        dates = {"type": "string", "format": "date"}
        parts = {
            name: dates if isinstance(field, forms.DateField) else {"type": "string"}
            for name, field in self.parts(definition).items()
        }
        return {"type": "object", "properties": parts, "additionalProperties": False}

    def posted_for(self, name: str, value: Any, definition: Definition) -> dict[str, Any]:
        return {f"{name}-{part}": text for part, text in value.items()}

    def export(self, answer: Any, definition: Definition) -> dict[str, str]:
        typed = self.form_data(answer) or {}
        return {str(label): typed.get(part, "") for part, label in self.labels(definition).items()}


def _make(form_class: type[PartsForm], *, data: Any, prefix: str, initial: Any, outer: forms.Form) -> PartsForm:
    return form_class(data, prefix=prefix, initial=initial)


def own(token: str, definition: Definition, **attrs: str) -> dict[str, str]:
    """The attributes of a box: browsers may fill in the data of who fills in the form, never those of another."""
    is_own = definition["parameters"].get("is_own")
    return {"autocomplete": token if is_own else "off"} | attrs
