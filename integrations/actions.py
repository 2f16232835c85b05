"""The outbox: queue a message in the transaction of the change it tells about, then get it out of the building.

Any number of workers may run. A delivery is claimed by compare-and-set, and each attempt is counted before it is made,
so one that kills its worker is counted too. At least once, recognisably: a worker that dies after sending leaves no
word of it, so the message goes out again, under the same key.
"""

import logging
import random
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.actors import Actor
from core.models import AccessLog
from integrations import connectors, health
from integrations.backoff import pause_after
from integrations.connectors.base import PermanentFailure, TemporaryFailure
from integrations.models import Delivery, PrintJob, WebhookEndpoint

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # well above the longest a job may run (Q_CLUSTER timeout)
SWEEP_SECONDS = 120  # well below it
BATCH = 100


class NotResendable(Exception):
    """Only a failed delivery can be sent again, and only before it expires."""


def queue(
    *,
    connector: str,
    kind: str,
    key: str,
    payload: dict[str, Any],
    ordering_key: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    supersedes: Delivery | None = None,
    at: datetime,
) -> Delivery:
    """Write down what must be sent, in the caller's transaction. The same ``key`` is the same message: queued once.

    Deliveries with one ``ordering_key`` leave in the order in which they were queued. ``supersedes`` is withdrawn when
    no worker has taken it yet.
    """
    if connector not in connectors.registry:
        raise ValueError(f"There is no connector named {connector!r}.")
    with transaction.atomic():
        delivery, created = Delivery.objects.get_or_create(
            key=key,
            defaults={
                "connector": connector,
                "kind": kind,
                "payload": payload,
                "ordering_key": ordering_key,
                "not_before": not_before,
                "expires_at": expires_at,
                "next_try_at": not_before or at,
                "created_at": at,
            },
        )
        if created:
            if supersedes is not None:
                Delivery.objects.filter(pk=supersedes.pk, state=Delivery.State.QUEUED).update(
                    state=Delivery.State.SUPERSEDED, superseded_by=delivery, next_try_at=None
                )
            if not_before is None or not_before <= at:
                nudge(delivery)
    return delivery


def queue_mail(
    *,
    kind: str,
    key: str,
    to: list[str],
    subject: str,
    template: str,
    context: dict[str, Any],
    reply_to: str = "",
    expires_at: datetime | None = None,
    at: datetime,
) -> Delivery:
    """A mail of plain text from a template, as ``queue`` does it."""
    payload = {
        "to": to,
        "subject": subject,
        "text": render_to_string(template, context),
        "html": "",
        "reply_to": reply_to,
    }
    return queue(connector="mail", kind=kind, key=key, payload=payload, expires_at=expires_at, at=at)


def announce(*, kind: str, data: dict[str, Any], key: str, at: datetime) -> list[Delivery]:
    """Tell every other system that wants to know: one delivery for each. ``data`` holds ids and words of ours only.

    The same ``key`` is the same event, told once to each.
    """
    event = {"id": key, "kind": kind, "at": at.isoformat(), "data": data}
    return [
        queue(
            connector="webhook",
            kind=kind,
            key=f"webhook-{endpoint.pk}-{key}",
            payload={"endpoint": endpoint.pk, "name": endpoint.name, "event": event},
            ordering_key=f"webhook-{endpoint.pk}",
            at=at,
        )
        for endpoint in WebhookEndpoint.objects.filter(enabled=True)
        if endpoint.wants(kind)
    ]


def nudge(delivery: Delivery) -> None:
    """Have a worker look at it as soon as the change is committed. Should that fail: the sweep comes every minute."""

    def enqueue() -> None:  # a partial has no name, and Django's report of a robust failure asks for one
        async_task("integrations.tasks.deliver", delivery.pk)

    transaction.on_commit(enqueue, robust=True)


def deliver(delivery_id: int, *, at: datetime) -> Delivery | None:
    """One attempt at a delivery that is due, or nothing when it is not (or is in another worker's hands)."""
    delivery = _claim(delivery_id, at)
    if delivery is None:
        return None
    try:
        result = connectors.registry[delivery.connector].deliver(delivery.payload, delivery.key)
    except PermanentFailure as failure:
        _fail(delivery, str(failure))
    except TemporaryFailure as failure:
        _postpone(delivery, str(failure), at)
    except Exception as error:
        # A bug in a connector must not lose a message nor hold up the others; the row and the log both show it.
        logger.exception("Delivery %s failed in an unexpected way", delivery.pk)
        _postpone(delivery, f"{type(error).__name__}: {error}", at)
    else:
        # Without a look at the lease: that it left is a fact, whoever holds it by now.
        Delivery.objects.filter(pk=delivery.pk).update(
            state=Delivery.State.DELIVERED if result.delivered else Delivery.State.SENT,
            sent_at=at,
            lease_until=None,
            next_try_at=None,
            last_error="",
            reference=result.reference,
            result={"reference": result.reference},
        )
    delivery.refresh_from_db()
    if delivery.ordering_key and delivery.state not in Delivery.OPEN:
        following = Delivery.objects.due(at).filter(ordering_key=delivery.ordering_key).first()
        if following is not None:
            nudge(following)
    return delivery


