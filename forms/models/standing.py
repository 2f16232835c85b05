"""How a form stands, apart from the form itself: kept out of its revisions, so that no old one brings an old count back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.models.definition import FormDefinition


class FormStanding(models.Model):
    """Problems counted when the draft was saved and when what is published was looked at in the night."""

    definition = models.OneToOneField(
        FormDefinition, on_delete=models.CASCADE, primary_key=True, related_name="standing"
    )
    draft_problems = models.PositiveIntegerField(default=0)
    live_problems = models.JSONField(default=list, help_text="Sentences: why the published form does not work today.")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("standing of a form")
        verbose_name_plural = _("standing of forms")

    def __str__(self) -> str:
        return str(self.definition)
