from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import checks, forgetting, schedules, trails  # noqa: F401  checks register themselves

        trails.registry.register("core.user", trails.StaffTrail())
        trails.registry.register("core.accesslog", trails.LogTrail())
        forgetting.declare()
        schedules.every(schedules.DAY, name="what goes by itself", run="core.forgetting.forget_all")
        schedules.every(5, name="files to be removed", run="core.forgetting.remove_files")
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="core.after_migrate")


def after_migrate(*, using: str, **kwargs: Any) -> None:
    """Every table exists by the time core's post_migrate is sent: the signals follow the last migration."""
    from core import schedules, triggers

    triggers.install(using)
    schedules.install(using)
