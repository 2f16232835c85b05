from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Integrations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(schedule_sweep, sender=self, dispatch_uid="integrations.schedule_sweep")


def schedule_sweep(*, using: str, **kwargs: Any) -> None:
    """The sweep of the outbox, every minute. django-q2's tables are missing only when this app is migrated alone."""
    schedule = apps.get_model("django_q", "Schedule")
    if schedule._meta.db_table in connections[using].introspection.table_names():
        schedule.objects.using(using).update_or_create(
            name="outbox sweep",
            defaults={
                "func": "integrations.tasks.sweep",
                "schedule_type": schedule.MINUTES,
                "minutes": 1,
                "repeats": -1,
            },
        )
