import hashlib
import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.channels import MessageChannel
from dossiers.models.dossier import Dossier
from dossiers.models.event import Event


class Altered(Exception):
    """The stored letter is no longer, to the last byte, what was sent."""


def private_storage() -> Storage:
    return storages["private"]


DOCUMENTS = "letters"
"""The folder of the documents that were sent."""


def letter_path(notification: "Notification", filename: str) -> str:
    """Nothing about the citizen is in the path; a retry after a rollback writes another file."""
    key = uuid.uuid4().hex
    return f"{DOCUMENTS}/{key[:2]}/{key}/{filename}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> "NotificationQuerySet":
        return self.filter(dossier__in=Dossier.objects.visible_to(user))


class Notification(models.Model):
    """A message or letter to the citizen, in the words that were sent. Of a decision also the document itself.

    A text message only holds the subject and the way to the follow page, where these words stand. Several messages
    that waited for each other share one delivery.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="notifications")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notifications")
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    channel = models.CharField(_("channel"), max_length=5, choices=MessageChannel.choices)
    to = models.CharField(
        _("to"), max_length=254, blank=True, help_text=_("An e-mail address, a mobile number, or a name.")
    )
    created_at = models.DateTimeField(_("made at"))
    delivery = models.ForeignKey(
        "integrations.Delivery",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Empty when nothing is sent: the citizen reads it on the follow page."),
    )
    pdf = models.FileField(storage=private_storage, upload_to=letter_path, blank=True)
    pdf_digest = models.CharField(max_length=64, blank=True, default="", help_text="SHA-256 of what was sent.")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["pdf"], name="dossiers_notification_pdf", condition=~Q(pdf=""))]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=MessageChannel.values), name="dossiers_notification_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(channel=MessageChannel.NONE, delivery__isnull=True)
                | (~Q(channel=MessageChannel.NONE) & Q(delivery__isnull=False)),
                name="dossiers_notification_sent_or_not",
            ),
            models.CheckConstraint(
                condition=Q(pdf="", pdf_digest="") | ~Q(pdf="") & ~Q(pdf_digest=""),
                name="dossiers_notification_pdf_has_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def how(self) -> str:
        """By which road it goes and how far it got, in a clerk's words."""
        if self.delivery:
            return f"{self.get_channel_display()}: {self.delivery.state_label}"
        if self.to:
            return gettext("not sent: the citizen wants no messages; it stands on the follow page")
        return gettext("not sent: we have no contact data; it stands on the follow page")

    def keep_pdf(self, pdf: bytes, filename: str) -> None:
        """Put the document in private storage. The caller saves the row."""
        self.pdf_digest = hashlib.sha256(pdf).hexdigest()
        self.pdf.save(filename, ContentFile(pdf), save=False)

    @property
    def pdf_name(self) -> str:
        """What the document is called for who gets it."""
        return (self.pdf.name or "").rpartition("/")[2]

    @property
    def attachments(self) -> list[dict[str, Any]]:
        """The document as the outbox wants it: where it is, and what it must be when it leaves."""
        if not self.pdf:
            return []
        return [
            {
                "name": self.pdf_name,
                "media_type": "application/pdf",
                "path": self.pdf.name,
                "sha256": self.pdf_digest,
            }
        ]

    def read_pdf(self) -> bytes:
        """The document as it was sent. Raises Altered when it is gone or another one."""
        try:
            with self.pdf.open("rb") as file:
                content: bytes = file.read()
        except FileNotFoundError as error:
            raise Altered from error
        if hashlib.sha256(content).hexdigest() != self.pdf_digest:
            raise Altered
        return content
