from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from django_tasks import task
from django_tasks.base import Task, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError
from wagtail.tasks import update_reference_index_task

from integrations import task_backend
from integrations.task_backend import DjangoQBackend

pytestmark = pytest.mark.django_db


@task(takes_context=True)
def curious(context: Any) -> None:
    """Wants to know about its own run, which the worker does not tell."""


@pytest.fixture
def backend() -> DjangoQBackend:
    return DjangoQBackend(alias="default", params={})


def test_a_task_of_wagtail_is_run_by_our_worker_after_the_commit(
    backend: DjangoQBackend, django_capture_on_commit_callbacks: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[Any, ...]] = []
    monkeypatch.setattr(Task, "call", lambda self, *args, **kwargs: ran.append((self.module_path, args, kwargs)))
    with django_capture_on_commit_callbacks(execute=True):
        result = backend.enqueue(update_reference_index_task, ("auth.group", 7), {})
        assert not OrmQ.objects.exists()

    job = OrmQ.objects.get().task
    function = job["func"] if callable(job["func"]) else import_string(job["func"])
    function(*job["args"], **job["kwargs"])
    assert result.status == TaskResultStatus.READY
    assert ran == [(update_reference_index_task.module_path, ("auth.group", 7), {})]


def test_a_rolled_back_change_starts_no_task(
    backend: DjangoQBackend, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks():
        backend.enqueue(update_reference_index_task, ("auth.group", 7), {})

    assert not OrmQ.objects.exists()


def test_a_job_queue_that_fails_does_not_break_the_change(
    backend: DjangoQBackend, django_capture_on_commit_callbacks: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_order(*args: Any) -> None:
        raise ConnectionError("no job queue")

    monkeypatch.setattr(task_backend, "async_task", out_of_order)
    with django_capture_on_commit_callbacks(execute=True):
        group = Group.objects.create(name="Testers")
        backend.enqueue(update_reference_index_task, ("auth.group", group.pk), {})

    assert Group.objects.filter(name="Testers").exists()


def test_a_task_that_wants_its_context_is_refused_at_once(backend: DjangoQBackend) -> None:
    with pytest.raises(InvalidTaskError):
        backend.enqueue(curious, (), {})


def test_a_task_that_lost_a_race_for_a_row_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def add_row(self: Task[..., Any], *args: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("the row is there already")

    monkeypatch.setattr(Task, "call", add_row)
    task_backend.run(update_reference_index_task.module_path, ["auth.group", 7], {})
    assert len(tries) == 2
