"""Pages of a list that do not count and do not skip: the next page starts after the last row seen.

OFFSET grows slower with every page and shows rows twice when somebody adds one meanwhile; a keyset does neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F, Q

Row = TypeVar("Row", bound=models.Model)
Direction = Literal["next", "previous"]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the opaque cursors (or None) of what comes after and before them, in this order."""

    rows: list[Row]
    next_cursor: str | None
    previous_cursor: str | None
    order: tuple[str, ...] = field(default=(), compare=False)


def paginate(
    rows_of: models.QuerySet[Row] | Sequence[models.QuerySet[Row]],
    *,
    order: Sequence[str],
    cursor: str | None = None,
    size: int = 50,
) -> Page[Row]:
    """One page of a queryset, in one query.

    Of several querysets (of one model): each row that stands in one of them, once, with the fields of the order; read
    the others for the rows of the page. Where an OR of their conditions makes the database walk along the whole table,
    each is walked along the index that suits it.

    ``order`` names concrete fields of the model, "-" in front for descending; the primary key is added where it is
    missing, so that the order is total. Rows without a value come last. A cursor that is not ours, or of another order,
    gives the first page: it is an old bookmark, not an error.
    """
    ways = [rows_of] if isinstance(rows_of, models.QuerySet) else list(rows_of)
    model = ways[0].model
    keys, signer = _keys(model, order), _signer(model, order)

    def cursor_at(row: Row, direction: Direction) -> str:
        return signer.sign_object([direction, [key.value_of(row) for key in keys]])

    position = _position(signer, cursor)
    if position is None:
        direction: Direction = "next"
        beyond = Q()
    else:
        direction, values = position
        beyond = _beyond(keys, values, reverse=direction == "previous")
    ordering = [key.ordering(reverse=direction == "previous") for key in keys]
    fields = [key.field.name for key in keys]
    found = list(_first([way.filter(beyond) for way in ways], ordering, size + 1, fields=fields))
    if not found and position is not None:
        return paginate(rows_of, order=order, size=size)
    more = len(found) > size
    rows = found[:size]
    if direction == "previous":
        rows.reverse()
        return Page(rows, cursor_at(rows[-1], "next"), cursor_at(rows[0], "previous") if more else None, tuple(order))
    return Page(
        rows,
        cursor_at(rows[-1], "next") if more else None,
        cursor_at(rows[0], "previous") if position is not None else None,
        tuple(order),
    )


def _first(
    ways: list[models.QuerySet[Row]], ordering: list[Any], number: int, *, fields: list[str]
) -> models.QuerySet[Row]:
    """The first rows of all ways together, in order."""
    if len(ways) == 1:
        return ways[0].order_by(*ordering)[:number]
    # Not a UNION of the sliced ones themselves: SQLite knows no LIMIT inside it.
    # And of the fields of the order alone: to say that two are the same row, the database need not compare all.
    rows = ways[0].model._default_manager.only(*fields)
    firsts = [rows.filter(pk__in=way.order_by(*ordering).values("pk")[:number]) for way in ways]
    return firsts[0].union(*firsts[1:]).order_by(*ordering)[:number]


def cursor_after(row: models.Model, *, order: Sequence[str]) -> str:
    """The cursor of the page that begins after this row."""
    return _signer(type(row), order).sign_object(["next", [key.value_of(row) for key in _keys(type(row), order)]])


def _signer(model: type[models.Model], order: Sequence[str]) -> Signer:
    return Signer(salt=f"core.keyset:{model._meta.label}:{','.join(order)}")


def _keys(model: type[models.Model], order: Sequence[str]) -> "list[_Key]":
    keys = [_Key(model, name) for name in order]
    if keys[-1].field is not model._meta.pk:
        keys.append(_Key(model, "-pk" if keys[-1].descending else "pk"))
    return keys


class _Key:
    """One field of the order."""

    def __init__(self, model: type[models.Model], name: str) -> None:
        self.descending = name.startswith("-")
        self.name = name.removeprefix("-")
        field = model._meta.pk if self.name == "pk" else model._meta.get_field(self.name)
        if not isinstance(field, models.Field) or field.many_to_many:
            raise TypeError(f"A list cannot be ordered by {name!r}: that is not a column of {model.__name__}.")
        self.field = field

    def value_of(self, row: models.Model) -> str | None:
        return None if self.field.value_from_object(row) is None else self.field.value_to_string(row)

    def ordering(self, *, reverse: bool) -> Any:
        """Rows without a value at the end (and so first when reading backwards), the same on every database."""
        last_or_first = {"nulls_first" if reverse else "nulls_last": True} if self.field.null else {}
        return F(self.name).asc(**last_or_first) if self.descending == reverse else F(self.name).desc(**last_or_first)

    def equal(self, value: str | None) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: self.field.to_python(value)})

    def beyond(self, value: str | None, *, reverse: bool) -> Q | None:
        """What comes after (or before) this value; None when nothing can."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if reverse else None
        return self._compared("", value, reverse=reverse)

    def from_there(self, value: str | None, *, reverse: bool) -> Q:
        """This value and what comes after (or before) it."""
        return Q() if value is None else self._compared("e", value, reverse=reverse)

    def _compared(self, or_equal: str, value: str, *, reverse: bool) -> Q:
        comparison = ("lt" if self.descending != reverse else "gt") + or_equal
        compared = Q(**{f"{self.name}__{comparison}": self.field.to_python(value)})
        return compared | Q(**{f"{self.name}__isnull": True}) if self.field.null and not reverse else compared


def _position(signer: Signer, cursor: str | None) -> tuple[Direction, list[str | None]] | None:
    if not cursor:
        return None
    try:
        direction, values = signer.unsign_object(cursor)
    except BadSignature:
        return None
    return direction, values


def _beyond(keys: list[_Key], values: list[str | None], *, reverse: bool) -> Q:
    """Lexicographically after (or before) ``values``: the first key beyond, or equal and the second beyond, …"""
    alternatives = []
    equal_so_far = Q()
    for key, value in zip(keys, values, strict=True):
        step = key.beyond(value, reverse=reverse)
        if step is not None:
            alternatives.append(equal_so_far & step)
        equal_so_far &= key.equal(value)
    condition = alternatives[0]
    for alternative in alternatives[1:]:
        condition |= alternative
    # Says the same once more about the first key alone, in one comparison: PostgreSQL then begins in the middle of its
    # index. Of an OR it would read everything before.
    return condition & keys[0].from_there(values[0], reverse=reverse)
