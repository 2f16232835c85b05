"""A form being filled in: its steps as Django forms, and its answers as people read them."""

from collections.abc import Mapping
from typing import Any

from django import forms

from forms import runtime
from forms.fields import registry
from forms.fields.base import Definition
from forms.schema import Schema, step_title

Answers = Mapping[str, Any]


def step_form(
    schema: Schema,
    number: int,
    role: str,
    *,
    answers: Answers | None = None,
    uploads: Mapping[str, Any] | None = None,
    data: Any = None,
    files: Any = None,
) -> forms.Form:
    """The form of step ``number`` (from 1), showing earlier answers; bound when there is ``data``.

    ``uploads`` holds earlier files by question: they satisfy a required question without being sent again.
    """
    step = schema["steps"][number - 1]
    initial = {
        field["slug"]: registry[field["parameters"]["type"]].form_data(answers[field["slug"]])
        for field in step["fields"]
        if answers and field["slug"] in answers
    } | dict(uploads or {})
    return runtime.step_form_class(step, role)(data, files, initial=initial)


def check_step(
    schema: Schema, number: int, role: str, answers: Answers, uploads: Mapping[str, Any] | None = None
) -> forms.Form:
    """The step's form, bound to answers given earlier, as if they were sent once more."""
    data = {
        field["slug"]: registry[field["parameters"]["type"]].form_data(answers[field["slug"]])
        for field in schema["steps"][number - 1]["fields"]
        if field["slug"] in answers
    }
    return step_form(schema, number, role, uploads=uploads, data=data, files={})


def first_incomplete(
    schema: Schema, role: str, answers: Answers, uploads: Mapping[str, Any] | None = None
) -> int | None:
    """The first step that is not, or not well, filled in."""
    for number in range(1, len(schema["steps"]) + 1):
        if not check_step(schema, number, role, answers, uploads).is_valid():
            return number
    return None


def normalised(schema: Schema, number: int, role: str, form: forms.Form) -> dict[str, Any]:
    """The cleaned answers of a valid step as JSON, by key. Files are not among them: they are kept as uploads."""
    return {
        field["slug"]: registry[field["parameters"]["type"]].normalise(form.cleaned_data[field["slug"]])
        for field in runtime.step_fields(schema["steps"][number - 1], role)
        if field["slug"] in form.cleaned_data and not field["disabled"] and not is_file(field)
    }


def is_file(field: Definition) -> bool:
    return registry[field["parameters"]["type"]].is_file


def as_asked(schema: Schema, role: str, answers: Answers) -> list[dict[str, Any]]:
    """Steps with question, typed value and text, for the check page and for ever in the submission."""
    return [
        {
            "key": step["key"],
            "title": step_title(step),
            "answers": [
                {
                    "key": field["slug"],
                    "label": field["label"],
                    "type": field["parameters"]["type"],
                    "purpose": field["parameters"]["purpose"],
                    "value": (value := answers.get(field["slug"])),
                    "text": registry[field["parameters"]["type"]].display(value, field),
                }
                for field in runtime.step_fields(step, role)
            ],
        }
        for step in schema["steps"]
    ]


def step_context(
    schema: Schema, number: int, form: forms.Form, uploads: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the page of a step shows."""
    step = schema["steps"][number - 1]
    return {
        "schema": schema,
        "step": step,
        "title": step_title(step),
        "number": number,
        "count": len(schema["steps"]),
        "form": form,
        "questions": [(field, (uploads or {}).get(field.name)) for field in form.visible_fields()],
        "has_files": any(is_file(field) for field in step["fields"]),
    }
