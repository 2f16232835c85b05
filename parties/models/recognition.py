from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.triggers import no_overlap
from parties.models.party import Party


class RecognitionCategory(models.Model):
    """What the town recognises associations as. It decides what they pay for a room."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("for whom"), blank=True)

    class Meta:
        verbose_name = _("recognised category")
        verbose_name_plural = _("recognised categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code}: {self.name}"


class RecognitionQuerySet(models.QuerySet["Recognition"]):
    def on(self, day: date) -> "RecognitionQuerySet":
        """What holds on this day: at most one for each party."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


@no_overlap(group="party_id", first="since", last="until")
class Recognition(models.Model):
    """A party is recognised in a category from a day, mostly by a decision of the town. Never two on one day."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="recognitions", verbose_name=_("party"))
    category = models.ForeignKey(
        RecognitionCategory, on_delete=models.PROTECT, related_name="recognitions", verbose_name=_("category")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day."))
    decision = models.CharField(
        _("decision"), max_length=200, blank=True, help_text=_("For example: college van 12 mei 2026.")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="parties_recognition_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def overlaps(self, other: "Recognition") -> bool:
        """Whether there is a day on which both hold."""
        return self.since <= (other.until or date.max) and other.since <= (self.until or date.max)

    def __str__(self) -> str:
        return f"{self.party} – {self.category}"
