"""What a clerk keeps while somebody is on the phone or at the desk, until it is a contact."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers.models.contact import Channel, Contact
from dossiers.models.team import Team


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> "ConversationQuerySet":
        """The own ones, and who waits. What a colleague is writing down is no one else's business yet."""
        if not user.is_active or not user.has_perm("dossiers.add_contact"):
            return self.none()
        return self.filter(Q(user=user) | Q(user=None))

    def open(self) -> "ConversationQuerySet":
        return self.filter(finished_at__isnull=True)

    def waiting(self) -> "ConversationQuerySet":
        """Whoever sits in the waiting room; who came first is first."""
        return self.open().filter(user=None).order_by("waiting_since", "pk")

    def of(self, user: User) -> "ConversationQuerySet":
        """What this person is busy with, in the order in which it began."""
        return self.open().filter(user=user).order_by("started_at", "pk")

    def left_to(self, user: User, *, now: datetime) -> "ConversationQuerySet":
        """What colleagues began on an earlier day and did not finish; of the own teams, or of all for who sees all.

        Then somebody else must be able to finish it: who wrote it down may be ill. A mail that somebody began with
        still stands among those to be linked, for whoever takes it.
        """
        today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        left = self.open().filter(started_at__lt=today, mail=None).exclude(user=None).exclude(user=user)
        if not user.is_active or not user.has_perm("dossiers.add_contact"):
            return self.none()
        if not user.has_perm("dossiers.view_all_dossiers"):
            left = left.filter(user__in=User.objects.filter(teams__members=user))
        return left.order_by("started_at", "pk")


class Conversation(models.Model):
    """A contact that is going on. Every word is kept here, so that a browser that stops loses nothing.

    Without a ``user`` somebody waits in the waiting room. It ends as a Contact, in one transaction, or is thrown away;
    then nothing of what was written stays here.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("with"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.PHONE)
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    waiting_since = models.DateTimeField(_("waits since"), null=True, blank=True)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("waits for")
    )
    party = models.ForeignKey(
        "parties.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    organisation = models.ForeignKey(
        "parties.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    given_name = models.CharField(_("name"), max_length=200, blank=True)
    given_email = models.EmailField(_("e-mail address"), blank=True)
    given_phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_anonymous = models.BooleanField(_("without a name"), default=False)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("what was said"), max_length=8000, blank=True)
    answer = models.TextField(_("what you answered"), max_length=4000, blank=True)
    mail = models.OneToOneField(
        "integrations.IncomingMail",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The e-mail that is being handled."),
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["user", "started_at"], name="dossiers_conversation_open", condition=Q(finished_at=None)
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="dossiers_conversation_channel_known"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(waiting_since__isnull=False),
                name="dossiers_conversation_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(party__isnull=True, organisation__isnull=True),
                name="dossiers_conversation_anonymous_is_nobody",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True)
                | Q(
                    party__isnull=True,
                    organisation__isnull=True,
                    given_name="",
                    given_email="",
                    given_phone="",
                    subject="",
                    body="",
                    answer="",
                ),
                name="dossiers_conversation_finished_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.who or self.subject or str(_("Without a name yet"))

    @property
    def who(self) -> str:
        """The name to call it by, as far as anybody knows."""
        if self.party:
            return self.party.name
        return self.given_name or (self.organisation.name if self.organisation else "")

    def minutes_waiting(self, now: datetime) -> int:
        return int((now - (self.waiting_since or now)).total_seconds() // 60)

    def emptied(self) -> dict[str, Any]:
        """What a finished conversation keeps of what was written, and what one has in which nothing was: nothing."""
        words = dict.fromkeys(["given_name", "given_email", "given_phone", "subject", "body", "answer"], "")
        return words | {"party": None, "organisation": None}


class StandardQuestion(models.Model):
    """A question that is asked ten times a day: one press writes it down and closes it."""

    subject = models.CharField(_("question"), max_length=100, unique=True)
    answer = models.TextField(
        _("what we answer"), blank=True, help_text=_("To read aloud. It is kept with the contact.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("standard question")
        verbose_name_plural = _("standard questions")
        ordering = ["order", "subject"]

    def __str__(self) -> str:
        return self.subject
