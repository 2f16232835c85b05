"""Other systems hear how a dossier stands, and nothing of who it is about."""

import json
from datetime import timedelta

import pytest

from core.actors import Actor
from dossiers.actions import StepRefused, correct_step, move_to_version, take_step
from dossiers.models import Dossier, ProcessVersion
from integrations.models import Delivery, WebhookEndpoint
from tests import town
from tests.dossiers.test_move_to_version import newer, renamed

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_each_status_is_told_once_in_numbers_only() -> None:
    WebhookEndpoint.objects.create(name="Kaart", address="https://kaart.example", secret="s" * 32)
    dossier = town.report().dossier
    take_step(
        dossier=dossier,
        step="weigeren",
        expected_version=1,
        reason="Privéterrein van Fatima.",
        by=Actor.staff(town.clerk()),
        at=town.MONDAY + timedelta(days=1),
    )
    told = [delivery.payload["event"] for delivery in Delivery.objects.filter(connector="webhook").order_by("pk")]
    assert [event["data"] for event in told] == [
        {
            "dossier": dossier.number,
            "process": "MEL",
            "status": "ontvangen",
            "label": "Ontvangen (burger)",
            "milestone": "received",
            "event": 1,
        },
        {
            "dossier": dossier.number,
            "process": "MEL",
            "status": "niet-ontvankelijk",
            "label": "Niet ontvankelijk (burger)",
            "milestone": "inadmissible",
            "event": 2,
        },
    ]
    for personal in ("Fatima", "example.org", "Losse tegel", "Statielei", "Privéterrein", "Claes"):
        assert personal not in json.dumps(told, ensure_ascii=False)


def test_without_another_system_nothing_is_queued_for_one() -> None:
    town.report()
    assert not Delivery.objects.filter(connector="webhook").exists()


@pytest.fixture
def listening() -> None:
    WebhookEndpoint.objects.create(name="Kaart", address="https://kaart.example", secret="s" * 32)


def told() -> list[tuple[str, str, str, int]]:
    events = [delivery.payload["event"] for delivery in Delivery.objects.filter(connector="webhook").order_by("pk")]
    data = [event["data"] for event in events]
    return [(each["status"], each["label"], each["milestone"], each["event"]) for each in data]


RECEIVED = ("ontvangen", "Ontvangen (burger)", "received", 1)


def test_a_corrected_step_is_told_as_where_the_dossier_is_again(listening: None) -> None:
    dossier = town.report().dossier
    an = Actor.staff(town.clerk())
    take_step(dossier=dossier, step="aanvaarden", expected_version=1, by=an, at=town.MONDAY)
    correct_step(dossier=dossier, expected_version=2, reason="Verkeerde knop.", by=an, at=town.MONDAY)
    assert told() == [
        RECEIVED,
        ("ontvankelijk", "Ontvankelijk (burger)", "admissible", 2),
        ("ontvangen", "Ontvangen (burger)", "received", 3),
    ]
    with pytest.raises(StepRefused):
        correct_step(dossier=dossier, expected_version=3, reason="Nog eens.", by=an, at=town.MONDAY)
    assert len(told()) == 3


def move(dossier: Dossier, version: ProcessVersion, **status_map: str) -> None:
    an = Actor.staff(town.clerk())
    move_to_version(dossier=dossier, expected_version=1, version=version, status_map=status_map, by=an, at=town.MONDAY)


def test_a_move_to_a_status_with_another_key_is_told(listening: None) -> None:
    dossier = town.report().dossier
    move(dossier, renamed(), ontvangen="nieuw")
    assert told() == [RECEIVED, ("nieuw", "Nieuw (burger)", "received", 2)]


def test_a_move_to_a_status_that_is_called_otherwise_is_told(listening: None) -> None:
    dossier = town.report().dossier
    statuses = dossier.process_version.process_type.statuses.raw_data
    first = town.status("Ontvangen", "received", citizen_label="We hebben het")
    move(dossier, newer(statuses=[first, *list(statuses)[1:]]))
    assert told() == [RECEIVED, ("ontvangen", "We hebben het", "received", 2)]


def test_a_move_to_the_same_status_is_no_news(listening: None) -> None:
    dossier = town.report().dossier
    move(dossier, newer(terms=[{"type": "term", "value": {"milestone": "decision", "days": 5}}]))
    assert told() == [RECEIVED]
