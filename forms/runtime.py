"""django-formidable, and the only module that knows it (docs/decisions/0002-formidable.md).

It checks compiled questions, decides per role what may be seen and filled in, and makes the Django form of a step.
Its traps are closed here: unknown roles fail, access must be complete, no markup, no free patterns, no conditions.
"""

import copy
import json
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import lru_cache, partial
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.functional import cached_property
from formidable.accesses import AccessObject
from formidable.constants import EDITABLE, HIDDEN, READONLY, REQUIRED
from formidable.forms import get_dynamic_form_class_from_schema
from formidable.forms.field_builder import FieldBuilder, FormFieldFactory
from formidable.serializers import FormidableSerializer
from formidable.serializers.forms import contextualize

from core.forms import SummaryLine, target
from forms.branches import Branch, follow_row
from forms.checks import Failure, failures, group_failures
from forms.conditions import Comparable
from forms.fields import registry
from forms.fields.base import Definition, plain_text
from forms.nested import NestedBoundField, NestedFormMixin
from forms.roles import Role
from forms.schema import Schema, fields_of

__all__ = ["UnknownRole", "access_object", "check", "plain_text", "step_fields", "step_form_class"]

LEVELS = {EDITABLE, HIDDEN, READONLY, REQUIRED}


class UnknownRole(ValueError):
    """Nobody may fill in or read a form in a role that does not exist."""


class InvalidSchema(ValueError):
    """The compiled questions are not what formidable takes: a mistake of ours, never of the editor."""


def access_object(role: Role) -> AccessObject:
    return AccessObject(id=str(role), label=str(role.label))


def check(schema: Schema) -> None:
    """Let formidable validate every step and build every form for every role. Raises InvalidSchema.

    Formidable accepts definitions that explode later, when a citizen opens the form; so it is all tried now.
    """
    keys = [field["slug"] for field in fields_of(schema)]
    if len(keys) != len(set(keys)):
        raise InvalidSchema(f"A key is used twice: {sorted(keys)}.")  # formidable looks within one step only
    for step in schema["steps"]:
        _check_fields(step["title"], step["fields"])
        for role in Role:
            step_form_class(step, role)


def _check_fields(title: str, fields: list[Definition]) -> None:
    roles = {str(role) for role in Role}
    for field in fields:
        field_type = registry.get(field["parameters"]["type"])
        if field_type is None or field["type_id"] != field_type.formidable_type:
            raise InvalidSchema(f"{field['slug']}: unknown type {field['parameters']['type']}, {field['type_id']}.")
        levels = {access["access_id"]: access["level"] for access in field["accesses"]}
        if set(levels) != roles or not set(levels.values()) <= LEVELS:
            raise InvalidSchema(f"{field['slug']}: every role needs one level of access, got {levels}.")
        if field["validations"] or field["defaults"]:
            raise InvalidSchema(f"{field['slug']}: formidable's own validations and defaults are not used.")
        if inner := field["parameters"].get("fields"):
            _check_fields(f"{title}: {field['label']}", inner)
    serializer = FormidableSerializer(data=copy.deepcopy(_formidable(title, fields)))
    if not serializer.is_valid():
        raise InvalidSchema(f"{title}: {serializer.errors}")


def step_fields(fields: list[Definition], role: str) -> list[Definition]:
    """The questions that this role sees, with ``required`` and ``disabled`` decided."""
    if role not in set(Role):
        raise UnknownRole(role)
    for field in fields:
        if role not in {access["access_id"] for access in field["accesses"]}:
            raise UnknownRole(f"{role} has no access defined on {field['slug']}")
    return contextualize(_formidable("", fields), role)["fields"]


def step_form_class(step: dict[str, Any], role: str) -> "type[QuestionsForm]":
    """The form of a step for a role, made once per content of the step."""
    single = len(step["fields"]) == 1 and not step["title"]
    return _form_class(json.dumps([step["fields"], step.get("groups") or {}]), str(role), single)


@lru_cache(maxsize=512)
def _form_class(content: str, role: str, single: bool) -> "type[QuestionsForm]":
    fields, groups = json.loads(content)
    seen = step_fields(fields, role)
    asked = [field for field in seen if is_asked(field)]
    decided = {field["slug"]: field for field in asked}
    dynamic = get_dynamic_form_class_from_schema(
        {"description": "", "fields": asked, "conditions": []}, field_factory=QuestionFactory()
    )
    members = {
        "single_question": single,
        "definitions": {
            field["slug"]: field | {"disabled": decided[field["slug"]]["disabled"]}
            for field in fields
            if field["slug"] in decided
        },
        "groups": groups,
        "role": role,
    }
    return type("StepForm", (QuestionsForm, dynamic), members)


def is_asked(field: Definition) -> bool:
    """Whether the question has a form field: it is no text to read, and its answer does not follow from others."""
    field_type = registry[field["parameters"]["type"]]
    return not (field_type.is_content or field_type.is_derived)


def _formidable(title: str, fields: list[Definition]) -> dict[str, Any]:
    """Questions as formidable's form JSON. Conditions are ours to decide: it would apply them once, unchained."""
    return {"label": title or "-", "description": "", "fields": fields, "conditions": []}


class RowQuestion(NamedTuple):
    """A question in a row of a repeating group, as the page shows it."""

    field: BoundField
    applies: bool
    warnings: list[str]


class QuestionsForm(NestedFormMixin, forms.Form):
    """The questions of a step, or of one row of a repeating group, that apply given the answers so far.

    Questions that do not apply stay in the form, because the browser may reveal them; their errors do not count.
    """

    definitions: ClassVar[dict[str, Definition]]
    groups: ClassVar[dict[str, Any]]
    role: ClassVar[str]
    _errors: ErrorDict | None
    summary_in_form = False

    def __init__(
        self,
        *args: Any,
        follow: Callable[[dict[str, Any]], Branch] | None = None,
        today: date | None = None,
        show_errors: bool = True,
        seen: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        """``follow`` says what applies given the answers of this form (by itself, if nothing is said).

        ``seen`` names the questions (also those in rows) that the person had on the page, None when that is all of
        them: a mistake in another one is not shown. Without ``show_errors`` no mistake is shown at all.
        """
        super().__init__(*args, **kwargs)
        self.follow = follow or (lambda answers: follow_row(list(self.definitions.values()), answers, self.role))
        self.today = today or timezone.localdate()
        self.show_errors = show_errors
        self.seen = seen
        self.warnings: dict[str, list[str]] = {}
        self.complete = False
        """Whether all that applies is well filled in, also where mistakes are not shown."""

    @cached_property
    def branch(self) -> Branch:
        """What applies, with the answers of this form as they are now."""
        if self.is_bound:
            self.full_clean_once()
        return self.follow(self.answers)

    def full_clean_once(self) -> None:
        """Clean if that did not happen yet."""
        if self._errors is None:
            self.full_clean()

    @property
    def answers(self) -> dict[str, Any]:
        """The answers of this form, normalised; of a form that is not bound, those that it starts with."""
        if not self.is_bound:
            return {}
        return {
            key: registry[definition["parameters"]["type"]].normalise(self.cleaned_data[key])
            for key, definition in self.definitions.items()
            if key in self.cleaned_data and not definition["disabled"] and not is_file(definition)
        }

    @property
    def answer(self) -> dict[str, Any]:
        """A row as it is kept: what applies of it."""
        return self.branch.answers

    def values_so_far(self) -> dict[str, Comparable]:
        """What the answers up to this moment of cleaning are worth, for the rows of a repeating group."""
        return self.follow(self.answers if hasattr(self, "cleaned_data") else {}).values

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound:
            return
        branch = self.branch = self.follow(self.answers)
        for key in self.definitions:
            if key not in branch.keys:
                self._forgive(key)
        for key, definition in self.definitions.items():
            if key in branch.keys and key not in self.errors:
                self._check(key, definition["parameters"].get("checks") or [], branch)
        for group_id, group in self.groups.items():
            if group_id in branch.groups and group["checks"]:
                self._check_group(group_id, group["checks"], branch)
        self.complete = not self.errors and all(row.complete for _start, row in self._rows())
        for key in list(self.errors):
            if not (self.show_errors and self._is_seen(key)):
                self._forgive(key)
        if not self.show_errors:
            self.warnings = {}

    def _is_seen(self, key: str) -> bool:
        return self.seen is None or self.add_prefix(key) in self.seen

    def _forgive(self, key: str) -> None:
        self.errors.pop(key, None)
        if isinstance(bound := self[key], NestedBoundField):
            bound.forget_errors()

    def _check(self, key: str, checks: list[dict[str, Any]], branch: Branch) -> None:
        self._report(key, failures(checks, branch.values.get(key), branch.values, self.today))
        definition = self.definitions[key]
        doubts = registry[definition["parameters"]["type"]].doubts(branch.answers.get(key), definition)
        self._report(key, [Failure(doubt, soft=True) for doubt in doubts])

    def _check_group(self, group_id: str, checks: list[dict[str, Any]], branch: Branch) -> None:
        """What is wrong with a group is said at its first question."""
        keys = [
            key
            for key, definition in self.definitions.items()
            if definition["parameters"]["group"] == group_id and key in branch.keys
        ]
        if keys and not any(key in self.errors for key in keys):
            values = [branch.values.get(key) for key in keys]
            amounts = [branch.amounts[key] for key in keys if key in branch.amounts]
            self._report(keys[0], group_failures(checks, values, amounts))

    def _report(self, key: str, found: list[Failure]) -> None:
        for failure in found:
            if failure.soft:
                self.warnings.setdefault(key, []).append(failure.message)
            else:
                self.add_error(key, failure.message)

    def _rows(self, key: str = "") -> "Iterator[tuple[str, QuestionsForm]]":
        """The rows of every repeating group that applies (or of this one), each with how a line about it begins."""
        for name in [key] if key else self.definitions:
            bound = self[name]
            if isinstance(bound, NestedBoundField) and name in self.branch.keys and not bound.field.disabled:
                for position, row in enumerate(bound.rows, start=1):
                    if isinstance(row, QuestionsForm):
                        yield bound.said_of(position), row

    @property
    def warning_lines(self) -> list[SummaryLine]:
        """What a person is asked to look at once more, in the order of the page."""
        return [line for key in self.definitions for line in self._warning_lines(key)]

    def _warning_lines(self, key: str) -> list[SummaryLine]:
        inside = [(start, line) for start, row in self._rows(key) for line in row.warning_lines]
        return [
            *(SummaryLine(message, target(self[key])) for message in self.warnings.get(key, ())),
            *(SummaryLine(f"{start}{line.message}", line.target) for start, line in inside),
        ]

    @property
    def doubted(self) -> dict[str, Any]:
        """The answers that a person is asked to look at once more, with what is said, by name on the page."""
        found = {self.add_prefix(key): [self.answers.get(key), said] for key, said in self.warnings.items()}
        for _start, row in self._rows():
            found |= row.doubted
        return found

    @property
    def row_questions(self) -> list[RowQuestion]:
        return [
            RowQuestion(field, field.name in self.branch.keys, self.warnings.get(field.name, []))
            for field in self.visible_fields()
        ]

    @property
    def shown(self) -> str:
        """The names on the page of the questions that show, for the next ``seen``; those in rows have their own."""
        return ",".join(sorted(self.add_prefix(key) for key in self.definitions if key in self.branch.keys))


def row_form(
    fields: list[Definition], *, data: Any, prefix: str, initial: dict[str, Any] | None, outer: QuestionsForm
) -> QuestionsForm:
    """The form of one row of a repeating group in the form ``outer``."""
    start = {
        field["slug"]: registry[field["parameters"]["type"]].form_data(initial[field["slug"]])
        for field in fields
        if initial and field["slug"] in initial
    }

    def follow(answers: dict[str, Any]) -> Branch:
        return follow_row(fields, {**(initial or {}), **answers}, outer.role, outer.values_so_far())

    form_class = _form_class(json.dumps([fields, {}]), outer.role, False)
    return form_class(
        data,
        prefix=prefix,
        initial=start,
        follow=follow,
        today=outer.today,
        show_errors=outer.show_errors,
        seen=outer.seen,
    )


def is_file(field: Definition) -> bool:
    return registry[field["parameters"]["type"]].is_file


class QuestionBuilder(FieldBuilder):
    """Lets the type of the question say which Django field and widget it is."""

    def __init__(self, field: Definition) -> None:
        super().__init__(field)
        self.type = registry[field["parameters"]["type"]]

    def get_field_class(self) -> type[forms.Field]:
        return self.type.form_field

    def get_widget(self, default_widget_class: type[forms.Widget]) -> forms.Widget:
        return self.type.widget(self.field)

    def get_field_kwargs(self, default_widget_class: type[forms.Widget]) -> dict[str, Any]:
        kwargs = super().get_field_kwargs(default_widget_class) | self.type.field_kwargs(self.field)
        if "fields" in self.field["parameters"]:
            rows = partial(row_form, self.field["parameters"]["fields"])
            kwargs |= {"make_row": rows, "row_value": lambda row: row.answer}
        return kwargs


class QuestionFactory(FormFieldFactory):
    """Every question goes through our builder, whatever formidable type carries it."""

    def produce(self, field: Definition, role: str | None = None) -> forms.Field:
        return QuestionBuilder(field).build(role)
