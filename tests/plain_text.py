"""Where in the database a text stands: every text, JSON and binary column of every table, whatever engine."""

from django.db import connection


def places_of(*planted: str) -> list[str]:
    """ "table.column" of each column that holds one of these texts, in any row."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                name, quote = column.name, connection.ops.quote_name
                matches = " OR ".join(f"CAST({quote(name)} AS TEXT) LIKE %s" for _text in planted)
                cursor.execute(
                    f"SELECT count(*) FROM {quote(table)} WHERE {matches}", [f"%{text}%" for text in planted]
                )
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{name}")
    return found
