from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AccessLog, User
from integrations import health
from integrations.models import Delivery
from integrations.wagtail_hooks import register_outbox_menu_item

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def member_of_staff(*permissions: str) -> User:
    user = User.objects.create_user("els", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *permissions]))
    return user


def delivery(number: int = 1, **changes: Any) -> Delivery:
    payload = {
        "to": [f"an{number}@example.org"],
        "subject": f"Uw melding {number}",
        "text": "Dag An,\nwij kijken het na.",
        "html": "",
        "reply_to": "",
    }
    fields = {
        "connector": "mail",
        "kind": "letter",
        "key": f"letter:{number}",
        "payload": payload,
        "created_at": AT + timedelta(minutes=number),
        "state": "sent",
        "sent_at": AT + timedelta(minutes=number),
    }
    return Delivery.objects.create(**fields | changes)


def failed(number: int = 1, **changes: Any) -> Delivery:
    return delivery(number, state="failed", sent_at=None, attempts=11, last_error="postbus bestaat niet", **changes)


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(member_of_staff("view_delivery", "resend_delivery"))
    return client


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(member_of_staff("view_delivery"))
    return client


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_list_says_what_went_to_whom_and_how_far_it_got(reader: Client) -> None:
    delivery(1)
    failed(2)
    shown = text(reader.get("/beheer/uitgaand/"))

    assert "Uw melding 1" in shown
    assert "an1@example.org" in shown
    assert str(Delivery.State.SENT.label) in shown
    assert "postbus bestaat niet" in shown
    assert shown.index("Uw melding 2") < shown.index("Uw melding 1")


def test_the_list_can_show_what_failed_and_what_waits(reader: Client) -> None:
    delivery(1)
    failed(2)
    delivery(3, state="queued", sent_at=None, next_try_at=AT)

    only_failed = text(reader.get("/beheer/uitgaand/?toon=mislukt"))
    assert [f"Uw melding {number}" in only_failed for number in (1, 2, 3)] == [False, True, False]
    waiting = text(reader.get("/beheer/uitgaand/?toon=wacht"))
    assert [f"Uw melding {number}" in waiting for number in (1, 2, 3)] == [False, False, True]


def test_the_list_goes_on_to_older_messages(reader: Client) -> None:
    for number in range(1, 61):
        delivery(number)
    first = reader.get("/beheer/uitgaand/")
    assert "an11@example.org" in text(first)
    assert "an10@example.org" not in text(first)

    older = text(reader.get("/beheer/uitgaand/", {"vanaf": first.context["page"].next_cursor}))
    assert "an10@example.org" in older
    assert "an11@example.org" not in older


