import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.contact import Contact, Direction, PartyMatch
from dossiers.models.dossier import Dossier


class MessageQuerySet(models.QuerySet["Message"]):
    def for_citizen(self) -> Self:
        """Without mails from an address other than the one to which our answers went: nobody knows who wrote those."""
        return self.exclude(contact__party_match=PartyMatch.REPLY)

    def with_mail(self) -> Self:
        """With what tells how it came in."""
        return self.select_related("contact__mail")


class Message(models.Model):
    """What the citizen and we write to each other: on the follow page, on the dossier page, and by e-mail."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    text = models.TextField(_("message"), blank=True, help_text=_("May be empty when there is a file with it."))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contact = models.OneToOneField(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="message",
        help_text=_("Every incoming message is a contact, linked to the dossier and the person."),
    )
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True, help_text=_("By us; of incoming messages."))
    token = models.UUIDField(default=uuid.uuid4, help_text=_("Of the form it was written in: sent twice is sent once."))

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message in a dossier")
        verbose_name_plural = _("messages in dossiers")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "token"], name="dossiers_message_once"),
            models.CheckConstraint(
                condition=Q(direction=Direction.INCOMING, author__isnull=True, contact__isnull=False)
                | Q(direction=Direction.OUTGOING, author__isnull=False, contact__isnull=True, read_at__isnull=True),
                name="dossiers_message_has_sides",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at:%d/%m/%Y %H:%M}"

    @property
    def is_incoming(self) -> bool:
        return self.direction == Direction.INCOMING

    @property
    def is_mail(self) -> bool:
        return self.contact is not None and self.contact.mail_id is not None

    @property
    def is_unread(self) -> bool:
        return self.is_incoming and self.read_at is None
