from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.encryption import Unreadable, keyed_hash, keyed_hashes
from core.fields import EncryptedField
from parties.models.party import Party
from parties.numbers import OfficialNumber, Scheme


class IdentifierQuerySet(models.QuerySet["Identifier"]):
    def of(self, number: OfficialNumber) -> "IdentifierQuerySet":
        """Whose number this is; at most one row."""
        return self.filter(scheme=number.scheme, lookup__in=lookups(number))


def lookups(number: OfficialNumber) -> list[str]:
    """What stands for the number in the register. More than one only while encryption keys are being rotated."""
    return keyed_hashes(number.value, purpose=number.scheme) if number.is_secret else [number.value]


class Identifier(models.Model):
    """An official number of a party. A national number is kept encrypted, and found back by a keyed hash.

    A number that somebody typed in a form is a claim until it is verified.
    """

    class Verified(models.TextChoices):
        DOCUMENT = "document", _("Document seen at the desk")
        SIGNED_IN = "signed_in", _("Signed in with eID or itsme")
        REGISTER = "register", _("Looked up in the official register")

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="identifiers", verbose_name=_("party"))
    scheme = models.CharField(_("kind of number"), max_length=20, choices=Scheme.choices)
    value = models.CharField(_("number"), max_length=20, blank=True)
    secret = EncryptedField(_("number, encrypted"), null=True, blank=True)
    lookup = models.CharField(max_length=64, editable=False)
    legal_basis = models.CharField(
        _("legal basis"), max_length=300, blank=True, help_text=_("Why the town may keep a national number.")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    verified_how = models.CharField(_("verified how"), max_length=20, choices=Verified.choices, blank=True)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = IdentifierQuerySet.as_manager()

    class Meta:
        verbose_name = _("official number")
        verbose_name_plural = _("official numbers")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "lookup"], name="parties_identifier_unique"),
            models.CheckConstraint(
                condition=models.Q(scheme__in=Scheme.values), name="parties_identifier_scheme_known"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(scheme=Scheme.NATIONAL_NUMBER, value="", secret__isnull=False) & ~models.Q(legal_basis="")
                )
                | (~models.Q(scheme=Scheme.NATIONAL_NUMBER) & ~models.Q(value="") & models.Q(secret__isnull=True)),
                name="parties_identifier_national_number_is_secret",
            ),
            models.CheckConstraint(condition=~models.Q(lookup=""), name="parties_identifier_can_be_found"),
            models.CheckConstraint(
                condition=models.Q(verified_how="", verified_at__isnull=True, verified_by__isnull=True)
                | (~models.Q(verified_how="") & models.Q(verified_at__isnull=False)),
                name="parties_identifier_verified_when",
            ),
        ]

    def __str__(self) -> str:
        """As people write it; a national number only in part."""
        number = self.number
        return str(number) if number else str(self.secret)

    @property
    def number(self) -> OfficialNumber | None:
        """None when the key of the national number is lost."""
        if self.scheme != Scheme.NATIONAL_NUMBER:
            return OfficialNumber(Scheme(self.scheme), self.value)
        if self.secret is None or isinstance(self.secret, Unreadable):
            return None
        return OfficialNumber(Scheme.NATIONAL_NUMBER, self.secret)

    @classmethod
    def holding(cls, number: OfficialNumber, **fields: Any) -> "Identifier":
        """A row with this number, not saved yet."""
        value, secret = ("", number.value) if number.is_secret else (number.value, None)
        return cls(scheme=number.scheme, value=value, secret=secret, lookup=lookups(number)[0], **fields)

    def keyed_hashes(self) -> dict[str, str]:
        """For ``rotate_keys``: what must be hashed again with a new key."""
        return {"lookup": keyed_hash(self.secret, purpose=self.scheme)} if self.secret else {}
