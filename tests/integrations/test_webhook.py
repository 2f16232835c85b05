"""Telling other systems: signed, in ids only, once per event and endpoint."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from integrations.actions import announce, deliver, sweep
from integrations.connectors.base import PermanentFailure, TemporaryFailure
from integrations.connectors.webhook import WebhookConnector, signature
from integrations.models import Delivery, WebhookEndpoint
from tests import town
from tests.fakes.http_server import Reply, serve

pytestmark = pytest.mark.django_db

RECIPE = Path(__file__).parents[2] / "docs/recipes/webhook.md"
SECRET = "0123456789abcdef0123456789abcdef"
DATA = {"dossier": "MEL-2026-000001", "milestone": "admissible"}


def endpoint(address: str = "https://other.example/hook", **changes: Any) -> WebhookEndpoint:
    fields = {"name": "Meldingskaart", "address": address, "secret": SECRET}
    return WebhookEndpoint.objects.create(**fields | changes)


def tell(kind: str = "dossier.status") -> list[Delivery]:
    return announce(kind=kind, data=DATA, key="dossier-1-event-2", at=town.MONDAY)


def documented_check() -> Any:
    """The very lines that the recipe gives to whoever receives our webhooks."""
    code = re.search(r"```python\n(.*?)```", RECIPE.read_text(), re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)  # noqa: S102  our own documentation
    return names["is_from_loket"]


@pytest.mark.django_db(transaction=True)
def test_the_other_system_gets_it_and_can_check_it_as_documented() -> None:
    with serve(lambda request: Reply(204)) as served:
        endpoint(served.address + "/hook")
        [delivery] = tell()
        deliver(delivery.pk, at=town.MONDAY)
    [request] = served.requests
    assert json.loads(request.body) == {
        "id": "dossier-1-event-2",
        "kind": "dossier.status",
        "at": town.MONDAY.isoformat(),
        "data": DATA,
    }
    assert request.headers["Idempotency-Key"] == "dossier-1-event-2"
    delivery.refresh_from_db()
    assert delivery.state == "delivered"

    timestamp, signed = request.headers["Loket-Timestamp"], request.headers["Loket-Signature"]
    check = documented_check()
    now = int(timestamp)
    assert check(SECRET, timestamp, signed, request.body, now=now)
    assert not check("another secret", timestamp, signed, request.body, now=now)
    assert not check(SECRET, timestamp, signed, request.body + b" ", now=now)
    assert not check(SECRET, str(now + 1), signed, request.body, now=now)
    assert not check(SECRET, timestamp, signed, request.body, now=now + 301)  # replayed later
    assert not check(SECRET, "soon", signed, request.body, now=now)


def test_the_signature_is_the_one_of_the_recipe() -> None:
    example = re.search(r"`(sha256=[0-9a-f]{64})`", RECIPE.read_text())
    assert example
    assert signature("geheim", "1764000000", b'{"id":"1"}') == example[1]


@pytest.mark.django_db(transaction=True)
def test_a_second_copy_says_that_it_is_one() -> None:
    with serve(lambda request: Reply(200)) as served:
        one = endpoint(served.address)
        payload = {"endpoint": one.pk, "name": one.name, "event": {"id": "e1", "kind": "k", "at": "", "data": {}}}
        WebhookConnector().deliver(payload, "webhook-1-e1")
        WebhookConnector().deliver(payload, "webhook-1-e1")
    first, second = served.requests
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == "e1"
    assert first.body == second.body


def test_each_endpoint_hears_once_what_it_wants() -> None:
    everything = endpoint()
    endpoint(name="Alleen status", kinds="dossier.status\ndossier.opened")
    endpoint(name="Iets anders", kinds="booking.confirmed")
    endpoint(name="Uit", enabled=False)
    assert {delivery.payload["name"] for delivery in tell()} == {"Meldingskaart", "Alleen status"}
    tell()
    assert Delivery.objects.count() == 2
    assert [delivery.payload["endpoint"] for delivery in tell("dossier.closed")] == [everything.pk]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, PermanentFailure),
        (410, PermanentFailure),
        (301, PermanentFailure),
        (429, TemporaryFailure),
        (502, TemporaryFailure),
    ],
)
def test_what_a_refusal_means(status: int, failure: type[Exception]) -> None:
    with serve(lambda request: Reply(status, headers={"Location": "http://127.0.0.1:9/"})) as served:
        one = endpoint(served.address)
        with pytest.raises(failure):
            WebhookConnector().deliver({"endpoint": one.pk, "event": {"id": "e", "kind": "k"}}, "k")


@pytest.mark.django_db(transaction=True)
def test_an_endpoint_that_is_switched_off_gets_nothing_any_more() -> None:
    with serve(lambda request: Reply(200)) as served:
        one = endpoint(served.address)
        [delivery] = tell()
        one.enabled = False
        one.save()
        sweep(at=town.MONDAY)
    delivery.refresh_from_db()
    assert (delivery.state, served.requests) == ("failed", [])


def test_only_https_in_production(settings: Any) -> None:
    endpoint("http://other.example").full_clean()
    settings.PRODUCTION = True
    with pytest.raises(ValidationError):
        endpoint("http://other.example", name="Twee").full_clean()
