import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.orphans import file_path
from parties.models.party import Party

FOLDER = "access"


def private_storage() -> Storage:
    return storages["private"]


def archive_path(request: "AccessRequest", filename: str) -> str:
    return file_path(FOLDER, request.uuid, filename)


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def visible_to(self, user: User) -> "AccessRequestQuerySet":
        return self if user.is_active and user.has_perm("parties.export_party") else self.none()

    def to_make(self, at: datetime) -> "AccessRequestQuerySet":
        """Not made, and nobody is making it: who began half an hour ago was killed."""
        abandoned = Q(begun_at__isnull=True) | Q(begun_at__lt=at - AccessRequest.PATIENCE)
        return self.filter(abandoned, made_at__isnull=True, tries__lt=AccessRequest.MOST_TRIES).order_by("asked_at")


class AccessRequest(models.Model):
    """Somebody asked what we know: all of it in one archive, for thirty days (GDPR art. 15 and 20)."""

    KEPT = timedelta(days=30)
    PATIENCE = timedelta(minutes=30)
    MOST_TRIES = 5

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="access_requests", verbose_name=_("party"))
    reason = models.CharField(_("who asked it, and how"), max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    begun_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    file = models.FileField(storage=private_storage, upload_to=archive_path, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        default_permissions = ()
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["asked_at"], name="parties_accessrequest_to_make", condition=Q(made_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="parties_accessrequest_has_reason"),
            models.CheckConstraint(condition=Q(made_at__isnull=False) | Q(file=""), name="parties_accessrequest_made"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%d/%m/%Y %H:%M}"

    @property
    def has_failed(self) -> bool:
        return self.made_at is None and self.tries >= self.MOST_TRIES
