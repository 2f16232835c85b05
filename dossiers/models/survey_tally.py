from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from core.triggers import append_only
from dossiers.models.contact import Channel
from dossiers.models.process_type import ProcessType
from dossiers.models.survey import OfTeams
from dossiers.models.team import Team
from dossiers.satisfaction import COUNTS, Satisfaction


class SurveyTallyQuerySet(OfTeams["SurveyTally"]):
    def between(self, since: date, until: date) -> "SurveyTallyQuerySet":
        """Of the months from ``since`` to the one before ``until``, which are first days."""
        return self.filter(month__gte=since, month__lt=until)

    def added_up_by(self, *fields: str) -> Iterator[tuple[tuple[Any, ...], Satisfaction]]:
        """What each group said, by these fields: one query."""
        sums = {f"sum_{name}": Sum(name) for name in COUNTS}
        for row in self.order_by().values(*fields).annotate(**sums):
            counts = {name: row[f"sum_{name}"] for name in COUNTS}
            yield tuple(row[name] for name in fields), Satisfaction.of_counts(counts)


@append_only
class SurveyTally(models.Model):
    """What those said who were asked in one month, of one process type, team and channel.

    Made when that month can change no more, so that a year of answers is read in a few rows. The columns are those of
    ``Satisfaction.counts``.
    """

    month = models.DateField(help_text="Its first day.")
    process_type = models.ForeignKey(ProcessType, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    sixths = models.PositiveIntegerField(help_text="The scores of all who count together, in sixths.")
    result_1 = models.PositiveIntegerField()
    result_2 = models.PositiveIntegerField()
    result_3 = models.PositiveIntegerField()
    result_4 = models.PositiveIntegerField()
    result_5 = models.PositiveIntegerField()
    speed_1 = models.PositiveIntegerField()
    speed_2 = models.PositiveIntegerField()
    speed_3 = models.PositiveIntegerField()
    speed_4 = models.PositiveIntegerField()
    speed_5 = models.PositiveIntegerField()
    treatment_1 = models.PositiveIntegerField()
    treatment_2 = models.PositiveIntegerField()
    treatment_3 = models.PositiveIntegerField()
    treatment_4 = models.PositiveIntegerField()
    treatment_5 = models.PositiveIntegerField()

    objects = SurveyTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answers of a month")
        verbose_name_plural = _("answers of months")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["month", "process_type", "team", "channel"], name="dossiers_surveytally_once"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]), name="dossiers_surveytally_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(asked__gte=models.F("answered")) & Q(answered__gte=models.F("counted")),
                name="dossiers_surveytally_no_more_than_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"
