from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django_q.models import OrmQ, Schedule

from core import schedules
from integrations import actions
from integrations.models import Delivery

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAYLOAD = {"to": ["an@example.org"], "subject": "Uw melding", "text": "Dag An", "html": "", "reply_to": ""}


def queue(key: str = "confirmation:1", **changes: Any) -> Delivery:
    return actions.queue(
        **{"connector": "mail", "kind": "confirmation", "key": key, "payload": PAYLOAD, "at": AT} | changes
    )


@pytest.mark.django_db
def test_a_message_is_written_down_as_it_will_leave() -> None:
    delivery = queue(ordering_key="MEL-2026-000001")

    delivery.refresh_from_db()
    assert delivery.payload == PAYLOAD
    assert (delivery.state, delivery.attempts, delivery.next_try_at) == ("queued", 0, AT)


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_the_way_of_the_change_it_tells_about() -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)  # the change failed

    assert not Delivery.objects.exists()
    assert not OrmQ.objects.exists()


@pytest.mark.django_db
def test_the_same_key_is_the_same_message() -> None:
    first = queue()
    second = queue(payload=PAYLOAD | {"text": "Something else"})

    assert second == first
    assert second.payload == PAYLOAD
    assert Delivery.objects.count() == 1


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_queue_one_message() -> None:
    start = Barrier(8)

    def one_client(_number: int) -> int:
        start.wait()
        try:
            with transaction.atomic():
                return queue().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(one_client, range(8)))

    assert keys == {Delivery.objects.get().pk}


@pytest.mark.django_db
def test_an_unknown_connector_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no connector named 'pigeon'"):
        queue(connector="pigeon")


@pytest.mark.django_db
def test_a_newer_message_replaces_one_that_did_not_leave_yet() -> None:
    older = queue("reminder:1", not_before=AT + timedelta(days=1))
    newer = queue("reminder:2", not_before=AT + timedelta(days=3), supersedes=older)

    older.refresh_from_db()
    assert (older.state, older.superseded_by) == ("superseded", newer)
    assert newer.state == "queued"


@pytest.mark.django_db
def test_what_has_left_cannot_be_replaced_any_more() -> None:
    older = queue("reminder:1")
    actions.deliver(older.pk, at=AT)
    queue("reminder:2", supersedes=older)

    older.refresh_from_db()
    assert (older.state, older.superseded_by) == ("sent", None)


@pytest.mark.django_db
def test_a_worker_is_nudged_after_the_commit(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        delivery = queue()
        assert not OrmQ.objects.exists()

    job = OrmQ.objects.get()
    assert (job.func(), job.task["args"]) == ("integrations.tasks.deliver", (delivery.pk,))


@pytest.mark.django_db
def test_nobody_is_nudged_about_a_message_for_later(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        queue(not_before=AT + timedelta(hours=1))

    assert callbacks == []


@pytest.mark.django_db
def test_a_job_queue_that_fails_loses_nothing(
    django_capture_on_commit_callbacks: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    def out_of_order(*args: Any) -> None:
        raise ConnectionError("no job queue")

    monkeypatch.setattr(actions, "async_task", out_of_order)
    with django_capture_on_commit_callbacks(execute=True):
        queue()

    actions.sweep(at=AT)
    assert len(mailoutbox) == 1


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "state = 'lost'",
        "state = 'sending'",
        "state = 'sent'",
        "state = 'superseded', next_try_at = NULL",
        "next_try_at = NULL",
        "key = ''",
        "expires_at = '2026-11-01 00:00:00', not_before = '2026-11-02 00:00:00'",
    ],
)
def test_the_database_refuses_a_state_that_contradicts_itself(change: str) -> None:
    delivery = queue()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE integrations_delivery SET {change} WHERE id = {delivery.pk}")


@pytest.mark.django_db
def test_migrating_again_keeps_one_schedule() -> None:
    schedules.install("default")
    schedules.install("default")

    schedule = Schedule.objects.get(name="outbox sweep")
    assert (schedule.func, schedule.minutes, schedule.repeats) == ("integrations.tasks.sweep", 1, -1)
