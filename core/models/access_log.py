from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.user import User
from core.triggers import append_only


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    def visible_to(self, user: User) -> "AccessLogQuerySet":
        """For the data protection officer only: who administers Loket must not watch over the own looking."""
        return self if user.is_active and user.has_perm("core.view_accesslog") else self.none()

    def about(self, found: Mapping[str, Collection[str]]) -> "AccessLogQuerySet":
        """Of these keys of these models."""
        wanted = [models.Q(model=model, object_id__in=keys) for model, keys in found.items() if keys]
        return self.filter(reduce(or_, wanted)) if wanted else self.none()

    def record(self, *, user: User, action: str, obj: models.Model, at: datetime, reason: str = "") -> "AccessLog":
        """Write down that this member of staff saw personal data through ``obj``; why, where that is asked."""
        return self.create(
            user=user, action=action, model=obj._meta.label_lower, object_id=str(obj.pk), at=at, reason=reason
        )

    def record_all(self, *, user: User, action: str, objects: Iterable[models.Model], at: datetime) -> None:
        """As ``record``, for everything on one page."""
        self.bulk_create(
            AccessLog(user=user, action=action, model=obj._meta.label_lower, object_id=str(obj.pk), at=at)
            for obj in objects
        )


@append_only
class AccessLog(models.Model):
    """Who saw whose personal data, and when (GDPR art. 5.2, accountability).

    Names the object by label and key, not by foreign key: the log outlives what it is about.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(_("action"), max_length=40)
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    at = models.DateTimeField(_("at"))
    reason = models.CharField(
        _("reason"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text=_("Asked before a national number is shown."),
    )

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to personal data")
        verbose_name_plural = _("access to personal data")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["model", "object_id", "at"], name="core_accesslog_object"),
            models.Index(fields=["-at", "-id"], name="core_accesslog_newest"),
            models.Index(fields=["user", "-at", "-id"], name="core_accesslog_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.action} {self.model} {self.object_id}"
