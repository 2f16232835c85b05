from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.encryption import Unreadable, keyed_hash, keyed_hashes
from core.fields import EncryptedField
from core.models import User
from parties.contact_values import normalise_email, normalise_phone
from parties.numbers import OfficialNumber, Scheme


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, user: User) -> "PartyQuerySet":
        """The register is for staff who work with contacts."""
        return self if user.is_active and user.has_perm("parties.view_party") else self.none()

    def matching(self, words: str) -> "PartyQuerySet":
        """With these words in the name, or with this e-mail address or phone number."""
        values = [value for value in (normalise_email(words), normalise_phone(words)) if value]
        reachable = ContactPoint.objects.filter(value__in=values).values("party")
        return self.filter(models.Q(name__icontains=words) | models.Q(pk__in=reachable))


class Party(models.Model):
    """A person or an organisation, once. Never deleted by cascade: everything that refers to it protects it."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=5, default="nl")
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        indexes = [models.Index(fields=["name", "id"], name="parties_party_name")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["person", "organisation"]), name="parties_party_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(birth_date__isnull=True) | models.Q(kind="person"),
                name="parties_party_only_persons_are_born",
            ),
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
    bounced_at = models.DateTimeField(
        _("came back"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("A message to it came back, and none arrived since."),
    )

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


class RepresentationQuerySet(models.QuerySet["Representation"]):
    def on(self, day: date) -> "RepresentationQuerySet":
        """Who represents whom on this day."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gte=day), since__lte=day)


class Representation(models.Model):
    """A person who may act for an organisation, as the town has established it.

    Somebody's own word makes no row here: it stays with the dossier as a claim (docs/rules/vertegenwoordiging.md).
    """

    person = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="represents", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="representatives", verbose_name=_("organisation")
    )
    role = models.CharField(_("function"), max_length=100)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day."))
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
            models.UniqueConstraint(
                fields=["person", "organisation", "role", "since"], name="parties_representation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.organisation} ({self.role})"
