from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models.process_type import ProcessType
from dossiers.models.team import Team


class Competence(models.Model):
    """What a team may do with the dossiers of a process, whichever team they are with (docs/rules/toegang.md).

    A row lets the team see them; the rest is said apart. Who handles or decides has that right by role as well;
    configuring is for every member who sees dossiers. Part of the town and not of a draft, so it holds at once.
    """

    process_type = models.ForeignKey(
        ProcessType, on_delete=models.CASCADE, related_name="competences", verbose_name=_("process")
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="competences", verbose_name=_("team"))
    handle = models.BooleanField(_("handles"), default=False)
    decide = models.BooleanField(_("decides"), default=False)
    configure = models.BooleanField(_("configures"), default=False)

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        default_permissions = ("change",)
        constraints = [
            models.UniqueConstraint(fields=["process_type", "team"], name="dossiers_competence_once"),
            models.CheckConstraint(
                condition=models.Q(decide=False) | models.Q(handle=True), name="dossiers_competence_decides_and_handles"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team}: {self.process_type}"


class ClosedProcess(models.Model):
    """A process of which only its own teams see the dossiers, whatever a role says: what the social service does."""

    process_type = models.OneToOneField(
        ProcessType, on_delete=models.CASCADE, related_name="closed", verbose_name=_("process")
    )
    since = models.DateTimeField(_("since"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("closed process")
        verbose_name_plural = _("closed processes")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.process_type)
