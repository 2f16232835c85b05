from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from parties.models.party import Party

UNDO_WITHIN = timedelta(days=30)


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, user: User) -> "MergeQuerySet":
        return self if user.is_active and user.has_perm("parties.merge_party") else self.none()

    def standing(self) -> "MergeQuerySet":
        return self.filter(undone_at__isnull=True)


class Merge(models.Model):
    """Two parties turned out to be one. ``lost`` stays, and leads to ``kept``; the journal says what was changed."""

    kept = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="merges", verbose_name=_("remains"))
    lost = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("merged"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    marks = models.JSONField(
        default=dict, help_text=_("The last row there was of each reference: what is later, was added.")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        default_permissions = ()
        indexes = [models.Index(fields=["-at", "-id"], name="parties_merge_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["lost"], condition=Q(undone_at__isnull=True), name="parties_merge_lost_once"
            ),
            models.CheckConstraint(condition=~Q(kept=F("lost")), name="parties_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.lost} → {self.kept}"

    def can_be_undone(self, at: datetime) -> bool:
        return self.undone_at is None and at <= self.at + UNDO_WITHIN

    @property
    def undo_until(self) -> datetime:
        return self.at + UNDO_WITHIN


class MergeChange(models.Model):
    """One column of one row that a merge changed: what stood there, and what was put there."""

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="changes")
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=36)
    field = models.CharField(max_length=60)
    old: Any = models.JSONField(null=True)
    new: Any = models.JSONField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.model} {self.key} {self.field}"


class LookAlikeQuerySet(models.QuerySet["LookAlike"]):
    def visible_to(self, user: User) -> "LookAlikeQuerySet":
        return self if user.is_active and user.has_perm("parties.merge_party") else self.none()

    def open(self) -> "LookAlikeQuerySet":
        """Nobody decided yet, and both are still there."""
        return self.filter(dismissed_at__isnull=True, first__merged_into__isnull=True, second__merged_into__isnull=True)


class LookAlike(models.Model):
    """Two parties that may be one, and why. Found anew every night; what somebody decided stays decided."""

    class Reason(models.TextChoices):
        BIRTH_DATE = "birth_date", _("same name and date of birth")
        EMAIL = "email", _("same e-mail address and a similar name")
        PHONE = "phone", _("same phone number and a similar name")
        ADDRESS = "address", _("same address and a similar name")
        NAME = "name", _("same name")

    first = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)
    weight = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LookAlikeQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["-weight", "-id"], name="parties_lookalike_open", condition=Q(dismissed_at__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="parties_lookalike_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="parties_lookalike_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"

    @property
    def reason_labels(self) -> list[str]:
        return [str(self.Reason(reason).label) for reason in self.reasons if reason in self.Reason.values]
