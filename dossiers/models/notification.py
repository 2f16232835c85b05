from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.channels import MessageChannel
from dossiers.models.dossier import Dossier
from dossiers.models.event import Event


class Notification(models.Model):
    """A message or letter to the citizen, in the words that were sent.

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

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel__in=MessageChannel.values), name="dossiers_notification_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(channel=MessageChannel.NONE, delivery__isnull=True)
                | (~models.Q(channel=MessageChannel.NONE) & models.Q(delivery__isnull=False)),
                name="dossiers_notification_sent_or_not",
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
