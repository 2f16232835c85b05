"""Things to do in a dossier."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import User
from dossiers.actions.history import record
from dossiers.actions.refusals import StepRefused
from dossiers.models import Dossier, Status, Task
from dossiers.models.event import EventKind


def begin_status(dossier: Dossier, status: Status, *, at: datetime) -> None:
    """Put up the tasks that come with a status, unless the same ones are still open."""
    there = set(dossier.tasks.open().filter(status_key=status.key).values_list("text", flat=True))
    Task.objects.bulk_create(
        Task(dossier=dossier, text=task["text"], required=task["required"], status_key=status.key, created_at=at)
        for task in status.tasks
        if task["text"] not in there
    )


@transaction.atomic
def add_task(
    *,
    dossier: Dossier,
    text: str,
    required: bool = False,
    assignee: User | None = None,
    due_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Task:
    """A colleague writes down what must be done. Raises StepRefused when nothing is said."""
    if not text.strip():
        raise StepRefused(_("Say what must be done."))
    return Task.objects.create(
        dossier=dossier,
        text=text.strip()[:300],
        required=required,
        assignee=assignee,
        due_on=due_on,
        created_at=at,
        created_by=by.user,
    )


@transaction.atomic
def finish_task(*, task: Task, by: Actor, at: datetime) -> None:
    """Tick it off, once; the history says who did. Doing it twice is doing it once."""
    held = Dossier.objects.select_for_update().get(pk=task.dossier_id)
    if Task.objects.open().filter(pk=task.pk).update(done_at=at, done_by=by.user):
        record(held, EventKind.TASK_DONE, by=by, at=at, reason=task.text)


@transaction.atomic
def reopen_task(*, task: Task, by: Actor, at: datetime) -> None:
    """It was ticked off by mistake."""
    Task.objects.filter(pk=task.pk).update(done_at=None, done_by=None)
