from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier
from parties.models import hash_of


class TokenQuerySet(models.QuerySet["CitizenLogin"]):
    def unused(self, token: str, at: datetime) -> "TokenQuerySet":
        return self.filter(token_hash=hash_of(token), used_at__isnull=True, expires_at__gt=at)


class CitizenLogin(models.Model):
    """A link to "mijn dossiers", by mail or by text message: fifteen minutes, once. Used, it is a session of half an
    hour."""

    SESSION = timedelta(minutes=30)

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("mobile number"), max_length=16, blank=True, default="", help_text=_("In E.164."))
    dossier = models.ForeignKey(
        Dossier,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("On whose page it was asked: the link leads there."),
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text=_("The citizen logged out."))

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to my dossiers")
        verbose_name_plural = _("links to my dossiers")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=(Q(email="") | Q(phone="")) & ~Q(email="", phone=""), name="dossiers_citizenlogin_one_road"
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y %H:%M}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is not None and self.ended_at is None and at < self.used_at + self.SESSION


class CitizenLoginCount(models.Model):
    """How often a link was asked in one hour, for an address or number and from a network; all only as a keyed hash."""

    subject = models.CharField(max_length=40)
    ends_at = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of links to my dossiers")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["subject", "ends_at"], name="dossiers_citizenlogincount_unique")]

    def __str__(self) -> str:
        return f"{self.number}"


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def unused(self, token: str, at: datetime) -> "AddressChangeQuerySet":
        return self.filter(token_hash=hash_of(token), used_at__isnull=True, expires_at__gt=at)


class AddressChange(models.Model):
    """Another e-mail address for one dossier, used only after its owner said yes."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="address_changes")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("e-mail address"))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of e-mail address")
        verbose_name_plural = _("changes of e-mail addresses")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.created_at:%d/%m/%Y}"
