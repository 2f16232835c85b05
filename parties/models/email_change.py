from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models.contact_point import ContactPoint


class EmailChangeQuerySet(models.QuerySet["EmailChange"]):
    def waiting(self, at: datetime) -> "EmailChangeQuerySet":
        return self.filter(used_at__isnull=True, expires_at__gt=at)


class EmailChange(models.Model):
    """Another e-mail address for a party, asked by a clerk. Its owner opens a link there; the old address is told."""

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

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y}"
