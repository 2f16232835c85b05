from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parties.models.party import Party


class PartyNoteQuerySet(models.QuerySet["PartyNote"]):
    def shown(self) -> "PartyNoteQuerySet":
        return self.filter(removed_at__isnull=True)


class PartyNote(models.Model):
    """What colleagues must know of somebody before they speak: "hoort slecht, spreek luid"."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="notes", verbose_name=_("party"))
    text = models.CharField(_("note"), max_length=1000)
    at = models.DateTimeField(_("at"), default=timezone.now)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PartyNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="parties_partynote_says_something")]

    def __str__(self) -> str:
        return self.text
