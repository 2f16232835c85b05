"""The home page of /beheer/ says when messages do not come or go, and what to do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from integrations.models import Delivery, IncomingMail, Mailbox, PrintJob
from tests import town

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(
        town.staff(
            "beheer",
            "integrations.view_delivery",
            "integrations.view_mailbox",
            "integrations.print_letters",
            "integrations.link_incomingmail",
        ),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def home(client: Client) -> BeautifulSoup:
    return BeautifulSoup(client.get("/beheer/").content, "html.parser")


def warnings(client: Client) -> list[str]:
    return [warning.get_text(" ", strip=True) for warning in home(client).select(".loket-attention .help-warning")]


def waiting(**changes: Any) -> Delivery:
    fields = {
        "connector": "mail",
        "kind": "letter",
        "key": f"letter:{Delivery.objects.count()}",
        "payload": {"to": ["an@example.org"], "subject": "Dag", "text": "Dag"},
        "created_at": timezone.now() - timedelta(hours=2),
        "next_try_at": timezone.now() + timedelta(minutes=5),
    }
    return Delivery.objects.create(**fields | changes)


def test_when_all_is_well_there_is_no_warning(manager: Client) -> None:
    waiting()
    assert warnings(manager) == []


def test_a_worker_that_stands_still_is_told(manager: Client) -> None:
    waiting(next_try_at=timezone.now() - timedelta(minutes=6))
    [warning] = warnings(manager)
    assert "verwerking op de achtergrond" in warning
    assert "Verwittig wie Loket" in warning


def test_a_road_that_is_blocked_is_told_by_its_name(manager: Client) -> None:
    waiting(attempts=5)
    waiting(connector="sms", attempts=5, payload={"to": "+32470123456", "text": "Dag"})
    assert [warning.split(":")[0] for warning in warnings(manager)] == [
        "Er vertrekken geen e-mails",
        "Er vertrekken geen sms'en",
    ]


def test_a_mailbox_that_cannot_be_read_for_a_while_is_told_with_the_reason(manager: Client) -> None:
    mailbox = Mailbox.objects.create(
        name="Loket", address="l@mortsel.example", host="x", user="x", secret="x", failing_since=timezone.now()
    )
    assert warnings(manager) == []
    mailbox.failing_since, mailbox.last_error = timezone.now() - timedelta(minutes=16), "wachtwoord geweigerd"
    mailbox.save()
    [warning] = warnings(manager)
    assert "Loket" in warning
    assert "wachtwoord geweigerd" in warning


def test_messages_that_failed_or_came_back_letters_and_mails_are_counted(manager: Client) -> None:
    waiting(state="failed", next_try_at=None)
    waiting(state="returned", next_try_at=None, sent_at=timezone.now())
    PrintJob.objects.create(key="k", recipient="An", subject="Dag", text="Dag")
    IncomingMail.objects.create(sha256="0" * 64, state="unlinked", received_at=timezone.now())
    counts = {count["href"]: count.get_text(" ", strip=True) for count in home(manager).select(".loket-count")}
    assert counts == {
        "/beheer/uitgaand/?toon=mislukt": "2 berichten die niet verzonden konden worden",
        "/beheer/afdrukken/": "1 af te drukken brieven",
        "/beheer/inkomend/": "1 mails om aan een dossier te koppelen",
    }


def test_who_does_not_manage_the_outbox_reads_nothing_of_it(client: Client) -> None:
    client.force_login(town.clerk(), backend="django.contrib.auth.backends.ModelBackend")
    waiting(next_try_at=timezone.now() - timedelta(minutes=6))
    assert warnings(client) == []


def test_the_home_page_costs_the_same_however_much_waits(
    manager: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    waiting()
    manager.get("/beheer/")
    with django_assert_max_num_queries(45) as few:
        manager.get("/beheer/")
    for _number in range(20):
        waiting()
    with django_assert_max_num_queries(len(few)):
        manager.get("/beheer/")
