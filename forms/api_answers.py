"""Answers that came through the API, judged by the very forms that people fill in. No database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from forms.branches import Branch, follow
from forms.fields import registry
from forms.filling_in import step_form
from forms.json_shape import WrongShape, is_storable
from forms.nested import NestedBoundField
from forms.public_schema import answerable
from forms.roles import Role
from forms.runtime import QuestionsForm, is_file
from forms.schema import Schema

Errors = dict[str, list[str]]
MOST_UNKNOWN = 20
"""So many keys that the form does not have are named; whoever sends more does not read them."""


class WrongAnswers(Exception):
    """What is wrong, by key of the question; in lists and parts by "kinderen.0.naam"."""

    def __init__(self, errors: Errors) -> None:
        self.errors = errors
        super().__init__(f"{len(errors)} answers are wrong.")


@dataclass(frozen=True)
class Judged:
    """What the form says of the answers."""

    answers: dict[str, Any]
    """Normalised, as far as they are good; files among them."""
    errors: Errors
    warnings: Errors
    branch: Branch


def read(schema: Schema, given: Mapping[str, Any], role: Role = Role.CITIZEN) -> dict[str, Any]:
    """The answers with the right shape, of questions that exist. Raises WrongAnswers."""
    known = {key: field for step in schema["steps"] for key, field in answerable(step["fields"], role).items()}
    found: dict[str, Any] = {}
    errors: Errors = {}
    for key, value in given.items():
        if key not in known:
            if is_storable(key) and len(key) <= 64 and len(errors) < MOST_UNKNOWN:
                errors[key] = [_("This question is not in the form.")]
            else:
                errors.setdefault("antwoorden", [_("There are questions that are not in the form.")])
        elif value is not None:
            try:
                found[key] = registry[known[key]["parameters"]["type"]].from_json(value, known[key])
            except WrongShape as wrong:
                for place, message in wrong.errors:
                    errors.setdefault(f"{key}{place}", []).append(message)
    if errors:
        raise WrongAnswers(errors)
    return found


def judge(
    schema: Schema,
    given: Mapping[str, Any],
    *,
    files: Mapping[str, Any],
    uploads: Mapping[str, Any],
    role: Role = Role.CITIZEN,
) -> Judged:
    """Fill in step after step, as a browser would.

    ``given`` comes from :func:`read`. ``files`` are the answers of questions that ask for one, ``uploads`` the files
    themselves. Conditions look back only, so what the earlier steps say is all that a step needs to know.
    """
    kept = dict(files)
    errors: Errors = {}
    warnings: Errors = {}
    for number, step in enumerate(schema["steps"], start=1):
        if number not in follow(schema, kept, role).steps:
            continue
        data: dict[str, Any] = {}
        for key, field in answerable(step["fields"], role).items():
            if key in given and not is_file(field):
                data |= registry[field["parameters"]["type"]].posted_for(key, given[key], field)
        form = step_form(schema, number, role, answers=kept, uploads=uploads, data=data, files={})
        form.full_clean()
        kept |= form.answers
        errors |= errors_of(form)
        warnings |= warnings_of(form)
    return Judged(kept, errors, warnings, follow(schema, kept, role))


def errors_of(form: QuestionsForm, prefix: str = "") -> Errors:
    """Every error at its place; what is inside a question comes after its key."""
    found: Errors = {}
    for name, messages in form.errors.items():
        if said := [str(message) for message in messages if message]:
            found[f"{prefix}{name}"] = said
        for inner, row in _rows(form, name, prefix):
            found |= errors_of(row, inner)
    return found


def warnings_of(form: QuestionsForm, prefix: str = "") -> Errors:
    """The same of what may be right but is asked about."""
    found = {f"{prefix}{name}": messages for name, messages in form.warnings.items()}
    for name in form.branch.keys & set(form.fields):
        for inner, row in _rows(form, name, prefix):
            found |= warnings_of(row, inner)
    return found


def _rows(form: QuestionsForm, name: str, prefix: str) -> Iterator[tuple[str, QuestionsForm]]:
    """The rows of a question, if it has any, with how the keys inside them begin."""
    bound = form[name] if name in form.fields else None
    if isinstance(bound, NestedBoundField):
        field: Any = bound.field
        for number, row in enumerate(bound.rows):
            if isinstance(row, QuestionsForm):
                yield f"{prefix}{name}.{number}." if field.many else f"{prefix}{name}.", row
