import json
import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from cms import health
from core import triggers

pytestmark = pytest.mark.both


def readiness() -> tuple[int, dict]:
    response = health.readyz(RequestFactory().get("/readyz"))
    assert "no-cache" in response["Cache-Control"]
    return response.status_code, json.loads(response.content)["checks"]


@pytest.fixture
def schedule(db) -> Schedule:
    Schedule.objects.all().delete()
    return Schedule.objects.create(
        name="sweep", func="a.b", schedule_type=Schedule.MINUTES, minutes=1, next_run=timezone.now()
    )


def test_the_process_answers_without_a_database() -> None:
    """No `db` fixture: pytest-django refuses any query here."""
    response = health.healthz(RequestFactory().get("/healthz"))
    assert (response.status_code, json.loads(response.content)) == (200, {"ok": True})


def test_ready_when_everything_is_well(schedule) -> None:
    status, checks = readiness()
    assert status == 200, checks
    assert set(checks) == {"disk", "database", "migrations", "guards", "queue"}
    assert all(check == {"ok": True} for check in checks.values())


def test_readiness_is_cheap(schedule, django_assert_max_num_queries) -> None:
    readiness()
    with django_assert_max_num_queries(12):
        readiness()


def test_a_migration_that_is_not_applied(schedule) -> None:
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")
    status, checks = readiness()
    assert status == 503
    assert checks["migrations"] == {"ok": False, "problem": "1 not applied"}
    assert checks["database"] == {"ok": True}


def test_a_guard_that_is_missing(schedule, monkeypatch) -> None:
    never_installed = triggers.Trigger(purpose="never", table="core_user", sqlite="x", postgresql="x")
    monkeypatch.setattr(triggers, "declared", [*triggers.declared, never_installed])
    status, checks = readiness()
    assert status == 503
    assert never_installed.name(connection.vendor) in checks["guards"]["problem"]


def test_a_worker_that_stopped_leaves_schedules_behind(schedule) -> None:
    Schedule.objects.update(next_run=timezone.now() - timedelta(minutes=10))
    status, checks = readiness()
    assert status == 503
    assert "overdue" in checks["queue"]["problem"]


def test_jobs_that_nobody_takes(schedule) -> None:
    OrmQ.objects.create(key="loket", payload="x", lock=timezone.now() - timedelta(minutes=10))
    status, checks = readiness()
    assert status == 503
    assert "jobs wait" in checks["queue"]["problem"]


def test_a_job_that_is_being_done_is_no_problem(schedule) -> None:
    OrmQ.objects.create(key="loket", payload="x", lock=timezone.now() + timedelta(minutes=6))
    assert readiness()[0] == 200


def test_without_schedules_nothing_would_ever_be_swept(schedule) -> None:
    schedule.delete()
    status, checks = readiness()
    assert (status, checks["queue"]["problem"]) == (503, "no schedule is set up")


def test_a_full_disk(schedule, monkeypatch) -> None:
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
