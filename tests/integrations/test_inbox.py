"""A real mailbox (Dovecot) is read: stored first, then marked, then handled, each once, whenever we are killed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from integrations.inbox import actions
from integrations.inbox.actions import handle, poll, poll_mailbox, store
from integrations.inbox.handlers import registry
from integrations.inbox.reading import Mail, Report
from integrations.models import Delivery, IncomingMail, Mailbox
from tests import town
from tests.integrations.mails import ORIGINAL, bounce, reply
from tests.mail_server import PASSWORD, MailServer, dovecot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

AT = town.MONDAY


class Listener:
    """An upper floor that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.takes = True

    def on_bounce(self, delivery: Delivery, report: Report, at: object) -> None:
        self.heard.append(("bounce", delivery.key))

    def on_arrival(self, delivery: Delivery, at: object) -> None:
        self.heard.append(("arrival", delivery.key))

    def on_reply(self, delivery: Delivery | None, mail: Mail, incoming: IncomingMail, at: object) -> bool:
        self.heard.append(("reply", delivery and delivery.key))
        return self.takes


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    listener = Listener()
    monkeypatch.setattr(registry, "_members", {"test": listener})
    return listener


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with dovecot() as running:
        yield running


@pytest.fixture
def mailbox(server: MailServer, request: pytest.FixtureRequest) -> Mailbox:
    """Each test has a mailbox of its own."""
    server.user = f"box{abs(hash(request.node.name))}"
    return Mailbox.objects.create(
        name="Loket",
        address="loket@mortsel.example",
        host="127.0.0.1",
        port=server.port,
        security="none",
        user=server.user,
        secret=PASSWORD,
    )


def delivery(**changes: Any) -> Delivery:
    fields = {
        "connector": "mail",
        "kind": "dossier",
        "key": "letter:1",
        "payload": {"to": ["fatima@example.org"], "subject": "Uw melding", "text": "Dag"},
        "state": "sent",
        "sent_at": AT,
        "created_at": AT,
        "reference": ORIGINAL,
    }
    return Delivery.objects.create(**fields | changes)


def states() -> list[str]:
    return list(IncomingMail.objects.order_by("pk").values_list("state", flat=True))


def test_an_answer_is_stored_marked_as_read_and_handed_over(
    server: MailServer, mailbox: Mailbox, listener: Listener
) -> None:
    delivery()
    raw = reply(text="Met é en €.")
    server.put(raw)
    assert poll(at=AT) == 1
    incoming = IncomingMail.objects.get()
    assert incoming.raw.read() == raw.replace(b"\n", b"\r\n")  # byte for byte what was sent
    assert (incoming.sender, incoming.subject, incoming.mailbox) == ("fatima@example.org", "Re: Uw melding", mailbox)
    assert (incoming.state, incoming.delivery.key) == ("reply", "letter:1")
    assert listener.heard == [("reply", "letter:1")]
    assert (server.unread(), server.count()) == (0, 1)
    assert poll(at=AT) == 0
    assert len(listener.heard) == 1
    mailbox.refresh_from_db()
    assert (mailbox.checked_at, mailbox.failing_since) == (AT, None)


def test_what_was_read_can_be_moved_to_a_folder(server: MailServer, mailbox: Mailbox, listener: Listener) -> None:
    Mailbox.objects.update(done_folder="Verwerkt")
    server.put(reply(), reply(Message_ID="<reply-2@example.org>"))
    poll(at=AT)
    assert (server.count(), server.count("Verwerkt")) == (0, 2)
    assert len(listener.heard) == 2


