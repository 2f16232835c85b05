from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.user import User
from dossiers.models.dossier import Dossier

RECENT = timedelta(days=7)


class NoteQuerySet(models.QuerySet["Note"]):
    def recently_mentioning(self, user: User, at: datetime) -> "NoteQuerySet":
        """What a colleague wrote with this name in it."""
        return self.filter(mentioned=user, at__gte=at - RECENT).exclude(author=user)


class Note(models.Model):
    """What colleagues tell each other about a dossier. Citizens never read it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=4000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    at = models.DateTimeField(_("at"))

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="dossiers_note_says_something")]

    def __str__(self) -> str:
        return self.text[:60]
