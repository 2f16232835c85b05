from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import schedules


class IntegrationsConfig(AppConfig):
    name = "integrations"
    verbose_name = _("Integrations")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from integrations import erasing

        erasing.declare()
        schedules.every(1, name="outbox sweep", run="integrations.tasks.sweep")
        schedules.every(2, name="mailboxes", run="integrations.tasks.read_mailboxes")
