"""Rows into a table as fast as the database takes them: COPY on PostgreSQL."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

CHUNK = 20_000


def first_free(model: type[models.Model]) -> int:
    """The number of the first row that will be added. Nobody else may add any meanwhile."""
    return (model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def copy(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> int:
    """Each row says the columns that matter (its key too), by attribute name; the rest gets the model's defaults.

    ``save()`` is not called. The database's own guards and triggers hold, as always.
    """
    waiting, count = iter(rows), 0
    while chunk := list(islice(waiting, CHUNK)):
        _copy(model, chunk)
        count += len(chunk)
    for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    return count


def _copy(model: type[models.Model], chunk: list[dict[str, Any]]) -> None:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    defaults = {field.attname: field.get_default() for field in fields if field.attname not in chunk[0]}
    values = (
        tuple(field.get_db_prep_save((defaults | row)[field.attname], connection) for field in fields) for row in chunk
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as writer:
                for row in values:
                    writer.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values))  # noqa: S608
