from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from core import schedules


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = _("Parties")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from parties import search_guards

        connection_created.connect(search_guards.connect, dispatch_uid="parties.search_guards")
        search_guards.declare()
        schedules.every(schedules.DAY, name="words of the register", run="parties.tasks.tidy_words")
