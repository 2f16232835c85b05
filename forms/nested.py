"""A question made of smaller ones: an address, or children one after the other.

The smaller questions are Django forms in their own right, so each has its label, its error at its place and its
``autocomplete``. Nothing here needs JavaScript: adding and removing a row are submit buttons.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.forms import LoketFormMixin, SummaryLine
from core.renderer import LoketBoundField

PARTS = "parts"
"""Code of the error that says no more than that something inside is wrong."""
ROW, ADD, REMOVE = "rij", "erbij", "weg"
"""Ends of the names of controls: which rows there are, and the buttons."""
MOST_ROWS = 100


class NestedBoundField(LoketBoundField):
    """The question on a page, with the forms inside it."""

    field: "NestedField"

    @cached_property
    def rows(self) -> list[Any]:
        """One form for each row that is shown (always one where the question has a single part)."""
        if self.form.is_bound and not self.field.disabled:
            return [self._row(number, bound=True) for number in self._posted_rows()]
        initial = self.initial or []
        answers = initial if isinstance(initial, list) else [initial]
        wanted = max(len(answers), self.field.shown_rows)
        return [
            self._row(number, initial=answers[number] if number < len(answers) else None) for number in range(wanted)
        ]

    def _posted_rows(self) -> list[int]:
        if not self.field.many:
            return [0]
        name = f"{self.html_name}-{ROW}"
        data = self.form.data
        posted = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        numbers = list(dict.fromkeys(int(text) for text in posted if str(text).isdecimal() and int(text) < 10_000))
        removed = str(data.get(f"{self.html_name}-{REMOVE}", ""))
        numbers = [number for number in numbers if str(number) != removed]
        if f"{self.html_name}-{ADD}" in data and len(numbers) < self.field.maximum:
            numbers.append(max(numbers, default=-1) + 1)
        return numbers[:MOST_ROWS]

    def _row(self, number: int, *, bound: bool = False, initial: Any = None) -> Any:
        prefix = f"{self.html_name}-{number}" if self.field.many else self.html_name
        row = self.field.make_row(
            data=self.form.data if bound else None, prefix=prefix, initial=initial, outer=self.form
        )
        row.number = number
        if self.field.disabled:
            for field in row.fields.values():
                field.disabled = True
        return row

    @property
    def data(self) -> list[Any]:
        """What :meth:`NestedField.clean` takes: the bound forms themselves, so that they keep their errors."""
        return self.rows

    @property
    def own_errors(self) -> list[str]:
        """Errors about the question as a whole."""
        return [
            str(message)
            for error in self.errors.as_data()
            if error.code != PARTS
            for message in error.messages
        ]  # fmt: skip

    def said_of(self, position: int) -> str:
        """How a line about a row begins: "Kind 2: "."""
        label = self.field.row_label
        return f"{label[:1].upper()}{label[1:]} {position}: " if self.field.many else ""

    def forget_errors(self) -> None:
        """Say nothing about what is wrong inside."""
        for row in self.rows:
            forget_errors(row)

    @property
    def can_add(self) -> bool:
        return self.field.many and len(self.rows) < self.field.maximum

    @property
    def can_remove(self) -> bool:
        return self.field.many and len(self.rows) > 0 and (self.field.minimum == 0 or len(self.rows) > 1)

    @property
    def empty_row(self) -> Any:
        """Copied by the script that adds a row without a round trip."""
        return self.field.make_row(data=None, prefix=f"{self.html_name}-__rij__", initial=None, outer=self.form)

    @property
    def focus_id(self) -> str:
        for row in self.rows:
            for field in row.visible_fields():
                return str(getattr(field, "focus_id", field.id_for_label))
        return f"{self.auto_id}-{ADD}"


class NestedField(forms.Field):
    """``make_row(data=, prefix=, initial=, outer=)`` makes the form of a row within the form ``outer``.

    The cleaned value is a dict, or a list of dicts when ``many``.

    None (or an empty list) when nothing was filled in.
    """

    widget = forms.Widget

    def __init__(
        self,
        *,
        make_row: Callable[..., Any],
        many: bool = False,
        minimum: int = 0,
        maximum: int = 1,
        row_label: str = "",
        row_value: Callable[[Any], Any] = lambda row: row.cleaned_data,
        **kwargs: Any,
    ) -> None:
        super().__init__(template_name="forms/nested.html", bound_field_class=NestedBoundField, **kwargs)
        self.make_row = make_row
        self.many = many
        self.minimum = minimum
        self.maximum = maximum
        self.row_label = row_label
        self.row_value = row_value

    @property
    def shown_rows(self) -> int:
        """How many rows stand ready on an empty page."""
        return max(self.minimum, 1 if self.required else 0) if self.many else 1

    def clean(self, value: Any) -> Any:
        if self.disabled:
            return value  # the earlier answer
        rows = [row for row in value if not is_blank(row)]
        if self.required and not rows:
            rows = value[:1]  # its own errors say best what is missing
        for row in value:
            if row not in rows:
                forget_errors(row)  # a row that is left blank is no row, and no mistake
        if not self.many:
            return self._clean_single(rows[0] if rows else None)
        if self.required and not rows:
            raise ValidationError(_("Fill in at least one."), code="required")
        if len(rows) < self.minimum and (rows or self.required):
            raise ValidationError(_("Fill in at least %(count)d.") % {"count": self.minimum}, code="min_rows")
        if len(rows) > self.maximum:
            raise ValidationError(_("Fill in at most %(count)d.") % {"count": self.maximum}, code="max_rows")
        # Every row is looked at, so that all errors show at once.
        if any(not valid for valid in [row.is_valid() for row in rows]):
            raise ValidationError("", code=PARTS)
        return [self.row_value(row) for row in rows]

    def _clean_single(self, row: forms.Form | None) -> Any:
        if row is None:
            return None
        if not row.is_valid():
            raise ValidationError("", code=PARTS)
        return self.row_value(row)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


class NestedFormMixin(LoketFormMixin):
    """A form that may hold questions made of smaller ones."""

    _errors: Any
    number = 0
    """Of a row."""

    def lines_of(self, field: BoundField) -> list[SummaryLine]:
        """Also what is wrong inside a question that is made of smaller ones, each at its own control."""
        lines = [line for line in super().lines_of(field) if line.message]
        return [*lines, *inner_errors(field)]


def inner_errors(bound: BoundField) -> list[SummaryLine]:
    """The lines of the error summary for what is inside a question."""
    if not isinstance(bound, NestedBoundField) or not bound.form.is_bound or bound.field.disabled:
        return []
    return [
        SummaryLine(f"{bound.said_of(position)}{line.message}", line.target)
        for position, row in enumerate(bound.rows, start=1)
        for line in row.error_summary
    ]


def forget_errors(row: Any) -> None:
    """As if it was looked at and nothing was found."""
    row._errors = ErrorDict(renderer=row.renderer)
    row.warnings, row.complete = {}, True
    if not hasattr(row, "cleaned_data"):
        row.cleaned_data = {}
    for bound in row:
        if isinstance(bound, NestedBoundField):
            bound.forget_errors()


def is_blank(row: forms.Form) -> bool:
    """Nothing was typed or chosen in it."""
    for bound in row:
        if isinstance(bound, NestedBoundField):
            if not all(is_blank(inner) for inner in bound.rows):
                return False
        elif bound.data not in (None, "", [], False):
            return False
    return True
