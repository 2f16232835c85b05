import uuid
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.triggers import append_only
from dossiers import satisfaction
from dossiers.milestones import ProcessKind
from dossiers.models.contact import Channel
from dossiers.models.dossier import Dossier
from dossiers.models.event import Event
from dossiers.models.process_type import ProcessType
from dossiers.models.team import Team
from dossiers.survey import CODE_LENGTH, OPEN_DAYS, new_code, printed_code

Row = TypeVar("Row", bound=models.Model)

signer = signing.Signer(sep=".", salt="dossiers.survey")


class AskedBy(models.TextChoices):
    """How somebody was asked."""

    MAIL = "mail", _("E-mail")
    PAPER = "paper", _("Code in the letter")
    SMS = "sms", _("Text message")
    DESK = "desk", _("Screen at the desk")


SENT = (AskedBy.MAIL, AskedBy.SMS)
"""With a message of its own, which can be repeated."""


class OfTeams(models.QuerySet[Row]):
    """Rows with the team of which they are."""

    def visible_to(self, user: User) -> Self:
        """Whose answers this member of staff may see added up; the answer of one person is for nobody."""
        if not user.is_active or not user.has_perm("dossiers.view_survey_results"):
            return self.none()
        if user.has_perm("dossiers.view_all_survey_results"):
            return self
        return self.filter(team__in=user.teams.all())


class SurveyInvitationQuerySet(OfTeams["SurveyInvitation"]):
    def open(self, at: datetime) -> Self:
        return self.filter(answered_at=None, cancelled_at=None, closes_at__gt=at)

    def to_remind(self, at: datetime) -> Self:
        """With the first day as well: who was never reminded would be read again for ever."""
        since = at - timedelta(days=OPEN_DAYS + 2)  # what is older is closed
        return self.open(at).filter(asked_by__in=SENT, reminded_at=None, remind_at__gt=since, remind_at__lte=at)

    def asked(self, *, since: datetime, until: datetime, at: datetime) -> Self:
        """Those asked in this period, as far as that happened by now; what was stopped in time was never asked."""
        return self.filter(
            Q(asked_at__lte=at) | Q(answered_at__isnull=False),
            cancelled_at=None,
            asked_at__gte=since,
            asked_at__lt=until,
        )

    def answers_by(self, *fields: str) -> list[tuple[Any, ...]]:
        """Rows of (fields…, result, speed, treatment, how many): two queries, however many answers there are.

        Who said nothing apart: of those who answered alone, PostgreSQL looks up each answer, and reads no others.
        """
        scores = [f"response__{question}" for question in satisfaction.QUESTIONS]
        silent = self.filter(answered_at__isnull=True).order_by().values_list(*fields)
        answered = self.filter(answered_at__isnull=False).order_by().values_list(*fields, *scores)
        return [
            *((*row[:-1], None, None, None, row[-1]) for row in silent.annotate(number=Count("pk"))),
            *answered.annotate(number=Count("pk")),
        ]

    def from_token(self, token: str) -> "SurveyInvitation | None":
        """What a link in a mail leads to; whether it is still open is another question."""
        try:
            key = uuid.UUID(signer.unsign(token))
        except (signing.BadSignature, ValueError):
            return None
        return self.filter(pk=key).first()


