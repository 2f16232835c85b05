"""What a citizen has filled in so far."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import SealedJSONField
from core.models import User
from core.orphans import file_path
from dossiers.models import Dossier
from forms import keeping
from forms.models.definition import FormVersion
from forms.models.submission import Submission
from forms.roles import ActingFor, Role
from integrations.scanning import Scan, ScannedFile, ScannedFileQuerySet
from parties.models import Party


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def with_link(self) -> "FormDraftQuerySet":
        """Those that can be gone on with elsewhere (or, when sent, whose link still says so)."""
        from forms.models.resume_link import ResumeLink  # which points here

        return self.filter(models.Exists(ResumeLink.objects.usable().filter(draft=models.OuterRef("pk"))))

    def forgotten(self, at: datetime) -> "FormDraftQuerySet":
        """Untouched for so long that they may go; who asked for a link gets more time."""
        with_link = FormDraft.objects.with_link().values("pk")
        return self.filter(updated_at__lt=at - keeping.KEPT).exclude(
            pk__in=with_link, updated_at__gte=at - keeping.KEPT_WITH_LINK
        )

    def to_remind(self, at: datetime) -> "FormDraftQuerySet":
        """Not sent, soon forgotten, not told so yet, and with a link to tell it by."""
        soon = at - keeping.KEPT_WITH_LINK + keeping.REMIND_BEFORE
        return self.with_link().filter(submitted_at__isnull=True, reminded_at__isnull=True, updated_at__lt=soon)


class FormDraft(models.Model):
    """A form being filled in, kept on the server; a browser that holds it (forms/hold.py) may open it."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="drafts")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CITIZEN)
    answers = SealedJSONField(default=dict, help_text="Key of the question → normalised answer; emptied at submission.")
    acting_for = models.CharField(max_length=12, choices=ActingFor.choices, default=ActingFor.SELF)
    on_behalf = models.JSONField(
        null=True, blank=True, help_text="For whom, as given (forms/on_behalf.py); emptied at submission."
    )
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who fills it in, when that is proven; let go at submission.",
    )
    filled_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The member of staff at the desk.",
    )
    conversation = models.ForeignKey(
        "dossiers.Conversation",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Of which conversation at the desk it is a part.",
    )
    progress = models.JSONField(default=dict, help_text="What was counted of it already; see forms/usage.py.")
    typed = models.JSONField(
        default=dict, help_text="Key of a step → what was typed there and is not an answer yet; see forms/typed.py."
    )
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="Of what came in through the API, to know the same request again."
    )
    cosigners = models.JSONField(default=list, help_text="Who is asked to sign too, as typed: name and email.")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    wrong_answers = models.PositiveIntegerField(
        default=0, help_text="Guesses at whose it is, since it was last opened."
    )
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = FormDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("form being filled in")
        verbose_name_plural = _("forms being filled in")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(on_behalf__isnull=True) | ~models.Q(acting_for=ActingFor.SELF),
                name="forms_draft_on_behalf_of_another",
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.ASSOCIATION) | models.Q(acting_for=ActingFor.ORGANISATION),
                name="forms_draft_association_acts_for_one",
            ),
            models.CheckConstraint(
                condition=models.Q(filled_in_by__isnull=True) | models.Q(role=Role.DESK),
                name="forms_draft_staff_only_at_desk",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def kept_until(self) -> datetime:
        """When it is forgotten, if nobody does anything in it any more."""
        has_link = FormDraft.objects.with_link().filter(pk=self.pk).exists()
        return self.updated_at + (keeping.KEPT_WITH_LINK if has_link else keeping.KEPT)


def private_storage() -> Storage:
    return storages["private"]


UPLOADS = "forms"
"""The folder of everything that citizens add to forms."""


def upload_path(upload: "Upload", filename: str) -> str:
    """Nothing of the citizen's own file name ends up on disk; ``filename`` is ours."""
    return file_path(UPLOADS, upload.uuid, filename)


class UploadQuerySet(ScannedFileQuerySet):
    def visible_to(self, user: User) -> "UploadQuerySet":
        """What was sent with a dossier that this member of staff may see. Nobody looks into a form in progress."""
        return self.filter(submission__dossier__in=Dossier.objects.visible_to(user))


class Upload(ScannedFile):
    """A file of a citizen, stored at its own step (pictures re-encoded); submitting only links it."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(FormDraft, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads")
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="uploads")
    key = models.CharField(max_length=64, help_text="The question it answers.")
    file = models.FileField(storage=private_storage, upload_to=upload_path, blank=True)
    thumbnail = models.FileField(storage=private_storage, upload_to=upload_path, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        ordering = ["uploaded_at", "uuid"]
        indexes = [models.Index(fields=["scan", "next_scan_at"], name="forms_upload_to_scan")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft__isnull=False) | models.Q(submission__isnull=False),
                name="forms_upload_has_owner",
            ),
            models.CheckConstraint(condition=models.Q(scan__in=Scan.values), name="forms_upload_scan_known"),
            models.CheckConstraint(
                condition=models.Q(scan=Scan.NOT_SCANNED, scanned_at__isnull=True)
                | ~models.Q(scan=Scan.NOT_SCANNED) & models.Q(scanned_at__isnull=False),
                name="forms_upload_scan_has_moment",
            ),
            # Quarantine: of an infected file nothing is left but what it was called and what was found.
            models.CheckConstraint(
                condition=models.Q(scan=Scan.INFECTED, file="", thumbnail="")
                | ~models.Q(scan=Scan.INFECTED) & ~models.Q(file=""),
                name="forms_upload_infected_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return self.name
