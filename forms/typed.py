"""What was typed on a step but is not an answer yet: kept as a browser posted it, and shown again as it was."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.http import QueryDict

from forms.fields.base import printable
from forms.schema import is_sensitive

LONGEST = 20_000
"""Characters of one box: more than any question takes, so that somebody can come back and shorten the text."""
MOST_VALUES = 2_000

FOR_WHOM = "@namens"
"""Stands among the steps for the page that asks on whose behalf (forms/on_behalf.py)."""

Raw = dict[str, list[str]]


def raw_values(step: Mapping[str, Any], data: QueryDict) -> Raw:
    """What was posted for the questions of this step. One in parts posts ``key_0`` or ``key-0-child``.

    Nothing sensitive is kept, and nothing that a database cannot hold.
    """
    sensitive = {field["slug"]: is_sensitive(field) for field in step["fields"]}

    def is_kept(name: str) -> bool:
        owners = [key for key in sensitive if name == key or name.startswith((f"{key}_", f"{key}-"))]
        return bool(owners) and not sensitive[max(owners, key=len)]

    return _raw(data, is_kept)


def raw_boxes(names: Collection[str], data: QueryDict) -> Raw:
    """What was posted in boxes with these very names."""
    return _raw(data, lambda name: name in names)


def _raw(data: QueryDict, is_kept: Callable[[str], bool]) -> Raw:
    return {
        name: [printable(value.replace("\r\n", "\n"))[:LONGEST] for value in data.getlist(name)[:MOST_VALUES]]
        for name in [name for name in data if is_kept(name)][:MOST_VALUES]
    }


def as_posted(raw: Raw) -> QueryDict:
    """The other way round, for a form that shows no errors."""
    data = QueryDict(mutable=True)
    for name, values in raw.items():
        data.setlist(name, values)
    return data
