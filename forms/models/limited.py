"""The limits of a form as data, and what is counted to keep them."""

import ipaddress
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Limited(models.Model):
    """The limits of a FormDefinition. They go live by publishing, and then hold for every version of the form.

    They are columns of the definition and no part of the frozen version: who is half-way through an older version
    meets the same closing time and the same maximum.
    """

    opens_at = models.DateTimeField(
        _("opens at"), null=True, blank=True, help_text=_("Nobody can fill in the form before. Empty: open at once.")
    )
    closes_at = models.DateTimeField(
        _("closes at"),
        null=True,
        blank=True,
        help_text=_(
            "From this moment nobody can send the form, not even who started before. Empty: it does not close."
        ),
    )
    max_submissions = models.PositiveIntegerField(
        _("maximum number of submissions"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Counts everything that was ever sent with this form. Empty: no maximum. For a new round, copy the form."
        ),
    )
    show_places = models.BooleanField(
        _("show how many places are left"),
        default=False,
        help_text=_("On the first page of the form. Only when there is a maximum."),
    )
    text_not_yet = models.TextField(
        _("text before it opens"),
        blank=True,
        help_text=_("The citizen reads the opening time anyway. Add what he or she can do until then."),
    )
    text_closed = models.TextField(
        _("text after it closed"),
        blank=True,
        help_text=_("For example when the next round is, or where people can still go."),
    )
    text_full = models.TextField(
        _("text when the maximum is reached"), blank=True, help_text=_("For example whether there is a waiting list.")
    )
    max_per_address = models.PositiveSmallIntegerField(
        _("submissions per hour from one internet address"),
        null=True,
        blank=True,
        default=10,
        help_text=_("A family, school or library often shares one address. Empty or 0: no limit."),
    )
    max_per_browser = models.PositiveSmallIntegerField(
        _("submissions per hour from one browser"),
        null=True,
        blank=True,
        default=5,
        help_text=_("Empty or 0: no limit."),
    )
    max_starts_per_address = models.PositiveSmallIntegerField(
        _("starts per ten minutes from one internet address"),
        null=True,
        blank=True,
        default=30,
        help_text=_("Empty or 0: no limit."),
    )
    minimum_seconds = models.PositiveSmallIntegerField(
        _("shortest time to fill it in, in seconds"),
        null=True,
        blank=True,
        default=3,
        validators=[MaxValueValidator(300)],
        help_text=_("Who is faster is asked to press “Send” once more. Empty or 0: no shortest time."),
    )
    has_trap = models.BooleanField(
        _("hidden field that only programs fill in"),
        default=True,
        help_text=_("People do not see it and screen readers skip it. There is no puzzle to solve."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at=None)
                | models.Q(closes_at=None)
                | models.Q(closes_at__gt=models.F("opens_at")),
                name="%(app_label)s_%(class)s_closes_later",
                violation_error_message=_("The form must close after it opens."),
            ),
            models.CheckConstraint(
                condition=models.Q(max_submissions=None) | models.Q(max_submissions__gte=1),
                name="%(app_label)s_%(class)s_maximum",
                violation_error_message=_("The maximum must be at least 1."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("The form must close after it opens.")})


class SubmissionCount(models.Model):
    """How many submissions of a form there are: the row that is locked when a place is taken.

    Not a column of the definition: publishing saves every column of that from a revision, and would turn the count
    back to what it was when the editor began.
    """

    definition = models.OneToOneField(
        "forms.FormDefinition", primary_key=True, on_delete=models.CASCADE, related_name="submission_count_row"
    )
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.definition_id}: {self.number}"


class RateCount(models.Model):
    """How often one address or browser did something with a form in one window. Purged when the window is over."""

    definition = models.ForeignKey("forms.FormDefinition", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=40, help_text="Keyed hash, another one in each window.")
    ends_at = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "kind", "subject", "ends_at"], name="forms_ratecount_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ends_at}: {self.number}"


WIDEST = {4: 16, 6: 32}
"""The widest network that may be exempt, per version of the internet protocol: one organisation, never a country."""


def one_network(value: str) -> str:
    """The network in its usual spelling; a single address is a network of one. Raises ValidationError."""
    try:
        network = ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        raise ValidationError(_("Enter an internet address such as 192.0.2.10, or a network such as 192.0.2.0/24."))
    if network.prefixlen < WIDEST[network.version]:
        raise ValidationError(_("This network is too wide. Enter the addresses of your own buildings only."))
    return str(network)


class KioskAddress(models.Model):
    """A place where many people fill in forms on the same connection: a kiosk, a library, the desk."""

    name = models.CharField(_("name"), max_length=80)
    network = models.CharField(
        _("internet address or network"),
        max_length=43,
        unique=True,
        help_text=_("For example 192.0.2.10, or 192.0.2.0/24 for all addresses that begin with 192.0.2."),
    )

    class Meta:
        verbose_name = _("kiosk address")
        verbose_name_plural = _("kiosk addresses")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: Any = None) -> None:
        super().clean_fields(exclude=exclude)
        if not exclude or "network" not in exclude:
            try:
                self.network = one_network(self.network)
            except ValidationError as problem:
                raise ValidationError({"network": problem.messages})
