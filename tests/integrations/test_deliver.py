from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection, transaction

from integrations import actions
from integrations.backoff import MAX_ATTEMPTS, PAUSES
from integrations.connectors.base import Payload, PermanentFailure, Result, TemporaryFailure
from integrations.connectors.mail import MailConnector
from integrations.models import Delivery

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

real_deliver = MailConnector.deliver


class PowerCut(BaseException):
    """What a killed worker looks like from the inside: nothing after it runs."""


@pytest.fixture
def delivery(db: None) -> Delivery:
    return queue()


def queue(key: str = "confirmation:1", **changes: Any) -> Delivery:
    payload = {"to": ["an@example.org"], "subject": "Uw melding", "text": "Dag An", "html": "", "reply_to": ""}
    return actions.queue(
        **{"connector": "mail", "kind": "confirmation", "key": key, "payload": payload, "at": AT} | changes
    )


def broken(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> None:
    def deliver(self: MailConnector, payload: Payload, key: str) -> Result:
        raise failure

    monkeypatch.setattr(MailConnector, "deliver", deliver)


def test_a_message_leaves_once(delivery: Delivery, mailoutbox: list[EmailMessage]) -> None:
    actions.deliver(delivery.pk, at=AT)
    assert actions.deliver(delivery.pk, at=AT + timedelta(days=1)) is None

    delivery.refresh_from_db()
    assert [message.to for message in mailoutbox] == [["an@example.org"]]
    assert (delivery.state, delivery.attempts, delivery.sent_at) == ("sent", 1, AT)
    assert delivery.result == {"reference": mailoutbox[0].extra_headers["Message-ID"]}


def test_delivered_is_said_only_when_it_is_reported(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MailConnector, "deliver", lambda self, payload, key: Result(True, "receipt 7"))
    actions.deliver(delivery.pk, at=AT)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.result) == ("delivered", {"reference": "receipt 7"})


def test_a_message_for_later_does_not_leave_before(db: None, mailoutbox: list[EmailMessage]) -> None:
    delivery = queue(not_before=AT + timedelta(hours=1))

    assert actions.deliver(delivery.pk, at=AT + timedelta(minutes=59)) is None
    assert actions.deliver(delivery.pk, at=AT + timedelta(hours=1)) is not None
    assert len(mailoutbox) == 1


def test_an_expired_message_is_never_sent(db: None, mailoutbox: list[EmailMessage]) -> None:
    delivery = queue(expires_at=AT + timedelta(hours=1))

    assert actions.deliver(delivery.pk, at=AT + timedelta(hours=1)) is None
    assert mailoutbox == []


def test_a_temporary_failure_is_tried_again_later(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, TemporaryFailure("the line is busy"))
    actions.deliver(delivery.pk, at=AT)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("queued", 1, "the line is busy")
    assert delivery.next_try_at is not None
    assert PAUSES[0] <= delivery.next_try_at - AT < PAUSES[1]


def test_a_temporary_failure_that_lasts_ends_after_two_days_where_all_can_see(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, TemporaryFailure("the line is busy"))
    at = AT
    for _attempt in range(MAX_ATTEMPTS):
        actions.deliver(delivery.pk, at=at)
        delivery.refresh_from_db()
        at = delivery.next_try_at or at

    assert (delivery.state, delivery.attempts, delivery.last_error) == ("failed", MAX_ATTEMPTS, "the line is busy")
    assert at - AT >= timedelta(hours=48)


def test_a_permanent_failure_is_not_tried_again(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, PermanentFailure("no such mailbox"))
    actions.deliver(delivery.pk, at=AT)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("failed", "no such mailbox")


def test_a_bug_in_a_connector_is_logged_and_tried_again(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken(monkeypatch, KeyError("subject"))
    actions.deliver(delivery.pk, at=AT)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("queued", "KeyError: 'subject'")
    assert f"Delivery {delivery.pk} failed in an unexpected way" in caplog.text


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_before_sending_leaves_it_to_another_after_the_lease(
    monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
) -> None:
    delivery = queue()
    broken(monkeypatch, PowerCut())
    with pytest.raises(PowerCut):
        actions.deliver(delivery.pk, at=AT)
    monkeypatch.undo()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sending", 1)
    assert delivery.lease_until is not None
    assert actions.deliver(delivery.pk, at=delivery.lease_until - timedelta(seconds=1)) is None
    actions.deliver(delivery.pk, at=delivery.lease_until)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    assert len(mailoutbox) == 1


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_sending_causes_a_recognisable_second_copy(
    monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
) -> None:
    delivery = queue()

    def send_and_die(self: MailConnector, payload: Payload, key: str) -> Result:
        real_deliver(self, payload, key)
        raise PowerCut

    monkeypatch.setattr(MailConnector, "deliver", send_and_die)
    with pytest.raises(PowerCut):
        actions.deliver(delivery.pk, at=AT)
    monkeypatch.undo()
    actions.deliver(delivery.pk, at=AT + actions.LEASE)

    first, second = mailoutbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_send_it_once(mailoutbox: list[EmailMessage]) -> None:
    deliveries = [queue(f"confirmation:{number}") for number in range(10)]
    start = Barrier(8)

    def worker(_number: int) -> int:
        start.wait()
        try:
            return sum(actions.deliver(delivery.pk, at=AT) is not None for delivery in deliveries)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        attempts = sum(pool.map(worker, range(8)))

    assert attempts == len(mailoutbox) == 10
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_worker_that_took_too_long_does_not_undo_what_another_did(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(self: MailConnector, payload: Payload, key: str) -> Result:
        monkeypatch.setattr(MailConnector, "deliver", real_deliver)
        actions.deliver(delivery.pk, at=AT + actions.LEASE)
        raise TemporaryFailure("timed out")

    monkeypatch.setattr(MailConnector, "deliver", overtaken)
    actions.deliver(delivery.pk, at=AT)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)


@pytest.mark.django_db(transaction=True)
def test_sending_inside_a_transaction_is_refused(mailoutbox: list[EmailMessage]) -> None:
    """A claim that is not committed is invisible to the other workers, and a rollback would forget the attempt."""
    delivery = queue()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        actions.deliver(delivery.pk, at=AT)
    assert mailoutbox == []