def test_the_list_costs_as_many_queries_for_fifty_messages_as_for_one(
    reader: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    delivery(1)
    reader.get("/beheer/uitgaand/")  # fills Wagtail's caches
    with django_assert_max_num_queries(20) as few:
        reader.get("/beheer/uitgaand/")
    for number in range(2, 60):
        delivery(number)
    with django_assert_max_num_queries(len(few)):
        reader.get("/beheer/uitgaand/")


def test_a_message_is_shown_exactly_as_it_leaves_and_looking_is_logged(reader: Client) -> None:
    message = delivery(1)
    message.payload |= {"html": "<p onclick='x()'>Dag</p>", "reply_to": "dienst@mortsel.example"}
    message.save()
    shown = text(reader.get(f"/beheer/uitgaand/{message.pk}/"))

    assert "Dag An,\nwij kijken het na." in shown
    assert "dienst@mortsel.example" in shown
    assert 'sandbox srcdoc="&lt;p onclick=&#x27;x()&#x27;&gt;Dag&lt;/p&gt;"' in shown
    entry = AccessLog.objects.get()
    assert (entry.user.username, entry.action, entry.object_id) == ("els", "view", str(message.pk))


def test_a_failed_message_is_sent_again_by_the_button(manager: Client) -> None:
    message = failed()
    assert reverse("integrations:resend", args=[message.pk]) in text(manager.get(message.get_absolute_url()))

    response = manager.post(f"/beheer/uitgaand/{message.pk}/opnieuw/")
    assert response.headers["Location"] == message.get_absolute_url()
    message.refresh_from_db()
    assert message.state == "queued"


def test_pressing_twice_says_so(manager: Client) -> None:
    message = failed()
    manager.post(f"/beheer/uitgaand/{message.pk}/opnieuw/")
    response = manager.post(f"/beheer/uitgaand/{message.pk}/opnieuw/", follow=True)

    assert [entry.level_tag for entry in response.context["messages"]] == ["success", "warning"]


def test_a_link_cannot_send_again(manager: Client) -> None:
    message = failed()

    assert manager.get(f"/beheer/uitgaand/{message.pk}/opnieuw/").status_code == 405
    message.refresh_from_db()
    assert message.state == "failed"


def test_who_may_only_read_has_no_button_and_no_say(reader: Client) -> None:
    message = failed()
    assert "opnieuw/" not in text(reader.get(message.get_absolute_url()))

    reader.post(f"/beheer/uitgaand/{message.pk}/opnieuw/")
    message.refresh_from_db()
    assert message.state == "failed"


@pytest.mark.parametrize("permissions", [(), ("resend_delivery",)])
def test_without_the_permission_there_is_nothing_to_see(client: Client, permissions: tuple[str, ...]) -> None:
    message = failed()
    client.force_login(member_of_staff(*permissions))

    for address in ("/beheer/uitgaand/", message.get_absolute_url()):
        assert client.get(address).status_code != 200
    assert client.post(f"/beheer/uitgaand/{message.pk}/opnieuw/").status_code != 200
    message.refresh_from_db()
    assert message.state == "failed"
    assert not AccessLog.objects.exists()


def test_the_menu_shows_it_to_those_who_may_see_it(rf: Any) -> None:
    item = register_outbox_menu_item()
    request = rf.get("/beheer/")

    request.user = member_of_staff()
    assert not item.is_shown(request)
    request.user = User.objects.create_superuser("root")
    assert item.is_shown(request)


def test_the_demo_says_where_its_mails_land(reader: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = "/srv/loket/var/mail"

    assert "/srv/loket/var/mail" in text(reader.get("/beheer/uitgaand/"))
    assert "/srv/loket/var/mail" in text(reader.get(delivery().get_absolute_url()))


def test_a_worker_that_stands_still_is_noticed_when_something_waits(reader: Client) -> None:
    waiting = delivery(state="queued", sent_at=None, next_try_at=timezone.now())
    assert "help-warning" not in text(reader.get("/beheer/uitgaand/"))

    health.record_sweep(AT)
    Delivery.objects.filter(pk=waiting.pk).update(next_try_at=timezone.now() - timedelta(minutes=6))
    shown = text(reader.get("/beheer/uitgaand/"))
    assert "help-warning" in shown
    assert "23 november 2026 10:00" in shown


def test_a_message_of_a_connector_that_is_gone_stays_readable(reader: Client) -> None:
    message = delivery(connector="pigeon")

    assert "letter" in text(reader.get("/beheer/uitgaand/"))
    assert "letter" in text(reader.get(message.get_absolute_url()))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "queued", "sent_at": None, "next_try_at": AT, "attempts": 2}, "23 november 2026 10:00"),
        ({"state": "queued", "sent_at": None, "next_try_at": AT, "not_before": AT}, "23 november 2026 10:00"),
        ({"state": "failed", "sent_at": None, "last_error": "postbus vol"}, "postbus vol"),
        ({}, str(Delivery.State.SENT.label)),
    ],
)
def test_a_state_is_told_in_words(changes: dict[str, Any], words: str) -> None:
    assert words in delivery(**changes).state_label
