"""Something happened that somebody must look at: history, and a mail to whoever handles the dossier and to the team."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.actors import Actor, ActorKind
from dossiers import actions
from dossiers.models import Dossier, Event, Notification
from dossiers.models.event import EventKind
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

WHAT = "De scanner vond iets in een bestand."


@pytest.fixture
def dossier() -> Dossier:
    return town.report().dossier


def ask(dossier: Dossier) -> Event:
    return actions.ask_follow_up(dossier=dossier, what=WHAT, by=Actor.system("Virusscanner"), at=town.MONDAY)


def mails(event: Event) -> list[Delivery]:
    return list(Delivery.objects.filter(key=f"dossier-{event.dossier_id}-event-{event.sequence}"))


def handled_by(dossier: Dossier, **changes: object) -> None:
    handler = town.clerk()
    handler.email = "an@mortsel.example"
    for name, value in changes.items():
        setattr(handler, name, value)
    handler.save()
    Dossier.objects.filter(pk=dossier.pk).update(handler=handler)


def test_it_stands_in_the_history_and_changes_nothing_else(dossier: Dossier) -> None:
    before = Dossier.objects.get(pk=dossier.pk)
    event = ask(dossier)
    assert (event.kind, event.reason, event.sequence) == (EventKind.FOLLOW_UP, WHAT, 2)
    assert (event.actor_kind, event.actor_name, event.milestone) == (ActorKind.SYSTEM, "Virusscanner", "")
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.status, after.due_at, after.version) == (before.status, before.due_at, before.version)
    client = Client()
    client.force_login(town.clerk())
    page = BeautifulSoup(client.get(dossier.get_absolute_url()).content, "html.parser")
    assert page.select_one(".l-timeline li").get_text(" ", strip=True).startswith("Vraagt opvolging")
    assert WHAT in page.select_one(".l-timeline li").get_text()


def test_handler_and_team_get_a_mail_with_the_way_to_the_dossier_and_nothing_of_the_citizen(dossier: Dossier) -> None:
    handled_by(dossier)
    [mail] = mails(ask(dossier))
    assert mail.payload["to"] == ["an@mortsel.example", "ruimte@mortsel.example"]
    assert mail.payload["subject"] == f"Vraagt opvolging: {dossier.number}"
    text = mail.payload["text"]
    assert WHAT in text
    assert f"http://127.0.0.1:8000{dossier.get_absolute_url()}" in text
    assert "Fatima" not in text
    assert "fatima@example.org" not in text


def test_handler_who_left_gets_no_mail(dossier: Dossier) -> None:
    handled_by(dossier, is_active=False)
    assert mails(ask(dossier))[0].payload["to"] == ["ruimte@mortsel.example"]


def test_without_an_address_the_history_says_it_all_the_same(dossier: Dossier) -> None:
    team = dossier.team
    team.email = ""
    team.save()
    event = ask(dossier)
    assert mails(event) == []
    assert Event.objects.filter(dossier=dossier, kind=EventKind.FOLLOW_UP).count() == 1


def test_the_citizen_reads_nothing_of_it(dossier: Dossier) -> None:
    letters = Notification.objects.count()
    ask(dossier)
    page = Client().get(dossier.follow_links.get().get_absolute_url()).content.decode()
    assert WHAT not in page
    assert "Vraagt opvolging" not in page
    assert Notification.objects.count() == letters
