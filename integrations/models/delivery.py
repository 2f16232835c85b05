from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import User
from integrations.backoff import MAX_ATTEMPTS


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> Self:
        """Messages hold personal data of every service, so they are for those who manage the outbox only."""
        return self if user.has_perm("integrations.view_delivery") else self.none()

    def open(self) -> Self:
        return self.filter(state__in=Delivery.OPEN)

    def failed(self) -> Self:
        """What did not reach anybody: refused on the way out, or come back later."""
        return self.filter(state__in=(Delivery.State.FAILED, Delivery.State.RETURNED))

    def past_use(self, at: datetime) -> Self:
        """Open after their last useful moment, and not in the hands of a worker now."""
        return self.open().filter(Q(lease_until=None) | Q(lease_until__lte=at), expires_at__lte=at)

    def exhausted(self, at: datetime) -> Self:
        """Their last attempt never came back: its worker was killed."""
        return self.filter(state=Delivery.State.SENDING, lease_until__lte=at, attempts__gte=MAX_ATTEMPTS)

    def due(self, at: datetime) -> Self:
        """What may be claimed now: its time has come and nothing with the same ordering key goes before it.

        An earlier one that is itself to be sent only later (``not_before``) holds nobody up.
        """
        earlier = (
            Delivery.objects.open()
            .filter(ordering_key=OuterRef("ordering_key"), pk__lt=OuterRef("pk"))
            .exclude(not_before__gt=at)
            .exclude(expires_at__lte=at, state=Delivery.State.QUEUED)
        )
        return self.filter(
            Q(state=Delivery.State.QUEUED, next_try_at__lte=at) | Q(state=Delivery.State.SENDING, lease_until__lte=at),
            Q(expires_at=None) | Q(expires_at__gt=at),
            Q(ordering_key="") | ~Exists(earlier),
            attempts__lt=MAX_ATTEMPTS,
        ).order_by("pk")


class Delivery(models.Model):
    """One message that leaves the building: its content frozen, and how far it got.

    The row is the queue. It is written in the transaction of the change it tells about, so it exists exactly when that
    change does; jobs only speed it up. Its states change in :mod:`integrations.actions` alone.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent, delivery not known")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        RETURNED = "returned", _("came back")
        EXPIRED = "expired", _("expired, not sent")
        SUPERSEDED = "superseded", _("replaced by a newer message, not sent")
        WITHDRAWN = "withdrawn", _("withdrawn, not sent")

    OPEN = (State.QUEUED, State.SENDING)

    kind = models.CharField(_("kind"), max_length=60, help_text=_("What it is about, in the words of who queued it."))
    connector = models.CharField(_("connector"), max_length=40)
    payload = models.JSONField(_("content"))
    key = models.CharField(_("key"), max_length=200, unique=True)
    ordering_key = models.CharField(max_length=200, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    result = models.JSONField(default=dict, blank=True)
    reference = models.CharField(
        max_length=200,
        blank=True,
        db_index=True,
        help_text=_("What the other side calls it: the Message-ID of a mail."),
    )
    created_at = models.DateTimeField(_("queued at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    emptied_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When what it said was forgotten (integrations/erasing.py).")
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        default_permissions = ("view",)
        permissions = [("resend_delivery", _("Can send a failed message again"))]
        indexes = [
            models.Index(
                fields=["next_try_at", "lease_until"],
                condition=Q(state__in=["queued", "sending"]),
                name="integrations_delivery_due",
            ),
            models.Index(
                fields=["ordering_key", "id"],
                condition=Q(state__in=["queued", "sending"]) & ~Q(ordering_key=""),
                name="integrations_delivery_order",
            ),
            models.Index(fields=["created_at", "id"], name="integrations_delivery_newest"),
            models.Index(fields=["state", "created_at", "id"], name="integrations_delivery_state"),
            models.Index(
                fields=["created_at"], condition=Q(emptied_at__isnull=True), name="integrations_delivery_full"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "queued",
                        "sending",
                        "sent",
                        "delivered",
                        "failed",
                        "returned",
                        "expired",
                        "superseded",
                        "withdrawn",
                    ],
                ),
                name="integrations_delivery_known_state",
            ),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(connector=""),
                name="integrations_delivery_has_key",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_until__isnull=True)),
                name="integrations_delivery_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", next_try_at__isnull=False)
                | (~Q(state="queued") & Q(next_try_at__isnull=True)),
                name="integrations_delivery_next_try_while_queued",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "delivered", "returned"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "delivered", "returned"]) & Q(sent_at__isnull=True)),
                name="integrations_delivery_sent_at_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(state="superseded", superseded_by__isnull=False)
                | (~Q(state="superseded") & Q(superseded_by__isnull=True)),
                name="integrations_delivery_superseded_by",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(not_before__isnull=True) | Q(expires_at__gt=F("not_before")),
                name="integrations_delivery_window",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True) | ~Q(state__in=["queued", "sending"]) & Q(last_error=""),
                name="integrations_delivery_emptied_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("integrations:delivery", args=[self.pk])

    @property
    def state_label(self) -> str:
        """How far it got, in a clerk's words; "delivered" only where the connector reports it."""
        if self.state == self.State.QUEUED and self.next_try_at and self.attempts:
            return gettext("waiting for the next attempt at %(when)s") % {"when": _moment(self.next_try_at)}
        if self.state == self.State.QUEUED and self.not_before:
            return gettext("will be sent from %(when)s") % {"when": _moment(self.not_before)}
        if self.state == self.State.FAILED and self.last_error:
            return gettext("failed: %(reason)s") % {"reason": self.last_error}
        if self.state == self.State.RETURNED and self.last_error:
            return gettext("came back: %(reason)s") % {"reason": self.last_error}
        if self.state == self.State.SENT:
            from integrations import connectors  # the roads know this model

            road = connectors.registry.get(self.connector)
            if road is not None and (words := road.progress(self.result)):
                return words
        return str(self.State(self.state).label)


def _moment(when: datetime) -> str:
    return date_format(timezone.localtime(when), "j F Y H:i")


class Heartbeat(models.Model):
    """When a recurring job last came to its end; ``integrations.health`` reads it."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
