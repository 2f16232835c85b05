from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parties.models.party import Party


class Verification(models.Model):
    """Somebody made sure that this party is who it says: how, when and by whom."""

    class How(models.TextChoices):
        DOCUMENT = "document", _("Document seen at the desk")
        SIGNED_IN = "signed_in", _("Signed in with eID or itsme")
        REGISTER = "register", _("Looked up in the official register")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="verifications", verbose_name=_("party"))
    how = models.CharField(_("how"), max_length=20, choices=How.choices)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=["document", "signed_in", "register"]), name="parties_verification_how_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_how_display()} {self.at:%d/%m/%Y}"
