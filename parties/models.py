from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, user: User) -> "PartyQuerySet":
        """The register is for staff who work with contacts."""
        return self if user.is_active and user.has_perm("parties.view_party") else self.none()


class Party(models.Model):
    """A person or an organisation, once. Never deleted by cascade: everything that refers to it protects it."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=5, default="nl")
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        indexes = [models.Index(fields=["name", "id"], name="parties_party_name")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["person", "organisation"]), name="parties_party_kind_known"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """An e-mail address or phone number of a party. Families and boards share them, so several parties may hold one."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail address")
        PHONE = "phone", _("Phone number")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="contact_points", verbose_name=_("party"))
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    value = models.CharField(_("value"), max_length=254, help_text=_("Normalised: lower case, or E.164."))
    as_given = models.CharField(_("as given"), max_length=254)
    match_key = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Identifies name and contact data together; unique, so that two requests at once make one party."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        indexes = [models.Index(fields=["kind", "value"], name="parties_contactpoint_value")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["email", "phone"]), name="parties_contactpoint_kind_known"
            ),
            models.CheckConstraint(condition=~models.Q(value=""), name="parties_contactpoint_not_empty"),
            models.UniqueConstraint(fields=["party", "kind", "value"], name="parties_contactpoint_once_per_party"),
        ]

    def __str__(self) -> str:
        return self.value
