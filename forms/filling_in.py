"""A form being filled in: its steps as Django forms, and its answers as people read them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.crypto import salted_hmac

from forms import runtime
from forms.branches import Branch, follow
from forms.fields import registry
from forms.fields.base import Definition, Retention
from forms.fields.files import FilesField
from forms.runtime import is_asked, is_file
from forms.schema import NESTING, Schema, is_sensitive, step_title

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
    show_errors: bool = True,
    seen: Collection[str] | None = None,
) -> runtime.QuestionsForm:
    """The form of step ``number`` (from 1), showing earlier answers; bound when there is ``data``.

    ``answers`` are those of the whole form so far: they decide what applies. ``uploads`` holds earlier files by
    question: they satisfy a required question without being sent again. See QuestionsForm for the rest.
    """
    step = schema["steps"][number - 1]
    given = dict(answers or {})
    initial = {
        field["slug"]: registry[field["parameters"]["type"]].form_data(given[field["slug"]])
        for field in step["fields"]
        if field["slug"] in given and is_asked(field)
    } | dict(uploads or {})

    def follow_with(new: dict[str, Any]) -> Branch:
        return follow(schema, given | new, role)

    return runtime.step_form_class(step, role)(
        data,
        files,
        initial=initial,
        follow=follow_with,
        today=timezone.localdate(),
        show_errors=show_errors,
        seen=seen,
    )


def files_form(draft: Any, key: str, *, files: Any) -> tuple[int, runtime.QuestionsForm] | None:
    """Step number and form for the files of one question alone; None when no question with that key takes several.

    Whether the question is to be answered at all is not asked here: that depends on what is typed and not kept yet.
    """
    for number, step in enumerate(draft.version.schema["steps"], start=1):
        if key in {field["slug"] for field in step["fields"]}:
            form = runtime.step_form_class(step, draft.role)({}, files, show_errors=False)
            field = form.fields.get(key)
            if isinstance(field, FilesField) and not field.disabled:
                return number, form
    return None


def check_step(
    schema: Schema, number: int, role: str, answers: Answers, uploads: Mapping[str, Any] | None = None
) -> runtime.QuestionsForm:
    """The step's form, bound to answers given earlier, as if they were sent once more."""
    data: dict[str, Any] = {}
    for field in schema["steps"][number - 1]["fields"]:
        if field["slug"] in answers and is_asked(field) and not is_file(field):
            field_type = registry[field["parameters"]["type"]]
            data |= field_type.post_data(field["slug"], answers[field["slug"]], field)
    return step_form(schema, number, role, answers=answers, uploads=uploads, data=data, files={})


def first_incomplete(
    schema: Schema, role: str, answers: Answers, uploads: Mapping[str, Any] | None = None
) -> int | None:
    """The first step that applies and is not, or not well, filled in. Warnings that were passed are no reason."""
    for number in follow(schema, answers, role).steps:
        if not check_step(schema, number, role, answers, uploads).is_valid():
            return number
    return None


def neighbours(steps: list[int], number: int) -> tuple[int | None, int | None]:
    """The steps that apply before and after this one."""
    before = [step for step in steps if step < number]
    after = [step for step in steps if step > number]
    return (before[-1] if before else None), (after[0] if after else None)


def upload_ids(answer: Any) -> list[str]:
    """The files in the answer to a question that takes files, in order."""
    items = answer if isinstance(answer, list) else [answer]
    return [item["upload"] for item in items if item]


def as_asked(schema: Schema, role: str, answers: Answers) -> list[dict[str, Any]]:
    """Steps with question, typed value and text, for the check page and for ever in the submission.

    Only what applies; what it was worth at the moment of asking is in the text.
    """
    branch = follow(schema, answers, role)
    return [
        {
            "key": step["key"],
            "number": number,
            "title": step_title(step),
            "answers": [
                _as_asked(field, branch.answers.get(field["slug"]))
                for field in runtime.step_fields(step["fields"], role)
                if field["slug"] in branch.keys and not registry[field["parameters"]["type"]].is_content
            ],
        }
        for number, step in enumerate(schema["steps"], start=1)
        if number in branch.steps
    ]


def _as_asked(field: Definition, value: Any) -> dict[str, Any]:
    field_type = registry[field["parameters"]["type"]]
    return {
        "key": field["slug"],
        "label": field["label"],
        "type": field["parameters"]["type"],
        "purpose": field["parameters"]["purpose"],
        "retention": str(Retention.SENSITIVE if is_sensitive(field) else field_type.retention),
        "value": value,
        "text": field_type.display(value, field),
        "shown": field_type.is_shown(field),
    }


