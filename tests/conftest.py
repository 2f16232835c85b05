"""Ground of all tests: the environment, and a database that each test finds as the migrations left it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Before the settings are read. Worker processes inherit these, so they share the folder but not each other's database.
os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings"
os.environ["LOKET_ENV"] = "test"
# Playwright's synchronous API keeps an event loop running in the thread of the test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
OWN_VAR = "LOKET_VAR" not in os.environ
if OWN_VAR:
    os.environ["LOKET_VAR"] = tempfile.mkdtemp(prefix="loket-test-")
    Path(os.environ["LOKET_VAR"], "static").mkdir()

import django
import pytest

django.setup()  # also so that pytest-django knows the settings

from django.apps import apps
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from core.triggers import open_door
from tests.stored import files_in

# A busy machine is no failure, and CI tries the same examples each time.
hypothesis.register_profile(
    "loket", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
hypothesis.load_profile("loket")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes goes first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: "test_chaos" not in item.nodeid)


def pytest_unconfigure(config: pytest.Config) -> None:
    if OWN_VAR:
        shutil.rmtree(os.environ["LOKET_VAR"], ignore_errors=True)


@pytest.fixture(scope="session")
def copied_database(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: Any,
) -> Iterator[bool]:
    """With several workers one of them migrates a database, and each gets a copy: migrating takes most of a minute.

    False when there is one worker only, or when the database of an earlier run is used again (``--reuse-db``).
    """
    if not hasattr(request.config, "workerinput") or request.config.getvalue("reuse_db"):
        yield False
        return
    shared = tmp_path_factory.getbasetemp().parent
    own = connection.settings_dict["TEST"]["NAME"] or f"test_{connection.settings_dict['NAME']}"
    with django_db_blocker.unblock(), (shared / "database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        original = shared / "database"  # holds the name of the migrated one
        if not original.exists():
            original.write_text(_migrate_original(f"{own}_original"))
        _copy(original.read_text(), own)
    yield True
    with django_db_blocker.unblock():
        _remove(own)


def _migrate_original(name: str) -> str:
    settings = connection.settings_dict
    ours, own = settings["NAME"], settings["TEST"]["NAME"]
    settings["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    settings["NAME"], settings["TEST"]["NAME"] = ours, own
    return name


def _remove(name: str) -> None:
    """Also while a thread of a server that a test started holds a connection still."""
    connection.close()
    if connection.vendor == "sqlite":
        Path(name).unlink(missing_ok=True)
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")


def _copy(original: str, name: str) -> None:
    if connection.vendor == "sqlite":
        shutil.copyfile(original, name)
        return
    with connection._nodb_cursor() as cursor:
        quote = connection.ops.quote_name
        cursor.execute(f"DROP DATABASE IF EXISTS {quote(name)}")
        cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(original)}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(copied_database: bool) -> None:
    """The databases have their names, and a copy is there."""


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, copied_database: bool) -> bool:
    return copied_database or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After a test with real transactions (threads, browser) Django empties every table.

    That would take Wagtail's root page and site, and our roles, with it, and append-only tables refuse it. So the
    rows that the migrations made are kept aside in the database, the tables are emptied through the eraser's door,
    and the rows are put back: every test finds the same database, in any order.
    """
    operations = type(connection.ops)
    flush = operations.execute_sql_flush
    quote = connection.ops.quote_name
    kept: dict[str, str] = {}

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for number, table in enumerate(connection.introspection.django_table_names(only_existing=True)):
            copy = f"test_kept_{number}"
            cursor.execute(f"DROP TABLE IF EXISTS {copy}")
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {quote(table)})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE {copy} AS SELECT * FROM {quote(table)}")
                kept[table] = copy

    def flush_and_put_back(self: Any, statements: list[str]) -> None:
        with open_door(reason="clean-up after a test", using=self.connection.alias):
            flush(self, statements)
            with self.connection.cursor() as cursor:
                for table, copy in kept.items():
                    cursor.execute(f"INSERT INTO {quote(table)} SELECT * FROM {copy}")
                models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in kept]
                for statement in self.connection.ops.sequence_reset_sql(no_style(), models):
                    cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_and_put_back)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """What one test cached (Wagtail's site roots, rendered pages) is not there any more after its rollback."""
    cache.clear()


@pytest.fixture(autouse=True)
def _own_media(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Files that a test stores end with it, or with the class whose tests share them (``files`` is where)."""
    with files_in(getattr(request.cls, "files", None) or tmp_path):
        yield
