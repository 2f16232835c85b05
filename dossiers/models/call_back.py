from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models.contact import Contact
from dossiers.models.dossier import Dossier
from dossiers.models.sight import Sight
from dossiers.models.team import Team


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def visible_to(self, user: User) -> "CallBackQuerySet":
        """Those of dossiers that this person may see, and those that this person or the own team was asked to do."""
        if not user.is_active:
            return self.none()
        sight = Sight.of(user)
        asked = Q(team__in=sight.teams, dossier__is_confidential=False) | Q(assignee__in=sight.handlers)
        return self.filter(asked | sight.seen("dossier__"))

    def open(self) -> "CallBackQuerySet":
        return self.filter(done_at__isnull=True)


class CallBack(models.Model):
    """We promised to call somebody back, between two moments."""

    class Outcome(models.TextChoices):
        SPOKEN = "spoken", _("Spoken")
        NOT_NEEDED = "not_needed", _("Not needed any more")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="call_backs", verbose_name=_("dossier"))
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="call_backs", verbose_name=_("asked by")
    )
    phone = models.CharField(_("phone"), max_length=40)
    about = models.CharField(_("about"), max_length=300)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="call_backs", verbose_name=_("team"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="call_backs",
        verbose_name=_("for"),
    )
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"))
    created_at = models.DateTimeField(_("made at"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    tried_at = models.DateTimeField(_("last try"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        verbose_name = _("call back")
        verbose_name_plural = _("calls back")
        default_permissions = ()
        indexes = [
            models.Index(fields=["until_at", "id"], name="dossiers_callback_open", condition=Q(done_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="dossiers_callback_has_time"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="") | Q(done_at__isnull=False) & ~Q(outcome=""),
                name="dossiers_callback_done_how",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "spoken", "not_needed"]), name="dossiers_callback_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return self.about

    def is_late(self, now: datetime) -> bool:
        return self.done_at is None and self.until_at < now

    def is_now(self, now: datetime) -> bool:
        return self.done_at is None and self.from_at <= now <= self.until_at
