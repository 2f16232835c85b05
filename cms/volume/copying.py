"""Rows into a table as fast as the database takes them: COPY on PostgreSQL."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

Row = dict[str, Any]
CHUNK = 20_000
MEMORY = "512MB"
"""For making indexes; the server's own setting is meant for many connections."""
SECONDARY = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique
    ORDER BY indexrelid
"""
REFERENCES = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])
    ORDER BY oid
"""


def first_free(model: type[models.Model]) -> int:
    """The number of the first row that will be added. Nobody else may add any meanwhile."""
    return (model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


class Rows:
    """Rows of several tables that wait to be written, each with the number that it will have."""

    def __init__(self) -> None:
        self._waiting: dict[type[models.Model], list[Row]] = {}
        self._next: dict[type[models.Model], int] = {}
        self.written: dict[type[models.Model], int] = {}

    def add(self, model: type[models.Model], /, **row: Any) -> int:
        """Rows of one model all name the same columns. Tables are written in the order of their first rows."""
        key = self._next.get(model) or first_free(model)
        self._next[model] = key + 1
        self._waiting.setdefault(model, []).append({"id": key, **row})
        return key

    def add_keyed(self, model: type[models.Model], /, **row: Any) -> None:
        """The same, where the row brings its own key."""
        self._waiting.setdefault(model, []).append(row)

    def write(self) -> None:
        for model, rows in self._waiting.items():
            if rows:
                self.written[model] = self.written.get(model, 0) + copy(model, rows)
            self._waiting[model] = []


def copy(model: type[models.Model], rows: Iterable[Row]) -> int:
    """Each row says the columns that matter (its key too), by attribute name; the rest gets the model's defaults.

    ``save()`` is not called. The database's own guards and triggers hold, as always.
    """
    waiting, count = iter(rows), 0
    write = _copy if connection.vendor == "postgresql" else _insert
    while chunk := list(islice(waiting, CHUNK)):
        write(model, chunk)
        count += len(chunk)
    for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    return count


def _fields(model: type[models.Model], row: Row) -> tuple[list[Any], list[Any]]:
    """The columns that the rows name, in their order, and the others."""
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
    return [fields.pop(name) for name in row], list(fields.values())


def _insert(model: type[models.Model], chunk: list[Row]) -> None:
    named, others = _fields(model, chunk[0])
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in (*named, *others))
    places = ", ".join(["%s"] * len((*named, *others)))
    rest = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    get = itemgetter(*chunk[0])
    values = [
        (*(field.get_db_prep_save(value, connection) for field, value in zip(named, get(row), strict=True)), *rest)
        for row in chunk
    ]
    with connection.cursor() as cursor:
        statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
        cursor.executemany(statement, values)


def _copy(model: type[models.Model], chunk: list[Row]) -> None:
    """As the text that COPY reads: asking each field for each value how to write it takes most of the time."""
    named, others = _fields(model, chunk[0])
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in (*named, *others))
    values = itemgetter(*chunk[0])
    rest = "".join(f"\t{_text(field.get_default())}" for field in others) + "\n"
    with connection.cursor() as cursor, cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as to:
        to.write("".join("\t".join(map(_text, values(row))) + rest for row in chunk))


ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value if value.isalnum() else value.translate(ESCAPED)
    if isinstance(value, dict | list):
        return json.dumps(value).translate(ESCAPED)
    return value.isoformat() if isinstance(value, date) else str(value)


@contextmanager
def at_once(tables: Sequence[type[models.Model]]) -> Iterator[None]:
    """All of what is written into these, or nothing.

    On PostgreSQL indexes are made and references checked when all rows are there, which takes a fraction of the time
    that it takes row by row. What must be unique stays so all along. Meanwhile nobody else can use the tables.
    """
    with transaction.atomic():
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            make_again = _take_off(cursor, [connection.ops.quote_name(model._meta.db_table) for model in tables])
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
            for statement in make_again:
                cursor.execute(statement)


def _take_off(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    """Returns what brings it all back."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what still waits to be checked would hold the tables
    cursor.execute(SECONDARY, [tables])
    indexes = cursor.fetchall()
    cursor.execute(REFERENCES, [tables])
    references = cursor.fetchall()
    for table, name, _definition in references:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in indexes] + [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in references
    ]