def sweep(*, at: datetime) -> int:
    """Attempt everything that is due, in order, and give up what is past helping; return the number of attempts.

    Stops after a while and leaves the rest to the next minute, long before its job would be killed.
    """
    started = time.monotonic()
    attempts = 0
    Delivery.objects.past_use(at).update(state=Delivery.State.EXPIRED, lease_until=None, next_try_at=None)
    Delivery.objects.exhausted(at).update(
        state=Delivery.State.FAILED, lease_until=None, last_error=_("The last attempt was interrupted.")
    )
    now = at
    while due := list(Delivery.objects.due(now).values_list("pk", flat=True)[:BATCH]):
        for pk in due:
            attempts += deliver(pk, at=now) is not None
            elapsed = time.monotonic() - started
            now = at + timedelta(seconds=elapsed)
            if elapsed > SWEEP_SECONDS:
                break
        else:
            continue
        break
    health.record_sweep(now)
    return attempts


@transaction.atomic
def withdraw(delivery: Delivery, *, at: datetime) -> bool:
    """Keep it from leaving, when no worker has taken it yet; returns whether that came in time.

    A letter on paper can be withdrawn as long as it is in no batch.
    """
    mine = Delivery.objects.filter(pk=delivery.pk)
    if mine.filter(state=Delivery.State.QUEUED).update(state=Delivery.State.WITHDRAWN, next_try_at=None):
        return True
    waiting = PrintJob.objects.filter(key=delivery.key, batch=None)
    if delivery.connector == "print" and waiting.delete()[0]:
        mine.update(state=Delivery.State.WITHDRAWN, sent_at=None)
        return True
    return False


def resend(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """Give a failed or returned delivery all its attempts again, under the same key. Raises NotResendable."""
    with transaction.atomic():
        revived = (
            Delivery.objects.failed()
            .filter(pk=delivery.pk)
            .exclude(expires_at__lte=at)
            .filter(emptied_at=None)
            .update(state=Delivery.State.QUEUED, attempts=0, next_try_at=at, sent_at=None)
        )
        if not revived:
            raise NotResendable
        if by.user is not None:
            AccessLog.objects.record(user=by.user, action="resend", obj=delivery, at=at)
        delivery.refresh_from_db()
        nudge(delivery)
    return delivery


def _claim(delivery_id: int, at: datetime) -> Delivery | None:
    """Take it in hand, count the attempt, and let every other worker see so before anything is sent.

    The lease lasts at least as long as the pause after a failed attempt would: a crash is one.
    """
    with transaction.atomic(durable=True):
        seen = Delivery.objects.due(at).filter(pk=delivery_id).first()
        if seen is None:
            return None
        attempt = seen.attempts + 1
        claimed = Delivery.objects.filter(pk=seen.pk, state=seen.state, attempts=seen.attempts).update(
            state=Delivery.State.SENDING,
            attempts=attempt,
            lease_until=at + max(LEASE, _pause(attempt) or LEASE),
            next_try_at=None,
            last_error="",
        )
    if not claimed:
        return None
    seen.attempts = attempt
    return seen


def _postpone(delivery: Delivery, reason: str, at: datetime) -> None:
    pause = _pause(delivery.attempts)
    if pause is None:
        _fail(delivery, reason)
    else:
        _release(delivery, state=Delivery.State.QUEUED, next_try_at=at + pause, last_error=reason)


def _fail(delivery: Delivery, reason: str) -> None:
    _release(delivery, state=Delivery.State.FAILED, last_error=reason)


def _release(delivery: Delivery, **changes: Any) -> None:
    """Write the outcome of our attempt, unless our lease ran out and another worker took over."""
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, attempts=delivery.attempts).update(
        lease_until=None, **changes
    )


def _pause(attempt: int) -> timedelta | None:
    return pause_after(attempt, random.random())  # noqa: S311  jitter, not a secret
