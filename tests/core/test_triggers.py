"""Guards in the database: installed after every migrate, missed when they are gone, opened by one door only."""

from threading import Thread

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core import triggers
from core.models import AccessLog, User
from core.triggers import open_door
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def entry() -> AccessLog:
    user = User.objects.create_user("an")
    return AccessLog.objects.record(user=user, action="view", obj=user, at=town.MONDAY)


def drop_one() -> str:
    """What Django does to a table on SQLite without a word."""
    name, trigger = next(item for item in triggers._wanted(connection).items() if item[1].table == "core_accesslog")
    suffix = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{suffix}")
    return name


def test_nothing_is_missing_after_migrate() -> None:
    assert triggers.missing() == []


def test_a_lost_guard_is_named_by_the_check() -> None:
    name = drop_one()
    assert triggers.missing() == [name]
    assert any(name in error.msg for error in run_checks(databases=["default"], tags=["database"]))


def test_the_next_migrate_puts_it_back(entry: AccessLog) -> None:
    drop_one()
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AccessLog.objects.update(action="nothing")


def test_a_changed_definition_replaces_the_old_one() -> None:
    old = triggers.declared[0]
    changed = triggers.Trigger(
        old.purpose,
        old.table,
        sqlite=old.sqlite and old.sqlite.replace("append-only", "add only"),
        postgresql=old.postgresql and old.postgresql.replace("BEFORE", "AFTER"),
    )
    triggers.declared[0] = changed
    try:
        triggers.install()
        assert triggers.missing() == []
        assert old.name(connection.vendor) not in triggers._installed(connection)
    finally:
        triggers.declared[0] = old
        triggers.install()


def test_a_second_guard_for_the_same_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        triggers.declare(triggers.declared[0])


def test_the_eraser_passes_through_the_door_and_closes_it(entry: AccessLog) -> None:
    with open_door(reason="retention"):
        AccessLog.objects.all().delete()
    assert not AccessLog.objects.exists()
    assert triggers.missing() == []
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AccessLog.objects.record(user=User.objects.get(), action="view", obj=entry, at=town.MONDAY).delete()


def test_a_door_that_breaks_half_way_undoes_everything(entry: AccessLog) -> None:
    def erase_and_fail() -> None:
        with open_door(reason="retention"):
            AccessLog.objects.all().delete()
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        erase_and_fail()
    assert AccessLog.objects.exists()
    assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_nobody_else_sees_the_door_open(entry: AccessLog) -> None:
    seen: list[int] = []

    def somebody_else() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {triggers.DOOR}")
                seen.append(cursor.fetchone()[0])
        finally:
            connection.close()

    with open_door(reason="retention"):
        thread = Thread(target=somebody_else)
        thread.start()
        thread.join()
    assert seen == [0]


@pytest.mark.django_db(transaction=True)
def test_emptying_a_whole_table_is_refused_too(entry: AccessLog) -> None:
    empty = "TRUNCATE core_accesslog" if connection.vendor == "postgresql" else "DELETE FROM core_accesslog"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(empty)
    assert AccessLog.objects.exists()


def test_migrate_itself_is_not_stopped_by_a_lost_guard() -> None:
    drop_one()
    call_command("migrate", verbosity=0, skip_checks=False)
    assert triggers.missing() == []


def test_a_guard_of_a_table_that_is_still_to_be_migrated_is_not_missed() -> None:
    coming = triggers.Trigger("no_update", "not_there_yet", sqlite="BEFORE UPDATE", postgresql="BEFORE UPDATE")
    triggers.declare(coming)
    try:
        assert triggers.missing() == []
    finally:
        triggers.declared.remove(coming)


def test_replacing_a_row_is_refused_like_changing_it(entry: AccessLog) -> None:
    columns = "id, user_id, action, model, object_id, at"
    replace = {
        "sqlite": f"INSERT OR REPLACE INTO core_accesslog ({columns}) SELECT {columns} FROM core_accesslog",
        "postgresql": f"INSERT INTO core_accesslog ({columns}) OVERRIDING SYSTEM VALUE"
        f" SELECT {columns} FROM core_accesslog ON CONFLICT (id) DO UPDATE SET action = 'nothing'",
    }[connection.vendor]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replace)
