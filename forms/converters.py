"""Bring a schema of an older Loket up to date.

One list serves what lies in the database (published versions are frozen, so they are converted when read) and what is
imported: an old export can always be read. A converter takes a schema of its number and returns one of the next; it
looks at nothing but the schema, and it never goes away.
"""

import copy
from collections.abc import Callable
from typing import Any

from django.db import models

from forms.schema import SCHEMA, Schema


class NewerSchema(ValueError):
    """Made by a newer Loket than this one."""


def from_1(schema: Schema) -> Schema:
    """Conditions, groups and checks came."""
    schema.pop("conditions", None)
    for step in schema["steps"]:
        step |= {"when": None, "groups": {}}
        for field in step["fields"]:
            field["parameters"] |= {"when": None, "checks": [], "group": ""}
    return schema | {"schema": 2}


def from_2(schema: Schema) -> Schema:
    """Signing in came; where a town has it, it is offered until an editor says otherwise."""
    return schema | {"schema": 3, "sign_in": "may"}


CONVERTERS: dict[int, Callable[[Schema], Schema]] = {1: from_1, 2: from_2}


def current(schema: Schema) -> Schema:
    """The schema in today's form; the one that was given is left as it is. Raises NewerSchema."""
    if schema["schema"] == SCHEMA:
        return schema
    if schema["schema"] not in CONVERTERS:
        raise NewerSchema(schema["schema"])
    converted = copy.deepcopy(schema)
    while converted["schema"] != SCHEMA:
        converted = CONVERTERS[converted["schema"]](converted)
    return converted


class SchemaField(models.JSONField):
    """A JSONField that reads every schema in today's form. In migrations it is a plain JSONField."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return current(super().from_db_value(value, expression, connection))

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", list(args), kwargs