def test_killed_before_the_mail_server_heard_of_it_it_is_stored_once(
    server: MailServer, mailbox: Mailbox, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As kill -9: nothing catches it."""

    def die(*args: object) -> None:
        raise Killed

    server.put(reply())
    with monkeypatch.context() as patch:
        patch.setattr(actions.fetching.Connection, "done", die)
        with pytest.raises(Killed):
            poll_mailbox(mailbox=mailbox, at=AT)
    assert (server.unread(), states()) == (1, ["new"])
    poll(at=AT)
    assert (server.unread(), states(), len(listener.heard)) == (0, ["reply"], 1)


def test_killed_before_it_was_stored_it_comes_again(
    server: MailServer, mailbox: Mailbox, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: object, **kwargs: object) -> None:
        raise SystemExit

    server.put(reply())
    with monkeypatch.context() as patch:
        patch.setattr(actions, "store", die)
        with pytest.raises(SystemExit):
            poll_mailbox(mailbox=mailbox, at=AT)
    assert (server.unread(), states()) == (1, [])
    poll(at=AT)
    assert states() == ["reply"]


def test_two_workers_at_once_hand_it_over_once(server: MailServer, mailbox: Mailbox, listener: Listener) -> None:
    server.put(*(reply(Message_ID=f"<reply-{number}@example.org>") for number in range(6)))
    barrier = Barrier(3)

    def work(_number: int) -> None:
        try:
            barrier.wait()
            poll(at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    poll(at=AT)
    assert len(listener.heard) == 6
    assert states() == ["reply"] * 6


def test_a_message_that_came_back_is_told_once(listener: Listener) -> None:
    sent = delivery()
    for raw in (bounce(), bounce(status="5.0.0")):  # two servers report it
        store(raw, mailbox=None, at=AT)
    poll(at=AT)
    sent.refresh_from_db()
    assert (sent.state, listener.heard) == ("returned", [("bounce", "letter:1")])
    assert "no such user" in sent.state_label
    assert states() == ["bounce", "bounce"]
    assert Delivery.objects.failed().get() == sent


def test_a_delay_is_no_failure_and_an_arrival_is_told(listener: Listener) -> None:
    sent = delivery()
    store(bounce(action="delayed", status="4.4.1"), mailbox=None, at=AT)
    poll(at=AT)
    sent.refresh_from_db()
    assert (sent.state, listener.heard) == ("sent", [])
    store(bounce(action="delivered", status="2.0.0"), mailbox=None, at=AT)
    poll(at=AT)
    sent.refresh_from_db()
    assert (sent.state, listener.heard) == ("delivered", [("arrival", "letter:1")])
    assert states() == ["report", "report"]


def test_an_automatic_answer_is_kept_and_told_to_nobody(listener: Listener) -> None:
    delivery()
    store(reply(Auto_Submitted="auto-replied"), mailbox=None, at=AT)
    poll(at=AT)
    assert (states(), listener.heard) == (["automatic"], [])


def test_our_own_message_that_comes_along_is_told_to_nobody(listener: Listener) -> None:
    delivery()
    store(reply("", Message_ID=ORIGINAL), mailbox=None, at=AT)
    poll(at=AT)
    assert (states(), listener.heard) == (["copy"], [])


def test_what_nobody_takes_waits_for_a_person(listener: Listener) -> None:
    listener.takes = False
    store(reply("<unknown@example.org>"), mailbox=None, at=AT)
    poll(at=AT)
    assert (states(), listener.heard) == (["unlinked"], [("reply", None)])


def test_another_message_with_the_same_message_id_is_kept_too(listener: Listener) -> None:
    """Else somebody could hide an answer by sending one with its Message-ID first."""
    delivery()
    assert store(reply(text="Vals"), mailbox=None, at=AT) is not None
    assert store(reply(text="Echt"), mailbox=None, at=AT) is not None
    assert store(reply(text="Echt"), mailbox=None, at=AT) is None
    assert states() == ["new", "copy"]


def test_a_bug_in_who_takes_it_does_not_hide_it_nor_hold_up_the_others(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> bool:
        delivery(key="half done", reference="")
        raise RuntimeError("bug")

    store(reply(), mailbox=None, at=AT)
    with monkeypatch.context() as patch:
        patch.setattr(listener, "on_reply", fail)
        poll(at=AT)
    assert states() == ["unlinked"]
    assert not Delivery.objects.exists()  # half a piece of work is none
    store(reply(Message_ID="<reply-2@example.org>"), mailbox=None, at=AT)
    poll(at=AT)
    assert states() == ["unlinked", "reply"]


def test_handling_again_changes_nothing(listener: Listener) -> None:
    incoming = store(reply(), mailbox=None, at=AT)
    for _twice in range(2):
        handle(incoming.pk, at=AT)
    assert len(listener.heard) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"port": 9},
        {"secret": "verkeerd"},
        {"folder": "Bestaat niet"},
        {"security": "starttls"},
        {"host": "niet.invalid"},
    ],
)
def test_a_mailbox_that_cannot_be_read_says_since_when_and_why(
    server: MailServer, mailbox: Mailbox, changes: dict[str, Any]
) -> None:
    """With STARTTLS too: nobody vouches for this server's certificate."""
    for name, value in changes.items():
        setattr(mailbox, name, value)
    mailbox.save()
    poll(at=AT)
    poll(at=AT + timedelta(minutes=4))
    mailbox.refresh_from_db()
    assert (mailbox.failing_since, mailbox.checked_at) == (AT, None)
    assert mailbox.last_error


def test_a_certificate_that_nobody_vouches_for_is_refused(server: MailServer, mailbox: Mailbox) -> None:
    mailbox.security, mailbox.port = "tls", server.tls_port
    mailbox.save()
    server.put(reply())
    poll(at=AT)
    mailbox.refresh_from_db()
    assert "certificate" in mailbox.last_error
    assert server.unread() == 1


def test_a_mailbox_that_is_not_in_use_is_left_alone(server: MailServer, mailbox: Mailbox) -> None:
    server.put(reply())
    Mailbox.objects.update(enabled=False)
    assert poll(at=AT) == 0
    assert server.unread() == 1
    assert Mailbox.objects.reply_address() == ""
