"""What a citizen has filled in so far."""

import uuid
from datetime import datetime

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models import Dossier
from forms.models.definition import FormVersion
from forms.models.submission import Submission
from forms.roles import Role


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def untouched_since(self, moment: datetime) -> "FormDraftQuerySet":
        return self.filter(updated_at__lt=moment)


class FormDraft(models.Model):
    """A form being filled in, kept on the server and bound to one browser session (which holds its uuid)."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="drafts")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CITIZEN)
    answers = models.JSONField(
        default=dict, help_text="Key of the question → normalised answer; emptied at submission."
    )
    progress = models.JSONField(default=dict, help_text="What was counted of it already; see forms/usage.py.")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("form being filled in")
        verbose_name_plural = _("forms being filled in")

    def __str__(self) -> str:
        return str(self.uuid)


def private_storage() -> Storage:
    return storages["private"]


def upload_path(upload: "Upload", filename: str) -> str:
    """Nothing of the citizen's own file name ends up on disk; ``filename`` is ours."""
    return f"forms/{upload.uuid.hex[:2]}/{upload.uuid}/{filename}"


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User) -> "UploadQuerySet":
        """What was sent with a dossier that this member of staff may see. Nobody looks into a form in progress."""
        return self.filter(submission__dossier__in=Dossier.objects.visible_to(user))


class Upload(models.Model):
    """A picture, stored and re-encoded at its own step; submitting only links it."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(FormDraft, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads")
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="uploads")
    key = models.CharField(max_length=64, help_text="The question it answers.")
    file = models.FileField(storage=private_storage, upload_to=upload_path)
    thumbnail = models.FileField(storage=private_storage, upload_to=upload_path)
    name = models.CharField(_("file name"), max_length=255, help_text="As the citizen's own device called it.")
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded picture")
        verbose_name_plural = _("uploaded pictures")
        ordering = ["uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft__isnull=False) | models.Q(submission__isnull=False),
                name="forms_upload_has_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name
