from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import schedules


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = _("Parties")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import trails
        from parties import panels, personal_data
        from parties.trails import PartyTrail
        from parties.views.access import AccessPanel

        trails.registry.register("parties.party", PartyTrail())
        personal_data.registry.register("register", personal_data.RegisterData())
        panels.registry.register("access", AccessPanel())
        schedules.every(1, name="archives for the right of access", run="parties.tasks.make_access_archives")
        schedules.every(schedules.DAY, name="old archives", run="parties.tasks.forget_access_archives")
