"""Other systems hear how a dossier stands, and nothing of who it is about."""

import json
from datetime import timedelta

import pytest

from core.actors import Actor
from dossiers.actions import take_step
from integrations.models import Delivery, WebhookEndpoint
from tests import town

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
        {"dossier": dossier.number, "process": "MEL", "status": "ontvangen", "milestone": "received", "event": 1},
        {
            "dossier": dossier.number,
            "process": "MEL",
            "status": "niet-ontvankelijk",
            "milestone": "inadmissible",
            "event": 2,
        },
    ]
    for personal in ("Fatima", "example.org", "Losse tegel", "Statielei", "Privéterrein", "Claes"):
        assert personal not in json.dumps(told, ensure_ascii=False)


def test_without_another_system_nothing_is_queued_for_one() -> None:
    town.report()
    assert not Delivery.objects.filter(connector="webhook").exists()
