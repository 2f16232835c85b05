"""Guards that live in the database, on SQLite and PostgreSQL alike, as triggers.

A model says once what must hold (``@append_only``); the triggers are installed idempotently after every migrate,
because Django rebuilds tables on SQLite and then drops their triggers without a word. A system check and ``/readyz``
fail when one is missing.

The one legitimate eraser (retention) goes through :func:`open_door`: a row in a small table of our own that exists
only inside the eraser's transaction, so nobody else ever sees the door open. The triggers look at that table.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Model = TypeVar("Model", bound=models.Model)

PREFIX = "loket_"
DOOR = "loket_open_door"
OPEN = f"EXISTS (SELECT 1 FROM {DOOR})"  # noqa: S608  a constant


@dataclass(frozen=True)
class Trigger:
    """One trigger: its purpose, table, and per vendor the statement after its name (see :func:`append_only`)."""

    purpose: str
    table: str
    sqlite: str | None
    postgresql: str | None

    def body(self, vendor: str) -> str | None:
        return self.sqlite if vendor == "sqlite" else self.postgresql

    def name(self, vendor: str) -> str:
        """Carries a digest of the definition, so that a changed trigger is installed anew under a new name."""
        digest = hashlib.sha256((self.body(vendor) or "").encode()).hexdigest()[:8]
        return f"{PREFIX}{self.table}_{self.purpose}_{digest}"[-63:]

    def create(self, vendor: str) -> str:
        return f"CREATE TRIGGER {self.name(vendor)} {self.body(vendor)}"


declared: list[Trigger] = []


def declare(trigger: Trigger) -> None:
    """Add a trigger to those that are installed after every migrate; a second one of that name is refused."""
    if any((known.table, known.purpose) == (trigger.table, trigger.purpose) for known in declared):
        raise ValueError(f"The trigger {trigger.purpose} on {trigger.table} is declared twice.")
    declared.append(trigger)


def append_only(model: type[Model]) -> type[Model]:
    """Class decorator: rows of this model can be added and read; the database refuses to change or remove them."""
    table = model._meta.db_table
    for verb in ("UPDATE", "DELETE"):
        declare(
            Trigger(
                purpose=f"no_{verb.lower()}",
                table=table,
                sqlite=f'BEFORE {verb} ON "{table}" WHEN NOT {OPEN} '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
                postgresql=f'BEFORE {verb} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {PREFIX}refuse()',
            )
        )
    declare(
        Trigger(
            purpose="no_truncate",
            table=table,
            sqlite=None,  # SQLite has no TRUNCATE
            postgresql=f'BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}refuse()',
        )
    )
    return model


POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {PREFIX}refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {OPEN} THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF TG_OP = 'TRUNCATE' THEN RETURN NULL; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Name → table of the triggers of ours that are there and switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'loket\\_%' ESCAPE '\\'"
            )
        else:
            cursor.execute(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname LIKE %s"
                " AND n.nspname = ANY (current_schemas(false))",
                ["loket\\_%"],
            )
        return dict(cursor.fetchall())


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, Trigger]:
    """The guards of the tables that are there; a table that is still to be migrated gets its own afterwards."""
    tables = set(connection.introspection.table_names())
    return {
        trigger.name(connection.vendor): trigger
        for trigger in declared
        if trigger.table in tables and trigger.body(connection.vendor) is not None
    }


def install(using: str = "default") -> None:
    """Bring the database's triggers in line with what the models declare; safe to repeat."""
    connection = connections[using]
    wanted = _wanted(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if DOOR not in connection.introspection.table_names():
            cursor.execute(f"CREATE TABLE {DOOR} (reason varchar(200) NOT NULL)")
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        installed = _installed(connection)
        for name, table in installed.items():
            if name not in wanted:
                cursor.execute(_drop(connection, name, table))
        for name, trigger in wanted.items():
            if name not in installed:
                cursor.execute(_drop(connection, name, trigger.table))  # there, but switched off
                cursor.execute(trigger.create(connection.vendor))


def _drop(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    suffix = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {name}{suffix}"


def missing(using: str = "default") -> list[str]:
    """Names of the guards that should be in the database and are not; also a door that was left open."""
    connection = connections[using]
    absent = sorted(set(_wanted(connection)) - set(_installed(connection)))
    if DOOR in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {DOOR}")  # noqa: S608  a constant
            if cursor.fetchone()[0]:
                absent.append(DOOR)
    return absent


@contextmanager
def open_door(*, reason: str, using: str = "default") -> Iterator[None]:
    """A transaction in which append-only rows may be changed or removed. For retention only (and tests' clean-up)."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(f"INSERT INTO {DOOR} (reason) VALUES (%s)", [reason])  # noqa: S608  a constant
        yield
        cursor.execute(f"DELETE FROM {DOOR}")  # noqa: S608  a constant
