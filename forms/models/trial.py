"""An editor trying out a draft."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forms.roles import Role


class FormTrial(models.Model):
    """A form being tried out. It is no FormDraft and knows no version, so it can never be sent; no file is kept."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    schema = models.JSONField(help_text="As compiled from the draft at the moment that the trial began.")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.CITIZEN)
    answers = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("form being tried out")
        verbose_name_plural = _("forms being tried out")

    def __str__(self) -> str:
        return str(self.uuid)
