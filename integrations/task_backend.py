"""Wagtail's background tasks (django-tasks) on the worker that we have anyway (django-q2)."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django_q.tasks import async_task
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError
from django_tasks.utils import get_random_id


class DjangoQBackend(BaseTaskBackend):
    """Hands a task to django-q2 once the transaction that asked for it is committed."""

    def validate_task(self, task: Task[..., Any]) -> None:
        if task.takes_context:
            raise InvalidTaskError("This backend does not support tasks that take a context.")
        super().validate_task(task)

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

        def push() -> None:  # a partial has no name, and Django's report of a robust failure asks for one
            async_task(run, task.module_path, result.args, result.kwargs)

        # Robust: the change is saved by then, and its author must not read an error page about the job behind it.
        transaction.on_commit(push, robust=True)
        return result


def run(module_path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """What the worker runs: the task named by ``module_path``.

    Two workers that index one page at the same moment both try to add its row; who comes second finds it the next time.
    """
    task = import_string(module_path)
    try:
        task.call(*args, **kwargs)
    except IntegrityError:
        task.call(*args, **kwargs)
