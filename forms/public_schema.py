"""A form as others may read it: our own stable shape, without what is internal. Pure.

docs/rules/api.md describes it. What a version holds (forms/schema.py) may change; this may only grow.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from forms.conditions import ROLE, Condition, rules
from forms.fields import registry
from forms.fields.base import Definition, FieldType
from forms.roles import Role
from forms.runtime import is_asked, is_file, step_fields
from forms.schema import Schema, fields_of, step_title

MODES = {"all": "alle", "any": "een"}
UNKNOWN = {"modus": "server", "regels": []}
"""A condition that looks at something the reader does not see: only checking the answers tells."""
LIMITS = {
    "minimum": "minstens",
    "maximum": "hoogstens",
    "decimals": "decimalen",
    "unit": "eenheid",
    "earliest": "vroegst",
    "latest": "laatst",
    "days_from": "vanaf_dagen",
    "days_until": "tot_dagen",
    "side": "kant",
    "step": "stap",
    "max_files": "bestanden",
    "max_megabytes": "megabytes",
    "kinds": "bestandssoorten",
}
"""Parameters of a question that limit its answer, and what they are called outside."""


def public_schema(schema: Schema, role: Role = Role.CITIZEN) -> dict[str, Any]:
    """Title, introduction and steps."""
    public = {*_keys(fields_of(schema)), ROLE}
    return {
        "titel": schema["title"],
        "inleiding": schema["intro"],
        "privacy": schema["privacy"],
        "stappen": [_step(step, public, role) for step in schema["steps"]],
    }


def answerable(fields: list[Definition], role: Role = Role.CITIZEN) -> dict[str, Definition]:
    """The questions that somebody in this role may answer, by key."""
    allowed = {field["slug"] for field in step_fields(fields, role) if not field["disabled"]}
    return {field["slug"]: field for field in fields if field["slug"] in allowed and is_asked(field)}


def _is_public(field: Definition) -> bool:
    field_type = registry[field["parameters"]["type"]]
    return field_type.is_shown(field)


def _step(step: dict[str, Any], public: Collection[str], role: Role) -> dict[str, Any]:
    numbers = {group: number for number, group in enumerate(step["groups"], start=1)}  # ids are the editor's own
    return {
        "titel": step_title(step),
        "inleiding": step["intro"],
        "voorwaarde": _condition(step["when"], public),
        "groepen": [
            {
                "groep": numbers[group_id],
                "titel": group["title"],
                "inleiding": group["intro"],
                "voorwaarde": _condition(group["when"], public),
                "controles": _checks(group["checks"]),
            }
            for group_id, group in step["groups"].items()
        ],
        "vragen": [
            question | {"groep": numbers.get(field["parameters"]["group"])}
            for field, question in _questions(step["fields"], public, role)
        ],
    }


def _questions(
    fields: list[Definition], public: Collection[str], role: Role
) -> Iterator[tuple[Definition, dict[str, Any]]]:
    decided = {field["slug"]: field for field in step_fields(fields, role)}
    for field in fields:
        if field["slug"] in decided and _is_public(field):
            yield field, _question(field, decided[field["slug"]], public, role)


def _question(field: Definition, decided: Definition, public: Collection[str], role: Role) -> dict[str, Any]:
    parameters = field["parameters"]
    field_type = registry[parameters["type"]]
    asked = is_asked(field) and not decided["disabled"]
    inner = parameters.get("fields") or []
    return {
        "sleutel": field["slug"],
        "soort": parameters["type"],
        "vraag": field["label"],
        "uitleg": "" if field_type.is_content else field["description"] or "",
        "tekst": _text(parameters),
        "verplicht": bool(asked and decided["required"]),
        "berekend": field_type.is_derived,
        "bestand": is_file(field),
        "antwoord": field_type.answer_shape(field) if asked else None,
        "keuzes": [{"waarde": value, "label": label} for value, label in field_type.choices(field).items()],
        "grenzen": _limits(field, field_type),
        "voorwaarde": _condition(parameters["when"], public),
        "controles": _checks(parameters["checks"]),
        "vragen": [question for _field, question in _questions(inner, {*public, *_keys(inner)}, role)],
    }


def _text(parameters: dict[str, Any]) -> str:
    """What the citizen reads or agrees to, as plain text."""
    parts = [
        part["text"] if "text" in part else "\n".join(f"- {item}" for item in part["list"])
        for part in parameters.get("parts") or []
    ]
    return parameters.get("text") or "\n\n".join(parts)


def _keys(fields: Iterable[Definition]) -> Iterator[str]:
    """What a condition may look at: the questions, and what can be counted of their answers."""
    for field in fields:
        if _is_public(field):
            yield from (field["slug"] + end for end in ("", *registry[field["parameters"]["type"]].counts))


def _limits(field: Definition, field_type: FieldType) -> dict[str, Any]:
    if field_type.is_derived:
        return {}
    given = field["parameters"]
    return {outside: given[name] for name, outside in LIMITS.items() if given.get(name) not in (None, "", [])}


def _condition(condition: Condition | None, public: Collection[str]) -> dict[str, Any] | None:
    if not condition or not condition["rules"]:
        return None
    if any(rule["key"] not in public for rule in rules(condition)):
        return UNKNOWN
    return {
        "modus": MODES[condition["mode"]],
        "regels": [
            _condition(rule, public)
            if "rules" in rule
            else {"vraag": rule["key"], "test": rule["test"], "waarde": rule["value"]}
            for rule in condition["rules"]
        ],
    }


def _checks(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "controle": check["check"],
            "waarde": check["value"],
            "boodschap": check["message"],
            "waarschuwing": bool(check["soft"]),
        }
        for check in checks
    ]
