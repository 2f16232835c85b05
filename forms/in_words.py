"""A form's logic as people say it, from its schema: when something shows, what is checked, how a value is worked out.

Pure; the words are in the language of whoever reads.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from forms.condition_blocks import TEST_LABELS
from forms.conditions import PRESENCE, ROLE, Condition, Kind, Test
from forms.fields import registry
from forms.fields.base import Definition
from forms.roles import Role
from forms.schema import NESTING, Schema, fields_of

Questions = Mapping[str, Definition]


def all_questions(schema: Schema) -> dict[str, Definition]:
    """Every question by key; those inside a repeating group by "group.key" and by their own key."""
    found: dict[str, Definition] = {}
    for field in fields_of(schema):
        found[field["slug"]] = field
        for inner in field["parameters"].get("fields", ()):
            found[inner["slug"]] = found[f"{field['slug']}{NESTING}{inner['slug']}"] = inner
    return found


def quoted(text: str) -> str:
    return f"“{text}”"


def label_of(key: str, questions: Questions) -> str:
    if key == ROLE:
        return _("Who fills in")
    owner, dot, end = key.rpartition(NESTING)
    field = questions.get(key) or questions.get(owner)
    if field is None:
        return quoted(key)
    field_type = registry[field["parameters"]["type"]]
    said = quoted(field["label"] or str(field_type.label))
    return said if key in questions else f"{said} ({field_type.counts.get(dot + end, end)})"


def condition_in_words(condition: Condition | None, questions: Questions) -> str:
    """ "‘Which lamp?’ is ‘Post’ and …"; empty when there is no condition."""
    if not condition or not condition["rules"]:
        return ""
    parts = [
        f"({condition_in_words(rule, questions)})" if "rules" in rule else rule_in_words(rule, questions)
        for rule in condition["rules"]
    ]
    return (_(" or ") if condition["mode"] == "any" else _(" and ")).join(parts)


def rule_in_words(rule: Mapping[str, Any], questions: Questions) -> str:
    test = Test(rule["test"])
    said = f"{label_of(rule['key'], questions)} {TEST_LABELS[test]}"
    if test in PRESENCE:
        return said
    values = rule["value"] if isinstance(rule["value"], list) else [rule["value"]]
    return f"{said} " + _(" or ").join(value_in_words(value, rule, questions) for value in values)


def value_in_words(value: str, rule: Mapping[str, Any], questions: Questions) -> str:
    if rule["key"] == ROLE:
        return quoted(str(Role(value).label)) if value in set(Role) else quoted(value)
    field = questions.get(rule["key"])
    choices = registry[field["parameters"]["type"]].choices(field) if field else {}
    if value in choices:
        return quoted(str(choices[value]))
    if rule["kind"] == Kind.NUMBER:
        return _number(value)
    if rule["kind"] == Kind.DATE:
        return formats.date_format(date.fromisoformat(value), "j F Y")
    return value if rule["kind"] == Kind.TIME else quoted(value)


def checks_in_words(checks: list[dict[str, Any]]) -> list[str]:
    """What a citizen reads when something is not right."""
    soft, hard = _("a warning"), _("must be put right")
    return [f"{check['message']} ({soft if check['soft'] else hard})" for check in checks]


def calculation_in_words(field: Definition, questions: Questions) -> list[str]:
    """The lines of a calculated value."""
    parameters = field["parameters"]
    said: list[str] = []
    if "lines" not in parameters:
        return said
    for line in parameters["lines"]:
        factors = " × ".join(
            _number(factor["number"]) if "number" in factor else label_of(factor["key"], questions)
            for factor in line["factors"]
        )
        words = f"{line['label']}: {factors}"
        if when := condition_in_words(line["when"], questions):
            words = _("%(line)s (only if %(when)s)") % {"line": words, "when": when}
        said.append(words)
    for name, words in (("minimum", _("at least")), ("maximum", _("at most"))):
        if parameters.get(name) is not None:
            said.append(f"{words} {_number(parameters[name])}")
    return said


def _number(text: str) -> str:
    number = Decimal(text)
    return formats.number_format(number.normalize(), use_l10n=True, force_grouping=True) if number else "0"


def looked_at(condition: Condition | None) -> Iterator[str]:
    """The keys of the questions that decide, each once."""
    seen = set()
    for rule in (condition or {}).get("rules", ()):
        for key in looked_at(rule) if "rules" in rule else (rule["key"],):
            if key not in seen:
                seen.add(key)
                yield key
