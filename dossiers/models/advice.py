import uuid
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models.dossier import Dossier
from dossiers.models.sight import Sight
from dossiers.models.team import Team

signer = signing.Signer(sep=".", salt="dossiers.advice")


class AdviceQuerySet(models.QuerySet["Advice"]):
    def open(self) -> "AdviceQuerySet":
        return self.filter(given_at__isnull=True, withdrawn_at__isnull=True)

    def asked_of(self, user: User) -> "AdviceQuerySet":
        """Asked of a team of this person, and open; of a confidential dossier only for who may read that."""
        sight = Sight.of(user)
        return self.open().filter(sight.told("dossier__"), team__in=sight.teams)

    def from_token(self, token: str, at: datetime) -> "Advice | None":
        """The open request behind a link, or None for one that is wrong, answered, withdrawn or too old."""
        try:
            key = uuid.UUID(signer.unsign(token))
        except (signing.BadSignature, ValueError):
            return None
        return self.open().filter(key=key, team=None, expires_at__gt=at).select_related("dossier").first()


class Advice(models.Model):
    """Advice that a dossier waits for: from a team in the house, or from somebody outside by a link of their own."""

    class Opinion(models.TextChoices):
        POSITIVE = "positive", _("positive")
        CONDITIONS = "conditions", _("positive, with conditions")
        NEGATIVE = "negative", _("negative")
        NONE = "none", _("no opinion")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="advice")
    question = models.TextField(_("question"), max_length=4000)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="advice")
    outsider = models.CharField(_("who"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("link works until"), null=True)
    opinion = models.CharField(_("opinion"), max_length=10, choices=Opinion.choices, blank=True)
    answer = models.TextField(_("advice"), blank=True, max_length=10_000)
    given_at = models.DateTimeField(_("given at"), null=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False, email="", outsider="")
                | (Q(team__isnull=True) & ~Q(email="") & ~Q(outsider="") & Q(expires_at__isnull=False)),
                name="dossiers_advice_of_a_team_or_an_outsider",
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=True, opinion="", answer="")
                | (Q(given_at__isnull=False) & ~Q(opinion="")),
                name="dossiers_advice_given_when",
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=True) | Q(withdrawn_at__isnull=True), name="dossiers_advice_one_end"
            ),
        ]

    def __str__(self) -> str:
        return self.asked_of

    @property
    def asked_of(self) -> str:
        return str(self.team) if self.team else self.outsider

    @property
    def token(self) -> str:
        return signer.sign(self.key.hex)

    @property
    def address(self) -> str:
        """In full, for the mail."""
        return settings.BASE_URL + reverse("advice", args=[self.token])
