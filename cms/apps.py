from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from core import schedules


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Loket")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms import checks  # noqa: F401  registers itself

        schedules.every(2, name="scheduled publishing", run="cms.tasks.publish_scheduled")
        # An app without models, as this one, gets no signal of its own.
        post_migrate.connect(sync_roles, sender=apps.get_app_config("core"), dispatch_uid="cms.sync_roles")


def sync_roles(*, using: str, **kwargs: Any) -> None:
    from cms import roles

    roles.sync(using)
