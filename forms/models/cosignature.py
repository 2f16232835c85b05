"""The signature of somebody else under a form that was sent."""

import hashlib
import secrets
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models import Dossier
from forms import cosign_rules
from forms.models.submission import Submission


class State(models.TextChoices):
    """How a co-signature stands at a moment; derived, so that it cannot drift."""

    WAITING = "waiting", _("Not signed yet")
    SIGNED = "signed", _("Signed")
    DECLINED = "declined", _("Does not agree")
    LAPSED = "lapsed", _("Not signed in time")


class CosignatureQuerySet(models.QuerySet["Cosignature"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(submission__dossier__in=Dossier.objects.visible_to(user))

    def unanswered(self) -> Self:
        return self.filter(signed_at__isnull=True, declined_at__isnull=True)

    def waiting(self, at: datetime) -> Self:
        return self.unanswered().filter(deadline__gt=at)

    def lapsed(self, at: datetime) -> Self:
        return self.unanswered().filter(deadline__lte=at)

    def to_remind(self, at: datetime) -> Self:
        return self.waiting(at).filter(reminded_at__isnull=True, remind_at__lte=at)

    def to_tell_lapsed(self, at: datetime) -> Self:
        """Their asker does not know yet that time is over."""
        return self.lapsed(at).filter(lapsed_told_at__isnull=True)


class Cosignature(models.Model):
    """Somebody who was asked to sign a form too, and what came of it.

    The form itself was sent, and has its dossier, whatever happens here: nothing of it waits, and nothing is lost.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="cosignatures")
    name = models.CharField(_("name"), max_length=cosign_rules.LONGEST_NAME, help_text="As who filled in gave it.")
    email = models.EmailField(_("e-mail"))
    is_required = models.BooleanField(_("required"), help_text="As the form said when it was sent.")
    asked_at = models.DateTimeField(_("asked at"))
    last_asked_at = models.DateTimeField(_("last asked at"))
    times_asked = models.PositiveSmallIntegerField(default=1)
    deadline = models.DateTimeField(_("until"), help_text="The first moment at which it is too late.")
    remind_at = models.DateTimeField()
    reminded_at = models.DateTimeField(_("reminded at"), null=True)
    lapsed_told_at = models.DateTimeField(null=True, help_text="When the asker was told that time was over.")
    signed_at = models.DateTimeField(_("signed at"), null=True)
    signed_name = models.CharField(_("signed as"), max_length=cosign_rules.LONGEST_NAME, blank=True)
    declaration = models.TextField(blank=True, help_text="The words that were agreed to.")
    declined_at = models.DateTimeField(_("declined at"), null=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = CosignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "email"], name="forms_cosignature_unique"),
            models.CheckConstraint(
                condition=models.Q(signed_at=None) | models.Q(declined_at=None), name="forms_cosignature_one_answer"
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at=None, signed_name="", declaration="")
                | (models.Q(signed_at__isnull=False) & ~models.Q(signed_name="") & ~models.Q(declaration="")),
                name="forms_cosignature_signed_by_name",
            ),
            models.CheckConstraint(
                condition=models.Q(declined_at__isnull=False) | models.Q(reason=""), name="forms_cosignature_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(deadline__gt=models.F("asked_at")), name="forms_cosignature_deadline"
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"],
                condition=models.Q(signed_at=None, declined_at=None),
                name="forms_cosignature_waiting",
            ),
            models.Index(fields=["email", "last_asked_at"], name="forms_cosignature_limit"),
        ]

    def __str__(self) -> str:
        return self.name

    def state_at(self, at: datetime) -> State:
        if self.signed_at:
            return State.SIGNED
        if self.declined_at:
            return State.DECLINED
        return State.WAITING if at < self.deadline else State.LAPSED

    @property
    def state(self) -> State:
        """For pages: how it stands now."""
        return self.state_at(timezone.now())

    @property
    def until(self) -> date:
        """The last day on which can be signed."""
        return cosign_rules.last_day(self.deadline)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()  # 256 random bits: nothing to guess, so nothing to slow down


class CosignLinkQuerySet(models.QuerySet["CosignLink"]):
    def from_token(self, token: str) -> "CosignLink | None":
        """The link behind a token, or None for one that is wrong or was withdrawn."""
        links = self.select_related("cosignature__submission__dossier", "cosignature__submission__contact")
        return links.filter(token_hash=_hash(token)).first()


class CosignLink(models.Model):
    """A link, sent by mail, with which one person signs. Later ones leave earlier ones working, unless the address was
    wrong: then those are removed.

    Only the hash of its token is kept: who reads the database cannot sign for anybody.
    """

    cosignature = models.ForeignKey(Cosignature, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made at"))

    objects = CosignLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to sign")
        verbose_name_plural = _("links to sign")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.cosignature_id} {self.created_at:%d/%m/%Y}"

    @classmethod
    def make(cls, *, cosignature: Cosignature, at: datetime) -> str:
        """The address of a new link in full; after this nobody can know it any more."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(cosignature=cosignature, token_hash=_hash(token), created_at=at)
        return settings.BASE_URL + reverse("forms:cosign", args=[token])
