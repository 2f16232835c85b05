from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier
from dossiers.models.event import Event


class Notification(models.Model):
    """A message or letter to the citizen, in the words that were sent."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="notifications")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notifications")
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    to = models.EmailField(_("to"), blank=True)
    created_at = models.DateTimeField(_("made at"))
    delivery = models.OneToOneField(
        "integrations.Delivery",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Empty when there is no address: the citizen reads it on the follow page, or gets it on paper."),
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.subject
