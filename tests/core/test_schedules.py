"""Recurring jobs are declared once and stand in the schedule after every migrate."""

import pytest
from django.utils.module_loading import import_string
from django_q.models import Schedule

from core import schedules


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(ValueError, match="outbox sweep"):
        schedules.every(5, name="outbox sweep", run="integrations.tasks.sweep")


@pytest.mark.parametrize("job", schedules.declared.values(), ids=lambda job: job.name)
def test_every_job_names_a_function_that_exists(job: schedules.Job) -> None:
    assert callable(import_string(job.function))


@pytest.mark.django_db
def test_migrating_again_keeps_the_next_start_and_takes_over_a_change() -> None:
    job = Schedule.objects.get(name="outbox sweep")
    Schedule.objects.filter(pk=job.pk).update(minutes=99)
    schedules.install("default")
    again = Schedule.objects.get(name="outbox sweep")
    assert (again.pk, again.minutes, again.next_run) == (job.pk, 1, job.next_run)
