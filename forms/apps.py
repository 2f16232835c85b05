from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FormsConfig(AppConfig):
    name = "forms"
    verbose_name = _("Forms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dossiers import panels
        from forms.panels import AnswersPanel

        panels.registry.register("answers", AnswersPanel())
        post_migrate.connect(schedule_purge, sender=self, dispatch_uid="forms.schedule_purge")


def schedule_purge(*, using: str, **kwargs: Any) -> None:
    """Forget old drafts every day. django-q2's tables are missing only when this app is migrated alone."""
    schedule = apps.get_model("django_q", "Schedule")
    if schedule._meta.db_table in connections[using].introspection.table_names():
        schedule.objects.using(using).update_or_create(
            name="purge of form drafts",
            defaults={"func": "forms.tasks.purge_drafts", "schedule_type": schedule.DAILY, "repeats": -1},
        )
