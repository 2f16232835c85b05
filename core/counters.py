"""Counting in the database: one statement each, exact with any number of processes, on SQLite and PostgreSQL alike."""

from collections.abc import Mapping
from typing import Any

from django.db import connections, models, router


def add(model: type[models.Model], *rows: Mapping[str, Any], below: int | None = None) -> bool:
    """Add one to the ``number`` of each row, which is made when it is not there yet.

    A row is named by the fields of the model's unique constraint. With ``below`` (for one row) nothing is added to a
    row that has reached it, and the answer is False.
    """
    if not rows or (below is not None and below < 1):
        return not rows
    using = router.db_for_write(model)
    connection = connections[using]
    quote = connection.ops.quote_name
    fields = {field.name: field for field in model._meta.concrete_fields if field.name in rows[0]}
    columns = [quote(str(field.column)) for field in fields.values()]
    table, number = quote(model._meta.db_table), quote("number")
    # In one order everywhere, so that two statements with the same rows never wait for each other.
    values = sorted(
        {tuple(field.get_db_prep_save(row[name], connection) for name, field in fields.items()) for row in rows}
    )
    line = f"({', '.join(['%s'] * len(columns))}, 1)"
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}, {number}) VALUES {', '.join([line] * len(values))}"  # noqa: S608  names of our own columns
        f" ON CONFLICT ({', '.join(columns)}) DO UPDATE SET {number} = {table}.{number} + 1"
    )
    parameters = [value for row in values for value in row]
    if below is not None:
        sql += f" WHERE {table}.{number} < %s"
        parameters.append(below)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return bool(cursor.rowcount)
