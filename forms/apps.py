from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import schedules


class FormsConfig(AppConfig):
    name = "forms"
    verbose_name = _("Forms")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import trails
        from dossiers import desk, facts, panels
        from dossiers import erasing as dossier_erasing
        from dossiers.destroyed_guard import keep_out_of_destroyed
        from dossiers.trails import OfDossier
        from forms import erasing
        from forms.desk_starters import FormStarters
        from forms.facts import questions
        from forms.models import Cosignature, Submission, Upload
        from forms.panels import AnswersPanel, CitizenAnswersPanel, CitizenCosignPanel, CosignPanel
        from forms.personal_data import FormData
        from parties import merging, personal_data

        merging.follow("forms.FormDraft", "party", words=_("forms that were begun"), made_at="created_at")
        desk.starters.register("forms", FormStarters())
        personal_data.registry.register("forms", FormData())
        dossier_erasing.registry.register("forms", erasing.FormEraser())
        erasing.declare()
        keep_out_of_destroyed("forms_submission")
        facts.registry.register("forms", questions)
        panels.registry.register("answers", AnswersPanel())
        panels.registry.register("cosigning", CosignPanel())
        panels.citizen_registry.register("answers", CitizenAnswersPanel())
        panels.citizen_registry.register("cosigning", CitizenCosignPanel())
        trails.registry.register("forms.submission", OfDossier(_("Answers of a form"), Submission))
        trails.registry.register("forms.upload", OfDossier(_("File with a form"), Upload, "submission__dossier"))
        trails.registry.register(
            "forms.cosignature", OfDossier(_("Request to sign too"), Cosignature, "submission__dossier")
        )
        schedules.every(schedules.DAY, name="purge of form drafts", run="forms.tasks.purge_drafts")
        schedules.every(schedules.HOUR, name="purge of form rate counts", run="forms.tasks.purge_rate_counts")
        schedules.every(schedules.HOUR, name="reminders of form drafts", run="forms.tasks.remind_of_drafts")
        schedules.every(1, name="virus scan", run="forms.tasks.scan_files")
        schedules.every(schedules.DAY, name="files of forms without a row", run="forms.tasks.remove_orphans")
        schedules.every(schedules.HOUR, name="purge of form trials", run="forms.tasks.purge_trials")
        schedules.every(schedules.DAY, name="check of published forms", run="forms.tasks.check_published")
        schedules.every(schedules.HOUR, name="co-signing: reminders", run="forms.tasks.remind_of_cosigning")
