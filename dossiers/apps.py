from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import schedules


class DossiersConfig(AppConfig):
    name = "dossiers"
    verbose_name = _("Dossiers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dossiers import destroyed_guard, erasing, holdings, people, trails
        from dossiers import panels as dossier_panels
        from dossiers.inbox import DossierMail
        from dossiers.party_panels import ContactsPanel
        from dossiers.personal_data import DossierData
        from dossiers.retention_panel import RetentionPanel
        from integrations.inbox.handlers import registry
        from parties import finding, merging, panels, personal_data

        erasing.declare()
        destroyed_guard.declare_guards()
        schedules.every(schedules.DAY, name="what is to be destroyed", run="dossiers.tasks.propose_destruction")
        schedules.every(1, name="approved destruction", run="dossiers.tasks.destroy_approved")
        merging.follow("dossiers.DestructionItem", "party", stays=True)
        merging.follow("dossiers.Dossier", "initiator", words=_("dossiers"))
        merging.follow("dossiers.Dossier", "representative", words=_("dossiers for somebody else"))
        merging.follow("dossiers.Contact", "party", words=_("contacts"))
        begun = _("conversations that go on")
        merging.follow("dossiers.Conversation", "party", words=begun, made_at="started_at")
        merging.follow("dossiers.Conversation", "organisation", words=begun, made_at="started_at")
        finding.registry.register("dossier number", people.of_dossier)
        finding.facts_registry.register("open dossiers", people.open_dossiers)
        registry.register("dossiers", DossierMail())
        panels.registry.register("contacts", ContactsPanel())
        dossier_panels.registry.register("retention", RetentionPanel())
        personal_data.registry.register("dossiers", DossierData())
        schedules.every(schedules.DAY, name="finished conversations", run="dossiers.tasks.purge_conversations")
        holdings.register()
        trails.register()
        schedules.every(schedules.HOUR, name="terms after calendar changes", run="dossiers.tasks.recalculate_terms")
        schedules.every(15, name="warnings of terms", run="dossiers.tasks.watch_terms")
        schedules.every(1, name="dossiers that were given", run="dossiers.tasks.tell_given")
        schedules.every(schedules.HOUR, name="mandates that end", run="dossiers.tasks.watch_mandates")
        schedules.every(schedules.DAY, name="documents without a message", run="dossiers.tasks.remove_lost_documents")
        schedules.every(schedules.HOUR, name="reminder of the survey", run="dossiers.tasks.remind_of_survey")
        schedules.every(schedules.DAY, name="months of the survey", run="dossiers.tasks.tally_survey")
        schedules.every(schedules.HOUR, name="tries of survey codes", run="dossiers.tasks.purge_code_tries")
        schedules.every(1, name="virus scan of documents", run="dossiers.tasks.scan_documents")
        schedules.every(schedules.DAY, name="documents that were not sent", run="dossiers.tasks.purge_unsent_documents")
        schedules.every(schedules.HOUR, name="links to my dossiers", run="dossiers.tasks.purge_email_logins")
