from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from core.fields import EncryptedField
from core.models import User
from integrations.models.delivery import Delivery
from integrations.models.secrets import SecretForm


def private_storage() -> Storage:
    return storages["private"]


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def enabled(self) -> Self:
        return self.filter(enabled=True)

    def reply_address(self) -> str:
        """Where an answer to our messages must go so that it reaches its dossier; '' when we read no mailbox."""
        return self.enabled().exclude(address="").order_by("pk").values_list("address", flat=True).first() or ""


class Mailbox(models.Model):
    """A mailbox that Loket reads: answers of citizens, and messages that came back. Nobody else may read it."""

    class Security(models.TextChoices):
        TLS = "tls", _("TLS (usual, port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")
        NONE = "none", _("None: only on a machine of your own")

    name = models.CharField(_("name"), max_length=60, unique=True)
    enabled = models.BooleanField(_("in use"), default=True)
    address = models.EmailField(
        _("e-mail address"),
        help_text=_("Answers to our messages go here. Best the address that our messages come from."),
    )
    host = models.CharField(_("server"), max_length=200)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(_("security"), max_length=10, choices=Security.choices, default=Security.TLS)
    user = models.CharField(_("user name"), max_length=200)
    secret = EncryptedField(_("password"), help_text=_("It is kept encrypted."))
    folder = models.CharField(_("folder"), max_length=100, default="INBOX")
    done_folder = models.CharField(
        _("folder for what was read"),
        max_length=100,
        blank=True,
        help_text=_("Messages are moved there. Empty: they stay, marked as read."),
    )
    checked_at = models.DateTimeField(_("last read"), null=True, editable=False)
    failing_since = models.DateTimeField(_("unreachable since"), null=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)

    objects = MailboxQuerySet.as_manager()

    base_form_class = SecretForm
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("address"), FieldPanel("enabled")]),
        MultiFieldPanel(
            [
                FieldPanel("host"),
                FieldPanel("port"),
                FieldPanel("security"),
                FieldPanel("user"),
                FieldPanel("secret"),
            ],
            _("Mail server (IMAP)"),
        ),
        MultiFieldPanel([FieldPanel("folder"), FieldPanel("done_folder")], _("Folders")),
    ]

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(security__in=["tls", "starttls", "none"]), name="integrations_mailbox_security_known"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if settings.PRODUCTION and self.security == self.Security.NONE:
            raise ValidationError({"security": gettext("Without TLS anyone on the way can read the password.")})


class IncomingMailQuerySet(models.QuerySet["IncomingMail"]):
    def visible_to(self, user: User) -> Self:
        """What could not be placed belongs to nobody yet: for those who place it only."""
        return self if user.is_active and user.has_perm("integrations.link_incomingmail") else self.none()

    def unlinked(self) -> Self:
        return self.filter(state=IncomingMail.State.UNLINKED)


class IncomingMail(models.Model):
    """One message that came in. Its bytes are stored before the mail server hears that we have it."""

    class State(models.TextChoices):
        NEW = "new", _("to be looked at")
        REPLY = "reply", _("linked to a dossier")
        BOUNCE = "bounce", _("a message of ours that came back")
        REPORT = "report", _("a report of a mail server")
        AUTOMATIC = "automatic", _("an automatic answer")
        COPY = "copy", _("a copy of a message that we have")
        UNLINKED = "unlinked", _("still to be linked")
        SET_ASIDE = "set_aside", _("set aside")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.SET_NULL, null=True, related_name="mails")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    raw = models.FileField(upload_to="inkomend/%Y/%m", storage=private_storage, max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=300, blank=True, db_index=True)
    sender = models.CharField(_("from"), max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    attachments: Any = models.JSONField(_("attachments"), default=list, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, help_text=_("As the sender's program says."))
    received_at = models.DateTimeField(_("received at"))
    handled_at = models.DateTimeField(_("handled at"), null=True)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, related_name="answers", help_text=_("What it answers.")
    )

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        default_permissions = ()
        permissions = [("link_incomingmail", _("May link incoming mails to a dossier"))]
        indexes = [models.Index(fields=["state", "-received_at", "-id"], name="integrations_incoming_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"],
                condition=~Q(message_id="") & ~Q(state="copy"),
                name="integrations_incomingmail_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "new",
                        "reply",
                        "bounce",
                        "report",
                        "automatic",
                        "copy",
                        "unlinked",
                        "set_aside",
                    ]
                ),
                name="integrations_incomingmail_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or gettext("(no subject)")
