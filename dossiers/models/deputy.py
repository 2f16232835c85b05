from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.triggers import no_overlap


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def on(self, day: date) -> "DeputyQuerySet":
        """Who stands in for whom on this day."""
        return self.filter(since__lte=day, until__gte=day)

    def not_over(self, day: date) -> "DeputyQuerySet":
        """Those of today and those to come, first things first."""
        return self.filter(until__gte=day).order_by("since", "pk")

    def visible_to(self, user: User) -> "DeputyQuerySet":
        """One's own absence, whoever one stands in for, and everybody's for who manages the accounts."""
        if not user.is_active:
            return self.none()
        if user.has_perm("core.change_user"):
            return self
        return self.filter(Q(absent=user) | Q(deputy=user))


@no_overlap(group="absent_id", first="since", last="until")
class Deputy(models.Model):
    """A colleague does the work of another for some days. It gives sight of that work, and no rights of its own.

    Nobody has two deputies on one day, and a deputy's deputy is not the deputy of the first: docs/rules/toegang.md.
    """

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputies", verbose_name=_("who is away")
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stands_in", verbose_name=_("deputy")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), help_text=_("The last day."))
    confidential_too = models.BooleanField(_("also confidential dossiers"), default=False)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name = _("deputy")
        verbose_name_plural = _("deputies")
        default_permissions = ()
        indexes = [
            models.Index(fields=["deputy", "until"], name="dossiers_deputy_of"),
            models.Index(fields=["absent", "until"], name="dossiers_deputy_absent"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="dossiers_deputy_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(deputy=F("absent")), name="dossiers_deputy_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} – {self.absent}"


def deputies_on(day: date) -> dict[int, Deputy]:
    """Key of who is away on this day → who does the work. Few rows: a town has few people, and most are there."""
    found = Deputy.objects.on(day).filter(deputy__is_active=True).select_related("deputy")
    return {each.absent_id: each for each in found}
