"""What need not be told any more is not sent."""

from datetime import timedelta

import pytest

from integrations.actions import queue, sweep, withdraw
from integrations.models import Delivery
from tests.town import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def mail(key: str) -> Delivery:
    payload = {"to": ["fatima@example.org"], "subject": "Dag", "text": "Dag", "html": "", "reply_to": ""}
    return queue(connector="mail", kind="test", key=key, payload=payload, not_before=MONDAY, at=MONDAY)


def test_a_message_that_waits_is_not_sent() -> None:
    delivery = mail("one")
    other = mail("two")
    assert withdraw(key="one") is True
    sweep(at=MONDAY + timedelta(minutes=1))
    delivery.refresh_from_db()
    other.refresh_from_db()
    assert (delivery.state, delivery.sent_at, delivery.attempts) == (Delivery.State.EXPIRED, None, 0)
    assert delivery.last_error == "Niet meer nodig."
    assert other.state == Delivery.State.SENT


def test_what_left_or_never_was_cannot_be_withdrawn() -> None:
    delivery = mail("one")
    sweep(at=MONDAY)
    assert withdraw(key="one") is False
    assert withdraw(key="two") is False
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT


def test_what_a_worker_holds_is_left_to_that_worker() -> None:
    delivery = mail("one")
    Delivery.objects.update(
        state=Delivery.State.SENDING, next_try_at=None, lease_until=MONDAY + timedelta(minutes=5), attempts=1
    )
    assert withdraw(key="one") is False
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENDING
