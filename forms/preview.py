"""The editor's preview of a form: every step, or one, with what applies given who fills in and what was answered.

The answers are those that the editor gives in the preview itself (static/forms/preview.js sends them); nothing of them
is kept. Nothing is judged either: the preview shows no errors.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from forms.branches import follow
from forms.conditions import ROLE, Condition
from forms.filling_in import step_context, step_form
from forms.in_words import Questions, all_questions, condition_in_words
from forms.roles import Role
from forms.runtime import is_file
from forms.schema import Schema, step_title

ROLES = (Role.CITIZEN, Role.ASSOCIATION, Role.DESK)
"""Who fills in forms: a case handler reads them."""

START, ALL = "start", "alles"
Mode = str
"""START, ALL or the number of a step."""


def modes(schema: Schema) -> list[tuple[Mode, Any]]:
    steps = [
        (str(number), _("Step %(number)d: %(title)s") % {"number": number, "title": step_title(step)})
        for number, step in enumerate(schema["steps"], start=1)
    ]
    return [(ALL, _("All steps")), *steps, (START, _("Start page"))]


def preview_context(schema: Schema, mode: Mode, given: Any) -> dict[str, Any]:
    """What the page of the preview shows; ``given`` is what was posted from it, None when it was just opened."""
    role = role_in(given)
    answers: dict[str, Any] = {}
    forms = []
    for number, step in enumerate(schema["steps"], start=1):
        answers |= _files_in_words(step, given or {})
        files: dict[str, Any] | None = None if given is None else {}
        form = step_form(schema, number, role, answers=answers, data=given, files=files, show_errors=False)
        form.full_clean_once()
        answers |= form.answers
        forms.append(form)
    branch = follow(schema, answers, role)
    questions = all_questions(schema)
    wanted = int(mode) if mode.isdecimal() and 0 < int(mode) <= len(forms) else None
    steps = []
    for number, form in enumerate(forms, start=1):
        form.branch = branch  # also what later steps say of "step 2 of 3"
        if wanted in (None, number):
            context = step_context(schema, number, form)
            context |= {"skipped": number not in branch.steps, "why": _why_step(context["step"], questions)}
            if wanted is None:
                for item in context["items"]:
                    item.why = _why(schema, context["step"], item.definition, questions)
            steps.append(context)
    return {
        "steps": steps,
        "single": wanted is not None,
        "title": steps[0]["title"] if wanted else schema["title"],
        "has_files": False,  # in a preview no file goes anywhere
        "role_name": ROLE,
        "role": role,
        "roles": [(str(known), known.label) for known in ROLES],
    }


def role_in(given: Mapping[str, Any] | None) -> Role:
    wanted = (given or {}).get(ROLE, "")
    return Role(wanted) if wanted in ROLES else Role.CITIZEN


def _files_in_words(step: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A file that was chosen is an answer, so that what hangs on it shows; the file itself stays where it is."""
    names = {field["slug"]: given.get(field["slug"]) for field in step["fields"] if is_file(field)}
    return {key: [{"upload": "", "name": name}] for key, name in names.items() if name}


def _why_step(step: dict[str, Any], questions: Questions) -> str:
    """When a step that is skipped would show."""
    if words := condition_in_words(step["when"], questions):
        return _("This step only shows if %(when)s.") % {"when": words}
    return _("None of its questions applies now.")


def _why(schema: Schema, step: dict[str, Any], field: dict[str, Any], questions: Questions) -> str:
    """When a question or text that does not show would; '' when it always does."""
    parameters = field["parameters"]
    conditions: list[Condition | None] = [parameters["when"]]
    if parameters["group"]:
        conditions.insert(0, step["groups"][parameters["group"]]["when"])
    words = [f"({said})" for condition in conditions if (said := condition_in_words(condition, questions))]
    if not words:
        return ""
    when = words[0][1:-1] if len(words) == 1 else _(" and ").join(words)
    name = field["label"] or str(field["description"])
    return _("“%(question)s” only shows if %(when)s.") % {"question": name, "when": when}
