"""Whether a value that came as JSON has the shape that is asked for. Pure.

The shape is JSON Schema, as the API publishes it for each question, but only the few words of it that FieldType uses.
What an answer *says* is judged by its form field, as for people.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

Shape = dict[str, Any]

NUMBER_PATTERN = r"^-?[0-9]{1,20}(\.[0-9]{1,10})?$"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
LONGEST = 100_000
"""No text is longer, whatever its question says."""


class WrongShape(ValueError):
    """``errors`` are (place inside the value, message): ("", …) for the value itself, (".0.naam", …) inside a list."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        self.errors = errors
        super().__init__(errors)


def shaped(value: Any, shape: Shape) -> Any:
    """The value, with numbers as text and without what is null. Raises WrongShape."""
    errors: list[tuple[str, str]] = []
    made = _made(value, shape, "", errors)
    if errors:
        raise WrongShape(errors)
    return made


def _made(value: Any, shape: Shape, place: str, errors: list[tuple[str, str]]) -> Any:
    if message := _problem(value, shape):
        errors.append((place, message))
        return None
    if isinstance(value, list):
        return [_made(one, shape["items"], f"{place}.{number}", errors) for number, one in enumerate(value)]
    if isinstance(value, dict):
        return dict(_parts(value, shape, place, errors))
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(Decimal(value), "f")
    return value


def _parts(value: dict[str, Any], shape: Shape, place: str, errors: list[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    known = shape.get("properties", {})
    for name, one in value.items():
        if name not in known:
            where = f"{place}.{name}" if is_storable(name) and len(name) <= 64 else place
            errors.append((where, _("This question is not in the form.")))
        elif one is not None:
            yield name, _made(one, known[name], f"{place}.{name}", errors)


def _problem(value: Any, shape: Shape) -> str:
    """What is wrong with the outside of the value; '' when nothing is."""
    types = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    found = _type_of(value)
    if found not in types and not (found == "integer" and "number" in types):
        return _expected(types[0])
    if isinstance(value, str):
        return _problem_of_text(value, shape)
    if found in {"integer", "number"} and not re.fullmatch(NUMBER_PATTERN[1:-1], _digits(value)):
        return _("This number has too many digits.")
    if isinstance(value, list) and len(value) > shape.get("maxItems", 1000):
        return _("Fill in at most %(count)d.") % {"count": shape.get("maxItems", 1000)}
    return ""


def _problem_of_text(value: str, shape: Shape) -> str:
    if not is_storable(value):
        return _("This text has signs that cannot be kept.")
    if len(value) > LONGEST:
        return _("This text is too long.")
    if not value:
        return ""  # no answer: its field says whether there must be one
    if (pattern := shape.get("pattern")) and not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), value):
        return _expected("time" if pattern == TIME_PATTERN else "number")
    if (form := shape.get("format")) and not _has_format(value, form):
        return _expected(form)
    return ""


def _type_of(value: Any) -> str:
    names = {bool: "boolean", str: "string", int: "integer", Decimal: "number", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _digits(value: int | Decimal) -> str:
    """Not written out when it is huge: 1e999999 is a megabyte of zeros."""
    number = Decimal(value)
    return format(number, "f") if number.is_finite() and abs(number.adjusted()) < 30 else "too many"


def _has_format(value: str, form: str) -> bool:
    readers: dict[str, Callable[[str], Any]] = {"date": date.fromisoformat, "uuid": UUID}
    try:
        readers[form](value)
    except ValueError:
        return False
    return True


def _expected(what: str) -> str:
    return {
        "string": _("Give a text."),
        "number": _("Give a number, with a point before the decimals: 12.5."),
        "boolean": _("Give true or false."),
        "array": _("Give a list."),
        "object": _("Give an object with the parts of the answer."),
        "date": _("Give a date as 2026-12-31."),
        "time": _("Give a time as 09:30."),
        "uuid": _("Give the id of a file that was sent before."),
    }[what]


def is_storable(text: str) -> bool:
    """Without NUL, and without halves of characters: no database keeps those."""
    return not any(char == "\0" or unicodedata.category(char) == "Cs" for char in text)