@dataclass
class Item:
    """One thing on the page of a step, in order: a question, a text to read, or a calculated value."""

    definition: Definition
    applies: bool
    field: BoundField | None = None
    upload: Any = None
    text: str = ""
    """Of a calculated value."""
    group: dict[str, Any] | None = None
    """The group that begins here."""
    warnings: list[str] | None = None
    why: str = ""
    """In the editor's preview: when this shows, in words."""

    @property
    def type(self) -> str:
        return self.definition["parameters"]["type"]

    @property
    def template(self) -> str:
        return f"forms/content/{self.type}.html"

    @property
    def content(self) -> dict[str, Any]:
        """What that template draws besides the definition."""
        return registry[self.type].context(self.definition)


def step_context(
    schema: Schema, number: int, form: runtime.QuestionsForm, uploads: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the page of a step shows."""
    step = schema["steps"][number - 1]
    branch = form.branch
    steps = branch.steps or [number]
    return {
        "schema": schema,
        "step": step,
        "title": step_title(step),
        "number": number,
        "position": steps.index(number) + 1 if number in steps else number,
        "count": len(steps),
        "form": form,
        "items": list(_items(step, form, branch, uploads or {})),
        "conditions": _conditions(schema, step, form, branch),
        "seen": form.shown,
        "revealed": bool(form.is_bound and form.show_errors and not form.complete and not form.errors),
        "warned": fingerprint(form) if form.complete and form.doubted else "",
        "has_files": any(is_file(field) for field in step["fields"]),
    }


def fingerprint(form: runtime.QuestionsForm) -> str:
    """Stands for the warnings on a page and the answers that they are about."""
    return salted_hmac("forms.warnings", json.dumps(form.doubted, sort_keys=True, default=str)).hexdigest()


def _items(step: dict[str, Any], form: runtime.QuestionsForm, branch: Branch, uploads: Mapping[str, Any]) -> Any:
    groups = dict(step["groups"])
    for field in step["fields"]:
        field_type = registry[field["parameters"]["type"]]
        key = field["slug"]
        if not field_type.is_shown(field):
            continue
        item = Item(field, applies=key in branch.keys, group=groups.pop(field["parameters"]["group"], None))
        if key in form.fields:
            item.field, item.warnings = form[key], form.warnings.get(key)
            if isinstance(item.field.field, FilesField):
                item.field.initial = uploads.get(key)  # it lists them itself, with what came in just now
            else:
                item.upload = uploads.get(key)
        elif field_type.is_derived:
            item.text = field_type.display(branch.answers.get(key), field)
        yield item


def _conditions(
    schema: Schema, step: dict[str, Any], form: runtime.QuestionsForm, branch: Branch
) -> dict[str, Any] | None:
    """For the browser: what decides on this page, and what earlier pages are worth. None when nothing does."""
    deciding = {field["slug"]: field["parameters"]["when"] for field in step["fields"] if field["parameters"]["when"]}
    groups = {
        field["slug"]: step["groups"][field["parameters"]["group"]]["when"]
        for field in step["fields"]
        if field["parameters"]["group"] and step["groups"][field["parameters"]["group"]]["when"]
    }
    rows = {field["slug"]: _of_rows(field["parameters"].get("fields") or []) for field in step["fields"]}
    rows = {key: inner for key, inner in rows.items() if any(question["when"] for question in inner)}
    if not deciding and not groups and not rows:
        return None
    here = {field["slug"] for field in step["fields"]}
    return {
        "questions": [
            {
                "key": field["slug"],
                "kind": str(registry[field["parameters"]["type"]].kind),
                "counts": list(registry[field["parameters"]["type"]].counts),
                "when": deciding.get(field["slug"]),
                "group": groups.get(field["slug"]),
                "rows": rows.get(field["slug"]),
            }
            for field in step["fields"]
        ],
        "values": {key: value for key, value in branch.values.items() if key.partition(NESTING)[0] not in here},
    }


def _of_rows(fields: list[Definition]) -> list[dict[str, Any]]:
    """The questions of a repeating group, which are decided row by row."""
    return [
        {
            "key": field["slug"],
            "kind": str(registry[field["parameters"]["type"]].kind),
            "counts": list(registry[field["parameters"]["type"]].counts),
            "when": field["parameters"]["when"],
        }
        for field in fields
    ]
