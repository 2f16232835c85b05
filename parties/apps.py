from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from core import schedules


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = _("Parties")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import trails
        from parties import erasing, merging, panels, personal_data, search_guards
        from parties.look_alikes import LookAlikePanel
        from parties.trails import PartyTrail
        from parties.views.access import AccessPanel

        connection_created.connect(search_guards.connect, dispatch_uid="parties.search_guards")
        search_guards.declare()
        merging.declare_own()
        erasing.declare()
        trails.registry.register("parties.party", PartyTrail())
        personal_data.registry.register("register", personal_data.RegisterData())
        panels.registry.register("look-alikes", LookAlikePanel())
        panels.registry.register("access", AccessPanel())
        schedules.every(1, name="archives for the right of access", run="parties.tasks.make_access_archives")
        schedules.every(schedules.DAY, name="old archives", run="parties.tasks.forget_access_archives")
        schedules.every(schedules.DAY, name="possible duplicates", run="parties.tasks.find_look_alikes")
        schedules.every(schedules.DAY, name="journals of old merges", run="parties.tasks.forget_old_merges")
        schedules.every(5, name="imports that were broken off", run="parties.tasks.go_on_importing")
        schedules.every(schedules.HOUR, name="what came to merged parties", run="parties.tasks.gather_late")
        schedules.every(schedules.DAY, name="words of the register", run="parties.tasks.tidy_words")
