from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models import Dossier
from forms.models.definition import FormVersion
from forms.roles import Role


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(dossier__in=Dossier.objects.visible_to(user))


class Submission(models.Model):
    """A form that was sent: pinned to its version, readable for ever without it.

    ``answers`` holds steps and questions with the labels as asked, the typed value and the text that the citizen
    saw on the check page, so that no later change of the software changes what was answered.
    """

    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="submissions")
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="submissions")
    contact = models.ForeignKey("dossiers.Contact", on_delete=models.PROTECT, related_name="submissions")
    token = models.UUIDField(unique=True, help_text="The draft's: sending the same draft twice is one submission.")
    role = models.CharField(max_length=20, choices=Role.choices)
    answers = models.JSONField()
    submitted_at = models.DateTimeField(_("sent at"))

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-submitted_at"]
        indexes = [models.Index(fields=["version", "submitted_at"], name="forms_submission_lately")]

    def __str__(self) -> str:
        return str(self.token)
