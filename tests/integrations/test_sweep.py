from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django_q.models import OrmQ

from integrations import actions, health
from integrations.backoff import MAX_ATTEMPTS
from integrations.connectors.base import Payload, PermanentFailure, Result, TemporaryFailure
from integrations.connectors.mail import MailConnector
from integrations.models import Delivery

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db
real_deliver = MailConnector.deliver


def queue(subject: str, **changes: Any) -> Delivery:
    payload = {"to": ["an@example.org"], "subject": subject, "text": "Dag An", "html": "", "reply_to": ""}
    return actions.queue(
        **{"connector": "mail", "kind": "letter", "key": subject, "payload": payload, "at": AT} | changes
    )


def subjects(messages: list[EmailMessage]) -> list[str]:
    return [message.subject for message in messages]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Exception]], None]:
    def refuse(failures: dict[str, Exception]) -> None:
        def deliver(self: MailConnector, payload: Payload, key: str) -> Result:
            if key in failures:
                raise failures[key]
            return real_deliver(self, payload, key)

        monkeypatch.setattr(MailConnector, "deliver", deliver)

    return refuse


def test_everything_due_leaves_in_the_order_in_which_it_was_queued(mailoutbox: list[EmailMessage]) -> None:
    queue("first", ordering_key="MEL-1")
    queue("second", ordering_key="MEL-1")
    queue("other")
    queue("later", not_before=AT + timedelta(hours=1))
    queue("third", ordering_key="MEL-1")

    assert actions.sweep(at=AT) == 4
    assert sorted(subjects(mailoutbox)) == ["first", "other", "second", "third"]
    assert [subject for subject in subjects(mailoutbox) if subject != "other"] == ["first", "second", "third"]


def test_a_letter_waits_for_the_one_before_it(
    mailoutbox: list[EmailMessage], refuse: Callable[[dict[str, Exception]], None]
) -> None:
    queue("first", ordering_key="MEL-1")
    queue("second", ordering_key="MEL-1")
    queue("another dossier", ordering_key="MEL-2")
    refuse({"first": TemporaryFailure("busy")})
    actions.sweep(at=AT)
    assert subjects(mailoutbox) == ["another dossier"]

    refuse({})
    actions.sweep(at=AT + timedelta(minutes=2))
    assert subjects(mailoutbox) == ["another dossier", "first", "second"]


def test_a_letter_does_not_wait_for_one_that_failed_for_good(
    mailoutbox: list[EmailMessage], refuse: Callable[[dict[str, Exception]], None]
) -> None:
    queue("first", ordering_key="MEL-1")
    queue("second", ordering_key="MEL-1")
    refuse({"first": PermanentFailure("no such mailbox")})
    actions.sweep(at=AT)

    assert subjects(mailoutbox) == ["second"]


def test_a_letter_does_not_wait_for_one_that_expired_nor_for_one_meant_for_later(
    mailoutbox: list[EmailMessage],
) -> None:
    queue("too old", ordering_key="MEL-1", expires_at=AT + timedelta(minutes=1))
    queue("for next week", ordering_key="MEL-1", not_before=AT + timedelta(days=7))
    queue("now", ordering_key="MEL-1")
    actions.sweep(at=AT + timedelta(minutes=1))

    assert subjects(mailoutbox) == ["now"]
    assert Delivery.objects.get(key="too old").state == "expired"


def test_the_next_letter_of_a_dossier_is_nudged_when_the_one_before_it_left(
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    first = queue("first", ordering_key="MEL-1")
    second = queue("second", ordering_key="MEL-1")
    with django_capture_on_commit_callbacks(execute=True):
        actions.deliver(first.pk, at=AT)

    assert OrmQ.objects.get().task["args"] == (second.pk,)


def test_an_interrupted_last_attempt_ends_as_failed() -> None:
    delivery = queue("unlucky")
    Delivery.objects.filter(pk=delivery.pk).update(
        state="sending", attempts=MAX_ATTEMPTS, lease_until=AT, next_try_at=None
    )

    assert actions.sweep(at=AT) == 0
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert delivery.last_error


def test_one_that_goes_wrong_does_not_hold_up_the_others(
    mailoutbox: list[EmailMessage], refuse: Callable[[dict[str, Exception]], None]
) -> None:
    queue("bad")
    queue("good")
    refuse({"bad": KeyError("oops")})

    assert actions.sweep(at=AT) == 2
    assert subjects(mailoutbox) == ["good"]


def test_a_long_sweep_stops_in_time_and_the_next_one_goes_on(
    mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        queue(f"letter {number}")
    monkeypatch.setattr(actions, "SWEEP_SECONDS", -1)
    assert actions.sweep(at=AT) == 1

    monkeypatch.undo()
    assert actions.sweep(at=AT) == 2
    assert len(mailoutbox) == 3


def test_more_than_one_batch_leaves_in_one_sweep(
    mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    for number in range(5):
        queue(f"letter {number}")

    assert actions.sweep(at=AT) == len(mailoutbox) == 5


def test_a_sweep_leaves_its_heart_beat() -> None:
    assert health.last_sweep_at() is None

    actions.sweep(at=AT)
    beat = health.last_sweep_at()
    assert beat is not None
    assert AT <= beat < AT + timedelta(seconds=10)


def test_only_what_nobody_picks_up_is_a_sign_of_standing_still() -> None:
    queue("letter")
    queue("later", not_before=AT + timedelta(hours=1))
    assert not health.is_stalled(AT + timedelta(minutes=4))
    assert health.is_stalled(AT + timedelta(minutes=5))

    actions.sweep(at=AT + timedelta(minutes=5))
    assert not health.is_stalled(AT + timedelta(minutes=10))
