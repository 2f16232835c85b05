"""django-formidable, and the only module that knows it (docs/decisions/0002-formidable.md).

It checks compiled questions, decides per role what may be seen and filled in, and makes the Django form of a step.
Its traps are closed here: unknown roles fail, access must be complete, no markup, no free patterns, no conditions.
"""

import copy
import json
from functools import lru_cache
from typing import Any

from django import forms
from formidable.accesses import AccessObject
from formidable.constants import EDITABLE, HIDDEN, READONLY, REQUIRED
from formidable.forms import get_dynamic_form_class_from_schema
from formidable.forms.field_builder import FieldBuilder, FormFieldFactory
from formidable.serializers import FormidableSerializer
from formidable.serializers.forms import contextualize

from core.forms import LoketFormMixin
from forms.fields import registry
from forms.fields.base import Definition, plain_text
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
    roles = {str(role) for role in Role}
    keys = [field["slug"] for field in fields_of(schema)]
    if len(keys) != len(set(keys)):
        raise InvalidSchema(f"A key is used twice: {sorted(keys)}.")  # formidable looks within one step only
    for step in schema["steps"]:
        for field in step["fields"]:
            field_type = registry.get(field["parameters"]["type"])
            if field_type is None or field["type_id"] != field_type.formidable_type:
                raise InvalidSchema(f"{field['slug']}: unknown type {field['parameters']['type']}, {field['type_id']}.")
            levels = {access["access_id"]: access["level"] for access in field["accesses"]}
            if set(levels) != roles or not set(levels.values()) <= LEVELS:
                raise InvalidSchema(f"{field['slug']}: every role needs one level of access, got {levels}.")
            if field["validations"] or field["defaults"]:
                raise InvalidSchema(f"{field['slug']}: formidable's own validations and defaults are not used.")
        serializer = FormidableSerializer(data=_formidable(copy.deepcopy(step)))
        if not serializer.is_valid():
            raise InvalidSchema(f"{step['title']}: {serializer.errors}")
        for role in Role:
            step_form_class(step, role)


def step_fields(step: dict[str, Any], role: str) -> list[Definition]:
    """The questions that this role sees, with ``required`` and ``disabled`` decided."""
    if role not in set(Role):
        raise UnknownRole(role)
    for field in step["fields"]:
        if role not in {access["access_id"] for access in field["accesses"]}:
            raise UnknownRole(f"{role} has no access defined on {field['slug']}")
    return contextualize(_formidable(step), role)["fields"]


def step_form_class(step: dict[str, Any], role: str) -> type[forms.Form]:
    """The form of a step for a role, made once per content of the step."""
    return _form_class(json.dumps(step, sort_keys=True), str(role))


@lru_cache(maxsize=512)
def _form_class(step_text: str, role: str) -> type[forms.Form]:
    step = json.loads(step_text)
    fields = step_fields(step, role)
    dynamic = get_dynamic_form_class_from_schema(
        {"description": "", "fields": fields, "conditions": []}, field_factory=QuestionFactory()
    )
    single = len(fields) == 1 and not step["title"]
    return type("StepForm", (LoketFormMixin, dynamic), {"single_question": single, "summary_in_form": False})


def _formidable(step: dict[str, Any]) -> dict[str, Any]:
    """A step as formidable's form JSON. Conditions are ours to decide: formidable would apply them once, unchained."""
    return {"label": step["title"] or "-", "description": "", "fields": step["fields"], "conditions": []}


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
        return super().get_field_kwargs(default_widget_class) | self.type.field_kwargs(self.field)


class QuestionFactory(FormFieldFactory):
    """Every question goes through our builder, whatever formidable type carries it."""

    def produce(self, field: Definition, role: str | None = None) -> forms.Field:
        return QuestionBuilder(field).build(role)