class SurveyInvitation(models.Model):
    """A citizen is asked how satisfied he or she is, once for each time that a dossier comes to its end.

    Keeps what the figures are split by as it was then: the dossier may move to another team later.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="survey_invitations")
    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, related_name="+", help_text="The step that ended the dossier."
    )
    process_type = models.ForeignKey(ProcessType, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ProcessKind.choices)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(
        max_length=10, choices=Channel.choices, blank=True, help_text="Of the first contact of the dossier."
    )
    asked_by = models.CharField(max_length=10, choices=AskedBy.choices)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    asked_at = models.DateTimeField(help_text="When the citizen reads it; a message leaves only the next working day.")
    remind_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(help_text="The first moment at which it is too late.")
    answered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True, help_text="The dossier was not at its end after all.")

    objects = SurveyInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(asked_by__in=AskedBy.values), name="dossiers_survey_asked_by_known"),
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]), name="dossiers_survey_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("asked_at")), name="dossiers_survey_closes_later"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(cancelled_at=None), name="dossiers_survey_answered_or_cancelled"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="dossiers_survey_asked"),
            models.Index(
                fields=["remind_at"],
                condition=Q(reminded_at=None, answered_at=None, cancelled_at=None),
                name="dossiers_survey_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.asked_at:%d/%m/%Y}"

    def is_open(self, at: datetime) -> bool:
        return self.answered_at is None and self.cancelled_at is None and at < self.closes_at

    @property
    def token(self) -> str:
        return signer.sign(self.id.hex)

    def get_absolute_url(self) -> str:
        return reverse("survey", args=[self.token])

    @property
    def address(self) -> str:
        """In full, for mail."""
        return settings.BASE_URL + self.get_absolute_url()

    @property
    def printed_code(self) -> str:
        return printed_code(self.code)


class ContactWish(models.TextChoices):
    """How somebody wants to be contacted about what he or she answered."""

    NO = "", _("No")
    MAIL = "mail", _("Yes, by e-mail")
    PHONE = "phone", _("Yes, by phone")


def score_field(verbose_name: Any) -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(verbose_name, null=True, help_text="1 to 5; empty: not applicable.")


class SurveyResponseQuerySet(models.QuerySet["SurveyResponse"]):
    def remarks(self, *, since: datetime, until: datetime) -> Self:
        """What can have been written by who was asked in this period: until the last link closed, or just before the
        message left. Who asks for the invitations as well has them right; these days keep the archive out of it."""
        month = timedelta(days=OPEN_DAYS + 1)
        return self.exclude(remark="").filter(at__gte=since - month, at__lt=until + month)


@append_only
class SurveyResponse(models.Model):
    """What a citizen answered, once. Its key is random, so that no order betrays who answered when.

    It counts in the figures when two of the three questions were answered (dossiers/satisfaction.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.OneToOneField(SurveyInvitation, on_delete=models.PROTECT, related_name="response")
    result = score_field(_("the result"))
    speed = score_field(_("how fast"))
    treatment = score_field(_("how we treated you"))
    remark = models.TextField(_("remark"), blank=True)
    contact_wish = models.CharField(max_length=10, choices=ContactWish.choices, blank=True)
    at = models.DateTimeField(_("at"))

    objects = SurveyResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to the survey")
        verbose_name_plural = _("answers to the survey")
        default_permissions = ()
        permissions = [
            ("view_survey_results", _("May see how satisfied citizens are with the own teams")),
            ("view_all_survey_results", _("May see how satisfied citizens are with every team")),
            ("view_survey_remarks", _("May read what citizens remark, without names")),
        ]
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{question: None}) | Q(**{f"{question}__gte": 1, f"{question}__lte": 5}),
                    name=f"dossiers_response_{question}_1_to_5",
                )
                for question in satisfaction.QUESTIONS
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=False) | Q(speed__isnull=False) | Q(treatment__isnull=False),
                name="dossiers_response_answers_something",
            ),
            models.CheckConstraint(
                condition=Q(contact_wish__in=ContactWish.values), name="dossiers_response_wish_known"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="dossiers_response_remarks", condition=~Q(remark=""))]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.at:%d/%m/%Y}"

    @property
    def answers(self) -> satisfaction.Answers:
        return (self.result, self.speed, self.treatment)


class CodeTry(models.Model):
    """How often codes that do not exist were typed from one connection in one window. Purged when that is over."""

    subject = models.CharField(max_length=40, help_text="Keyed hash, another one in each window.")
    ends_at = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["subject", "ends_at"], name="dossiers_codetry_unique")]

    def __str__(self) -> str:
        return f"{self.ends_at}: {self.number}"
