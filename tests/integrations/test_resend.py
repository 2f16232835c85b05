from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from core.actors import Actor
from core.models import AccessLog, User
from integrations import actions
from integrations.models import Delivery

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=3)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Actor:
    return Actor.staff(User.objects.create_user("els"))


def failed(expires_at: datetime | None = None) -> Delivery:
    return Delivery.objects.create(
        connector="mail",
        kind="letter",
        key="letter:1",
        payload={"to": ["an@example.org"], "subject": "Uw melding", "text": "Dag An", "html": "", "reply_to": ""},
        state="failed",
        attempts=11,
        last_error="busy",
        created_at=AT,
        expires_at=expires_at,
    )


def test_a_failed_message_gets_all_its_attempts_again(clerk: Actor, mailoutbox: list[EmailMessage]) -> None:
    delivery = actions.resend(failed(), by=clerk, at=LATER)
    assert (delivery.state, delivery.attempts, delivery.next_try_at) == ("queued", 0, LATER)

    actions.sweep(at=LATER)
    assert len(mailoutbox) == 1


def test_who_sent_it_again_is_remembered(clerk: Actor) -> None:
    delivery = actions.resend(failed(), by=clerk, at=LATER)

    entry = AccessLog.objects.get()
    assert (entry.user, entry.action, entry.object_id) == (clerk.user, "resend", str(delivery.pk))


def test_a_message_that_did_not_fail_is_not_sent_again(clerk: Actor) -> None:
    delivery = failed()
    actions.resend(delivery, by=clerk, at=LATER)

    with pytest.raises(actions.NotResendable):
        actions.resend(delivery, by=clerk, at=LATER)


def test_a_message_past_its_use_is_not_sent_again(clerk: Actor) -> None:
    with pytest.raises(actions.NotResendable):
        actions.resend(failed(expires_at=LATER), by=clerk, at=LATER)
