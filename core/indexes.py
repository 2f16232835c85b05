"""Indexes that are added to a full database while people work in it: PostgreSQL makes them without holding the table.

In a migration of their own, with ``atomic = False``. One that is broken off leaves an index behind that PostgreSQL does
not use (``INVALID`` in ``\\d``): drop that, and migrate again.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddIndex
from django.db.migrations.operations.base import Operation


class AddIndexMeanwhile(AddIndexConcurrently):
    """As ``AddIndex``, for both databases."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class AddTrigramsMeanwhile(Operation):
    """What contains some letters (``__icontains``), from an index of PostgreSQL. SQLite has none, and reads on."""

    reversible = True

    def __init__(self, model_name: str, column: str) -> None:
        self.model_name, self.column = model_name, column

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Django has no word for it that both databases understand."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
            schema_editor.execute(
                f"CREATE INDEX CONCURRENTLY {self.name(table)} ON {table}"
                f" USING gin (upper({self.column}::text) gin_trgm_ops)"
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {self.name(table)}")

    def name(self, table: str) -> str:
        return f"{table}_{self.column}_trigrams"

    def describe(self) -> str:
        return f"Find what is contained in {self.column} of {self.model_name} by its trigrams"
