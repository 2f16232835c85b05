from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models.team import Team


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """One's own, and those that somebody shared with a team of this person."""
        if not user.is_active or not user.has_perm("dossiers.view_dossier"):
            return self.none()
        return self.filter(
            models.Q(team__isnull=True, user=user) | models.Q(team__in=user.teams.values_list("pk", flat=True))
        )


class SavedView(models.Model):
    """A tab of the work list that somebody made: filters under a name, for oneself or for a team.

    Keeps nothing but the filters, and those only narrow what each reader may see. Words that were searched for are not
    kept: they are often somebody's name.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views", verbose_name=_("made by")
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_views",
        verbose_name=_("shared with team"),
    )
    name = models.CharField(_("name"), max_length=40)
    query = models.TextField(_("filters"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def parameters(self) -> QueryDict:
        return QueryDict(self.query)
