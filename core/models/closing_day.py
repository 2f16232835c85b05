from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClosingDayQuerySet(models.QuerySet["ClosingDay"]):
    def dates(self) -> frozenset[date]:  # type: ignore[override]  # a set of days says more here than Django's dates()
        """Every day the town hall is closed besides weekends and public holidays."""
        return frozenset(self.values_list("day", flat=True))


class ClosingDay(models.Model):
    """A day on which the town hall is closed besides weekends and public holidays: 11 July, a bridge day.

    Terms in working days skip it (docs/rules/termijnen.md).
    """

    day = models.DateField(_("day"), unique=True)
    name = models.CharField(_("name"), max_length=100, help_text=_("For example: Feest van de Vlaamse Gemeenschap."))

    objects = ClosingDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing day")
        verbose_name_plural = _("closing days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"
