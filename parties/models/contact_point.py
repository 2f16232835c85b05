from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parties.contact_values import readable_phone
from parties.models.party import Party


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def in_use(self) -> "ContactPointQuerySet":
        return self.filter(ended_at__isnull=True)


class ContactPoint(models.Model):
    """An e-mail address or phone number of a party. Families and boards share them, so several parties may hold one."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail address")
        PHONE = "phone", _("Phone number")

    class Verified(models.TextChoices):
        LINK = "link", _("Opened a link that we sent there")
        CALLED = "called", _("Called back on this number")
        DESK = "desk", _("Confirmed at the desk, with a document")

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
    bounced_at = models.DateTimeField(
        _("came back"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("A message to it came back, and none arrived since."),
    )
    note = models.CharField(
        _("note"), max_length=60, blank=True, default="", help_text=_("For example: work, or his daughter.")
    )
    is_preferred = models.BooleanField(_("use this one first"), default=False)
    ended_at = models.DateTimeField(
        _("no longer used since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("It stays, so that old dossiers can be understood, and recognises nobody any more."),
    )
    verified_how = models.CharField(
        _("verified how"), max_length=20, choices=Verified.choices, blank=True, default="", editable=False
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = ContactPointQuerySet.as_manager()

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
            models.UniqueConstraint(
                fields=["party", "kind"],
                condition=models.Q(is_preferred=True),
                name="parties_contactpoint_one_preferred",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(is_preferred=False, match_key__isnull=True),
                name="parties_contactpoint_ended_is_not_used",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_how="", verified_at__isnull=True, verified_by__isnull=True)
                | (~models.Q(verified_how="") & models.Q(verified_at__isnull=False)),
                name="parties_contactpoint_verified_when",
            ),
        ]

    def __str__(self) -> str:
        return self.value

    @property
    def readable(self) -> str:
        return readable_phone(self.value) if self.kind == self.Kind.PHONE else self.value
