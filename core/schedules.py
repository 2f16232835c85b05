"""Jobs that come round: an app says which in ``ready()``, and every migrate brings django-q2's table in line.

A job computes itself what is due: after a night without worker it runs once, not once for each time it missed.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import connections


@dataclass(frozen=True)
class Job:
    """``function`` is the dotted name of a function without arguments; ``minutes`` is the time between two starts."""

    name: str
    function: str
    minutes: int


HOUR = 60
DAY = 24 * HOUR
declared: dict[str, Job] = {}


def every(minutes: int, *, name: str, run: str) -> None:
    """Declare a job; a name that is taken is refused."""
    if name in declared:
        raise ValueError(f"There is already a job named {name!r}.")
    declared[name] = Job(name, run, minutes)


def install(using: str) -> None:
    """Make the schedule table say what is declared, keeping each job's next start. Safe to repeat."""
    schedule = apps.get_model("django_q", "Schedule")
    if schedule._meta.db_table not in connections[using].introspection.table_names():
        return  # a migrate of a few apps only
    for job in declared.values():
        schedule.objects.using(using).update_or_create(
            name=job.name,
            defaults={
                "func": job.function,
                "schedule_type": schedule.MINUTES,
                "minutes": job.minutes,
                "repeats": -1,
            },
        )
