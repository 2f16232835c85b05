import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.orphans import file_path
from dossiers.models.contact import PartyMatch
from dossiers.models.dossier import Dossier
from dossiers.models.message import Message
from dossiers.models.notification import private_storage
from integrations.scanning import Scan, ScannedFile, ScannedFileQuerySet

DOCUMENTS = "documents"
"""The folder of the files of dossiers."""


def document_path(document: "Document", filename: str) -> str:
    return file_path(DOCUMENTS, document.uuid, filename)


class DocumentOrigin(models.TextChoices):
    CITIZEN = "citizen", _("from the citizen")
    STAFF = "staff", _("from us")


class DocumentQuerySet(ScannedFileQuerySet):
    def sent(self) -> Self:
        """Without what a citizen added to a message that is not sent yet."""
        return self.filter(form_token__isnull=True)

    def visible_to(self, user: User) -> Self:
        return self.sent().filter(dossier__in=Dossier.objects.visible_to(user))

    def for_citizen(self) -> Self:
        """The citizen's own, and what we sent along with a message. Not what came by e-mail from another address."""
        ours = Q(origin=DocumentOrigin.STAFF, message__isnull=False, confidential=False)
        theirs = Q(origin=DocumentOrigin.CITIZEN) & ~Q(message__contact__party_match=PartyMatch.REPLY)
        return self.sent().filter(theirs | ours).select_related("message__contact")


class Document(ScannedFile):
    """A file of a dossier. A new version is a row of its own; the earlier ones stay."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="documents")
    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("message")
    )
    origin = models.CharField(_("origin"), max_length=10, choices=DocumentOrigin.choices)
    confidential = models.BooleanField(_("confidential"), default=False, help_text=_("Never shown to the citizen."))
    version = models.PositiveIntegerField(_("version"), default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    file = models.FileField(storage=private_storage, upload_to=document_path, blank=True)
    thumbnail = models.FileField(storage=private_storage, upload_to=document_path, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    form_token = models.UUIDField(
        null=True, blank=True, help_text=_("Of the message that the citizen is writing and that is not sent yet.")
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a dossier")
        verbose_name_plural = _("documents of dossiers")
        ordering = ["at", "uuid"]
        indexes = [
            models.Index(fields=["scan", "next_scan_at"], name="dossiers_document_to_scan"),
            models.Index(fields=["at"], name="dossiers_document_unsent", condition=Q(form_token__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin=DocumentOrigin.CITIZEN, by__isnull=True, confidential=False)
                | Q(origin=DocumentOrigin.STAFF, by__isnull=False, form_token__isnull=True),
                name="dossiers_document_origin",
            ),
            models.CheckConstraint(
                condition=Q(form_token__isnull=True) | Q(message__isnull=True), name="dossiers_document_sent_or_not"
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces__isnull=True) | Q(version__gt=1, replaces__isnull=False),
                name="dossiers_document_version",
            ),
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="dossiers_document_scan_known"),
            models.CheckConstraint(
                condition=Q(scan=Scan.NOT_SCANNED, scanned_at__isnull=True)
                | ~Q(scan=Scan.NOT_SCANNED) & Q(scanned_at__isnull=False),
                name="dossiers_document_scan_moment",
            ),
            # Quarantine: of an infected file nothing is left but what it was called and what was found.
            models.CheckConstraint(
                condition=Q(scan=Scan.INFECTED, file="", thumbnail="") | ~Q(scan=Scan.INFECTED) & ~Q(file=""),
                name="dossiers_document_infected_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_from_citizen(self) -> bool:
        return self.origin == DocumentOrigin.CITIZEN

    @property
    def is_open_to_citizen(self) -> bool:
        """The citizen's own came from there; what we send along must be safe first, and so must what came by e-mail:
        anyone can write somebody else's address above a mail."""
        is_own = self.is_from_citizen and not (self.message and self.message.is_mail)
        return bool(self.file) and (is_own or self.is_open_to_staff)

    @property
    def stored_names(self) -> list[str]:
        return [str(file.name) for file in (self.file, self.thumbnail) if file]
