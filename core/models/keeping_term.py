from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KeepingTerm(models.Model):
    """How many years the town keeps what belongs to no process: the contact register, the access log.

    Changed on the screen *Bewaren en vernietigen*; ``core/keeping.py`` says what holds while nobody did.
    """

    what = models.CharField(max_length=20, unique=True)
    years = models.PositiveSmallIntegerField(_("years"))
    source = models.CharField(_("where that comes from"), max_length=200)

    class Meta:
        verbose_name = _("keeping term")
        verbose_name_plural = _("keeping terms")
        default_permissions = ("change",)
        constraints = [
            models.CheckConstraint(condition=Q(years__gte=1, years__lte=100), name="core_keepingterm_1_to_100"),
            models.CheckConstraint(condition=~Q(source=""), name="core_keepingterm_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.years}"
