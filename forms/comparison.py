"""What differs for a citizen between two schemas of a form, in sentences. Pure.

Questions are matched by key, steps and groups by block, choices by value: none of these changes with its label.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from forms.fields import registry
from forms.fields.base import Definition
from forms.in_words import (
    Questions,
    all_questions,
    calculation_in_words,
    checks_in_words,
    condition_in_words,
    quoted,
)
from forms.schema import Schema, step_title


@dataclass(frozen=True)
class Change:
    where: str
    what: str


def changes(old: Schema, new: Schema) -> list[Change]:
    """Every change that a citizen may notice, in the order of the form."""
    return [*_texts(old, new), *_steps(old, new), *_questions(old, new), *_moved(old, new)]


def _texts(old: Schema, new: Schema) -> Iterator[Change]:
    for name, where in (("title", _("Title")), ("intro", _("Introduction")), ("privacy", _("Privacy"))):
        if old[name] != new[name]:
            yield Change(where, _reworded(old[name], new[name]))


def _reworded(old: str, new: str) -> str:
    if not new:
        return _("Removed: %(old)s") % {"old": quoted(old)}
    if not old:
        return _("Added: %(new)s") % {"new": quoted(new)}
    return _("Was %(old)s, becomes %(new)s") % {"old": quoted(old), "new": quoted(new)}


def _conditions(where: str, old: Any, new: Any, old_questions: Questions, new_questions: Questions) -> Iterator[Change]:
    before, after = condition_in_words(old, old_questions), condition_in_words(new, new_questions)
    if before == after:
        return
    if not after:
        yield Change(where, _("Always shows now. Before, only if %(when)s.") % {"when": before})
    elif not before:
        yield Change(where, _("Only shows now if %(when)s. Before, always.") % {"when": after})
    else:
        yield Change(
            where, _("Only shows now if %(after)s. Before, if %(before)s.") % {"after": after, "before": before}
        )


def _steps(old: Schema, new: Schema) -> Iterator[Change]:
    before, after = ({step["key"]: step for step in schema["steps"]} for schema in (old, new))
    old_questions, new_questions = all_questions(old), all_questions(new)
    for key, step in before.items():
        if key not in after:
            yield Change(_("Step %(title)s") % {"title": quoted(step_title(step))}, _("Removed"))
    for key, step in after.items():
        where = _("Step %(title)s") % {"title": quoted(step_title(step))}
        if key not in before:
            yield Change(where, _("New"))
            continue
        was = before[key]
        if was["title"] != step["title"]:
            yield Change(where, _("Title: %(change)s") % {"change": _reworded(was["title"], step["title"])})
        if was["intro"] != step["intro"]:
            yield Change(where, _("Introduction: %(change)s") % {"change": _reworded(was["intro"], step["intro"])})
        yield from _conditions(where, was["when"], step["when"], old_questions, new_questions)
        for group_key, group in step["groups"].items():
            if group_key in was["groups"]:
                yield from _groups(was["groups"][group_key], group, old_questions, new_questions)


def _groups(
    old: Mapping[str, Any], new: Mapping[str, Any], old_questions: Questions, new_questions: Questions
) -> Iterator[Change]:
    where = _("Group %(title)s") % {"title": quoted(new["title"] or "–")}
    for name, words in (("title", _("Title: %(change)s")), ("intro", _("Introduction: %(change)s"))):
        if old[name] != new[name]:
            yield Change(where, words % {"change": _reworded(old[name], new[name])})
    yield from _conditions(where, old["when"], new["when"], old_questions, new_questions)
    yield from _lists(where, checks_in_words(old["checks"]), checks_in_words(new["checks"]), _("Check"))


def _own(schema: Schema) -> dict[str, Definition]:
    """Each question once, inner ones too."""
    found = {}
    for step in schema["steps"]:
        for field in step["fields"]:
            found[field["slug"]] = field
            found |= {inner["slug"]: inner for inner in field["parameters"].get("fields", ())}
    return found


def _questions(old: Schema, new: Schema) -> Iterator[Change]:
    before, after = _own(old), _own(new)
    old_questions, new_questions = all_questions(old), all_questions(new)
    for key, field in before.items():
        if key not in after:
            yield Change(_where(field), _("Removed"))
    for key, field in after.items():
        where = _where(field)
        if key not in before:
            required = _("must be answered") if _required(field) else _("may stay empty")
            yield Change(where, _("New (%(type)s, %(required)s)") % {"type": _type(field), "required": required})
            continue
        was = before[key]
        if was["label"] != field["label"]:
            yield Change(where, _reworded(was["label"], field["label"]))
        if was["description"] != field["description"]:
            yield Change(where, _("Hint: %(change)s") % {"change": _reworded(was["description"], field["description"])})
        if was["parameters"]["type"] != field["parameters"]["type"]:
            yield Change(where, _("Was %(old)s, becomes %(new)s") % {"old": _type(was), "new": _type(field)})
        if _required(was) != _required(field):
            yield Change(where, _("Must be answered now") if _required(field) else _("May stay empty now"))
        yield from _choices(where, was, field)
        yield from _conditions(
            where, was["parameters"].get("when"), field["parameters"].get("when"), old_questions, new_questions
        )
        checked = [checks_in_words(one["parameters"].get("checks") or []) for one in (was, field)]
        yield from _lists(where, checked[0], checked[1], _("Check"))
        before_lines, after_lines = calculation_in_words(was, old_questions), calculation_in_words(field, new_questions)
        yield from _lists(where, before_lines, after_lines, _("Calculation"))


def _where(field: Definition) -> str:
    return _("Question %(label)s") % {"label": quoted(field["label"] or _type(field))}


def _type(field: Definition) -> str:
    found = registry.get(field["parameters"]["type"])
    return str(found.label) if found else field["parameters"]["type"]


def _required(field: Definition) -> bool:
    return any(access["level"] == "REQUIRED" for access in field["accesses"])


def _choices(where: str, old: Definition, new: Definition) -> Iterator[Change]:
    before, after = ({item["value"]: item["label"] for item in field.get("items") or []} for field in (old, new))
    for value in before.keys() - after.keys():
        yield Change(where, _("Choice %(label)s removed") % {"label": quoted(before[value])})
    for value, label in after.items():
        if value not in before:
            yield Change(where, _("Choice %(label)s added") % {"label": quoted(label)})
        elif before[value] != label:
            yield Change(where, _("Choice: %(change)s") % {"change": _reworded(before[value], label)})
    if before != after or list(before) == list(after):
        return
    yield Change(where, _("The choices are in another order"))


def _lists(where: str, old: Sequence[str], new: Sequence[str], what: str) -> Iterator[Change]:
    for line in old:
        if line not in new:
            yield Change(where, _("%(what)s removed: %(line)s") % {"what": what, "line": line})
    for line in new:
        if line not in old:
            yield Change(where, _("%(what)s added: %(line)s") % {"what": what, "line": line})


def _moved(old: Schema, new: Schema) -> Iterator[Change]:
    """Questions that were there and stand in another step, or in another order than the rest."""
    before, after = (
        {field["slug"]: step for step in schema["steps"] for field in step["fields"]} for schema in (old, new)
    )
    labels = _own(new)
    common_before, common_after = [k for k in before if k in after], [k for k in after if k in before]
    kept = {
        key
        for match in SequenceMatcher(None, common_before, common_after, autojunk=False).get_matching_blocks()
        for key in common_before[match.a : match.a + match.size]
    }
    for key in common_after:
        if before[key]["key"] != after[key]["key"]:
            yield Change(
                _where(labels[key]), _("Moved to the step %(title)s") % {"title": quoted(step_title(after[key]))}
            )
        elif key not in kept:
            yield Change(_where(labels[key]), _("Stands at another place in the step"))
