from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parties.models.party import Party


class RepresentationQuerySet(models.QuerySet["Representation"]):
    def on(self, day: date) -> "RepresentationQuerySet":
        """Who represents whom on this day."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gte=day), since__lte=day)


class Representation(models.Model):
    """A person who may act for an organisation, as the town has established it.

    Somebody's own word makes no row here: it stays with the dossier as a claim (docs/rules/vertegenwoordiging.md).
    """

    class Source(models.TextChoices):
        """Where we have it from. What a sign-in showed holds for the days on which it was shown."""

        STAFF = "staff", _("Established by the town")
        SIGNED_IN = "signed_in", _("Shown at sign-in")

    person = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="represents", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="representatives", verbose_name=_("organisation")
    )
    role = models.CharField(_("function"), max_length=100)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day."))
    source = models.CharField(
        _("source"), max_length=10, choices=Source.choices, default=Source.STAFF, db_default="staff", editable=False
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="parties_representation_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("organisation")), name="parties_representation_of_another"
            ),
            models.CheckConstraint(condition=~models.Q(role=""), name="parties_representation_has_role"),
            models.CheckConstraint(
                condition=models.Q(source="staff") | models.Q(source="signed_in", until__isnull=False),
                name="parties_representation_source_known",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role", "since"], name="parties_representation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.organisation} ({self.role})"
