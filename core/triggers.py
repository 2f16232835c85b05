"""Guards that live in the database, on SQLite and PostgreSQL alike, as triggers.

A model says once what must hold (``@append_only``, ``@no_overlap``); the triggers are installed idempotently after
every migrate, because Django rebuilds tables on SQLite and then drops their triggers without a word. A system check
and ``/readyz`` fail when one is missing.

The one legitimate eraser (retention) goes through :func:`open_door`: a row in a small table of our own that exists
only inside the eraser's transaction, so nobody else ever sees the door open. The triggers look at that table.
"""

import hashlib
from collections.abc import Callable, Iterator
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
functions: list[str] = []
"""What the triggers of other floors call on PostgreSQL, as statements that may be repeated."""


def declare_functions(statements: str) -> None:
    functions.append(statements)


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


def no_overlap(*, group: str, first: str, last: str) -> Callable[[type[Model]], type[Model]]:
    """Class decorator: of the rows with the same ``group``, no two hold on the same day.

    ``group``, ``first`` and ``last`` are columns; an empty ``last`` holds for ever, and the last day itself counts. On
    PostgreSQL writers of one group wait for one another, so that two at once cannot both find the days free; on SQLite
    there is one writer at a time.
    """

    def declare_it(model: type[Model]) -> type[Model]:
        table = model._meta.db_table
        same = (
            f'other."{group}" = NEW."{group}" AND other.id IS NOT NEW.id'
            f' AND other."{first}" <= COALESCE(NEW."{last}", \'9999-12-31\')'
            f' AND NEW."{first}" <= COALESCE(other."{last}", \'9999-12-31\')'
        )
        clash = f'EXISTS (SELECT 1 FROM "{table}" other WHERE {same})'  # noqa: S608  names of columns
        for verb in ("INSERT", "UPDATE"):
            declare(
                Trigger(
                    purpose=f"no_overlap_{verb.lower()}",
                    table=table,
                    sqlite=f'BEFORE {verb} ON "{table}" WHEN {clash} '
                    f"BEGIN SELECT RAISE(ABORT, '{table} has overlapping days'); END",
                    postgresql=f'BEFORE {verb} ON "{table}" FOR EACH ROW EXECUTE FUNCTION '
                    f"{PREFIX}refuse_overlap('{group}', '{first}', '{last}')",
                )
            )
        return model

    return declare_it


POSTGRESQL_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION {PREFIX}refuse_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE clash boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME), hashtext(to_jsonb(NEW) ->> TG_ARGV[0]));
    EXECUTE format(
        'SELECT EXISTS (SELECT 1 FROM %1$I other WHERE other.%2$I = ($1).%2$I AND other.id <> ($1).id'
        ' AND other.%3$I <= COALESCE(($1).%4$I, ''infinity'') AND ($1).%3$I <= COALESCE(other.%4$I, ''infinity''))',
        TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]
    ) INTO clash USING NEW;
    IF clash THEN
        RAISE EXCEPTION '% has overlapping days', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION {PREFIX}refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {OPEN} THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        IF TG_OP = 'TRUNCATE' THEN RETURN NULL; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""  # noqa: S608  constants


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
            for statements in (POSTGRESQL_FUNCTIONS, *functions):
                cursor.execute(statements)
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
