from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parties.models.party import Party


class AddressQuerySet(models.QuerySet["Address"]):
    def on(self, day: date) -> "AddressQuerySet":
        """What holds on this day."""
        return self.filter(Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day))


class Address(models.Model):
    """Where a party lives, has its seat, or wants its post."""

    class Kind(models.TextChoices):
        HOME = "home", _("Lives at")
        SEAT = "seat", _("Has its seat at")
        POST = "post", _("Wants post at")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="addresses", verbose_name=_("party"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.HOME)
    street = models.CharField(_("street"), max_length=150)
    number = models.CharField(_("house number"), max_length=20, blank=True)
    box = models.CharField(_("box"), max_length=20, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12)
    town = models.CharField(_("town"), max_length=100)
    country = models.CharField(_("country"), max_length=60, blank=True, help_text=_("Empty: Belgium."))
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day."))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["home", "seat", "post"]), name="parties_address_kind_known"),
            models.CheckConstraint(
                condition=~Q(street="") & ~Q(town="") & ~Q(postcode=""), name="parties_address_leads_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="parties_address_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.lines())

    def lines(self) -> list[str]:
        """As it stands on an envelope, without the name: "Stadsplein 1 bus 2", "2640 Mortsel", "Nederland"."""
        street = " ".join(part for part in (self.street, self.number) if part)
        if self.box:
            street = _("%(street)s box %(box)s") % {"street": street, "box": self.box}
        return [line for line in (street, f"{self.postcode} {self.town}", self.country) if line]
