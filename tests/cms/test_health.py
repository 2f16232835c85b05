import json
import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory
from django.utils import timezone

from cms import health
from core import triggers
from integrations.health import record_sweep

pytestmark = pytest.mark.both


def readiness() -> tuple[int, dict]:
    response = health.readyz(RequestFactory().get("/readyz"))
    assert "no-cache" in response["Cache-Control"]
    return response.status_code, json.loads(response.content)["checks"]


@pytest.fixture
def worker(db) -> None:
    record_sweep(timezone.now() - timedelta(minutes=1))


def test_the_process_answers_without_a_database() -> None:
    """No `db` fixture: pytest-django refuses any query here."""
    response = health.healthz(RequestFactory().get("/healthz"))
    assert (response.status_code, json.loads(response.content)) == (200, {"ok": True})


def test_ready_when_everything_is_well(worker) -> None:
    status, checks = readiness()
    assert status == 200, checks
    assert set(checks) == {"disk", "database", "migrations", "guards", "queue"}
    assert all(check == {"ok": True} for check in checks.values())


def test_readiness_is_cheap(worker, django_assert_max_num_queries) -> None:
    readiness()
    with django_assert_max_num_queries(12):
        readiness()


def test_a_migration_that_is_not_applied(worker) -> None:
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")
    status, checks = readiness()
    assert status == 503
    assert checks["migrations"] == {"ok": False, "problem": "1 not applied"}
    assert checks["database"] == {"ok": True}


def test_a_guard_that_is_missing(worker, monkeypatch) -> None:
    never_installed = triggers.Trigger(purpose="never", table="core_user", sqlite="x", postgresql="x")
    monkeypatch.setattr(triggers, "declared", [*triggers.declared, never_installed])
    status, checks = readiness()
    assert status == 503
    assert never_installed.name(connection.vendor) in checks["guards"]["problem"]


def test_a_worker_that_stopped(worker) -> None:
    record_sweep(timezone.now() - timedelta(minutes=6))
    status, checks = readiness()
    assert (status, checks["queue"]["problem"]) == (503, "the worker shows no sign of life")


def test_a_worker_that_never_ran(db) -> None:
    status, checks = readiness()
    assert (status, checks["queue"]["problem"]) == (503, "the worker has not run yet")


def test_a_full_disk(worker, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1024))
    status, checks = readiness()
    assert (status, checks["disk"]["problem"]) == (503, "almost full")


def test_an_unreachable_database_is_told_without_its_address(db, monkeypatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection to server at db.internal, user loket, failed")

    for name in ("database", "migrations", "guards", "queue"):
        monkeypatch.setitem(health.CHECKS, name, refuse)
    response = health.readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 503
    assert b"db.internal" not in response.content
    assert json.loads(response.content)["checks"]["database"] == {"ok": False, "problem": "failed, see the log"}


def test_only_reading_is_allowed() -> None:
    assert health.readyz(RequestFactory().post("/readyz")).status_code == 405
