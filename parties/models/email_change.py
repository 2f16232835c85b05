import hashlib
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models.contact_point import ContactPoint


def hash_of(token: str) -> str:
    """What is kept of a link. Tokens are long and random: a plain hash is enough, and the row alone opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class EmailChangeQuerySet(models.QuerySet["EmailChange"]):
    def waiting(self, at: datetime) -> "EmailChangeQuerySet":
        return self.filter(used_at__isnull=True, expires_at__gt=at)


class EmailChange(models.Model):
    """An e-mail address that waits for its owner, who gets a link there; asked by a clerk.

    Another address for a party (the old one is told, and used until then), or the same one, to be sure of it.
    """

    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="changes")
    email = models.EmailField(_("e-mail address"))
    token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = EmailChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of e-mail address")
        verbose_name_plural = _("changes of e-mail addresses")
        default_permissions = ()

    @property
    def is_another(self) -> bool:
        return self.email != self.point.value

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y}"
