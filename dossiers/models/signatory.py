from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class Signatory(models.Model):
    """Somebody who may sign decisions, and the act that says so."""

    name = models.CharField(_("name"), max_length=100)
    function = models.CharField(
        _("function"), max_length=150, help_text=_("As it stands below the letter, for example: algemeen directeur.")
    )
    mandate = models.TextField(
        _("mandate"),
        help_text=_(
            "Which act lets this person sign, with its date. For example: besluit van het college van burgemeester en "
            "schepenen van 12 januari 2026 over de delegatie van bevoegdheden. It stands below the letter."
        ),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day. Leave it empty when there is no end yet.")
    )
    warned_of = models.DateField(null=True, editable=False, help_text=_("The last day that was warned of."))
    ended_on = models.DateField(null=True, editable=False, help_text=_("The last day whose end was told."))

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["name", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="dossiers_signatory_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.function}"

    def may_sign_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
