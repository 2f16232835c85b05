"""Text messages: through Twilio (a strict fake of it), and through any provider that listens to HTTP."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from integrations import posting
from integrations.actions import sweep
from integrations.connectors.base import PermanentFailure, Result, TemporaryFailure
from integrations.connectors.sms import SmsConnector
from integrations.models import Delivery, SmsGateway
from integrations.sms_text import MOST_PARTS, size
from tests import town
from tests.fakes.http_server import Reply, Request, Served, serve
from tests.fakes.twilio import ACCOUNT, TOKEN, Twilio, twilio

pytestmark = [pytest.mark.django_db]

sms = SmsConnector()
TO = "+32470123456"


def gateway(**changes: Any) -> SmsGateway:
    fields = {
        "name": "Proef",
        "provider": "generic",
        "sender": "Mortsel",
        "secret": TOKEN,
        "address": "https://sms.example/send",
        "body": '{"to": "{to}", "text": "{text}", "options": [{"from": "{sender}", "ref": "{key}", "n": 1}]}',
        "enabled": True,
    }
    return SmsGateway.objects.create(**fields | changes)


def send(text: str = "Dag An", to: str = TO, **more: Any) -> Result:
    return sms.deliver({"to": to, "text": text, **more}, "letter:1")


# --- Twilio -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fake() -> Iterator[Twilio]:
    with twilio() as running:
        gateway(provider="twilio", account=ACCOUNT, address=running.address, body="")
        yield running


def test_twilio_sends_the_message(fake: Twilio) -> None:
    result = send("Uw melding is klaar: kost 5 € & “meer”")
    assert fake.sent == [{"To": TO, "From": "Mortsel", "Body": "Uw melding is klaar: kost 5 € & “meer”"}]
    assert result.reference.startswith("SM")
    assert not result.delivered  # it only says that it is queued


def test_twilio_that_refuses_the_message_does_so_for_ever(fake: Twilio) -> None:
    fake.said_stop.add(TO)
    with pytest.raises(PermanentFailure, match="21610"):
        send()
    SmsGateway.objects.update(sender="Te lange naam.")
    with pytest.raises(PermanentFailure, match="21212"):
        send(to="+32470999999")
    assert fake.sent == []


def test_twilio_that_is_busy_or_does_not_know_us_now_may_do_so_later(fake: Twilio) -> None:
    fake.busy = 1
    with pytest.raises(TemporaryFailure, match="20429"):
        send()
    send()
    SmsGateway.objects.update(secret="verkeerd")
    with pytest.raises(TemporaryFailure, match="20003"):
        send()
    assert len(fake.sent) == 1


@pytest.mark.parametrize("to", ["0470123456", "32470123456", "+0470123456", "+32 470 12 34 56", "+32470123456\n", ""])
def test_only_a_number_in_e164_is_a_number(to: str, fake: Twilio) -> None:
    with pytest.raises(PermanentFailure):
        send(to=to)
    assert fake.sent == []


@pytest.mark.parametrize("text", ["", "  ", "a" * 460, "ë" * 202])
def test_nothing_and_too_much_are_refused(text: str, fake: Twilio) -> None:
    with pytest.raises(PermanentFailure):
        send(text)
    assert fake.sent == []


@pytest.mark.parametrize("text", ["a" * 459, "ë" * 201])
def test_three_messages_in_one_is_the_most(text: str, fake: Twilio) -> None:
    assert size(text).parts == MOST_PARTS
    send(text)


def test_a_sign_of_two_places_is_not_cut_in_half() -> None:
    assert size("a" * 152 + "€" + "a" * 8).parts == 2
    assert size("a" * 152 + "€" + "a" * 151).parts == 2
    assert size("a" * 152 + "€" + "a" * 152).parts == 3


# --- Any other provider -----------------------------------------------------------------------------------------------


def accept(request: Request) -> Reply:
    return Reply(202, b'{"id": 77}')


def test_json_is_filled_in_without_changing_its_shape() -> None:
    with serve(accept) as served:
        gateway(address=served.address)
        result = send('Dag "An"}, {to}\\')
    [request] = served.requests
    assert json.loads(request.body) == {
        "to": TO,
        "text": 'Dag "An"}, {to}\\',
        "options": [{"from": "Mortsel", "ref": "letter:1", "n": 1}],
    }
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Idempotency-Key"] == "letter:1"
    assert (result.reference, result.delivered) == ("77", False)


def test_form_fields_are_filled_in_and_encoded() -> None:
    with serve(accept) as served:
        gateway(address=served.address, body_format="form", body="recipient = {to}\nbody={text}&x\n")
        send("a&b=c é")
    assert parse_qs(served.requests[0].body.decode()) == {"recipient": [TO], "body": ["a&b=c é&x"]}
    assert served.requests[0].headers.get_content_type() == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"signs_in": "basic", "account": "jan"}, "Authorization", "Basic amFuOnRva2VuLW9mLXRoZS10ZXN0"),
        ({"signs_in": "header", "header": "X-Api-Key"}, "X-Api-Key", TOKEN),
    ],
)
def test_it_signs_in_as_the_provider_wants(changes: dict[str, str], name: str, value: str) -> None:
    with serve(accept) as served:
        gateway(address=served.address, **changes)
        send()
    assert served.requests[0].headers[name] == value


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, PermanentFailure),
        (404, PermanentFailure),
        (422, PermanentFailure),
        (401, TemporaryFailure),
        (429, TemporaryFailure),
        (500, TemporaryFailure),
        (503, TemporaryFailure),
    ],
)
def test_what_a_refusal_means(status: int, failure: type[Exception]) -> None:
    with serve(lambda request: Reply(status, b"nee")) as served:
        gateway(address=served.address)
        with pytest.raises(failure, match=f"{status}: nee"):
            send()


def test_it_goes_to_no_other_address_than_the_one_that_was_set_up() -> None:
    with serve(accept) as elsewhere:
        to_elsewhere = Reply(307, headers={"Location": elsewhere.address})
        with serve(lambda request: to_elsewhere) as served:
            gateway(address=served.address)
            with pytest.raises(PermanentFailure, match="307"):
                send()
    assert elsewhere.requests == []


def test_a_provider_that_is_away_or_silent_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        one = gateway(address=f"http://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(TemporaryFailure):
            send()
        listener.listen()
        monkeypatch.setattr(posting, "TIMEOUT", 0.1)
        with pytest.raises(TemporaryFailure):
            send()
    one.delete()
    with pytest.raises(TemporaryFailure):
        send()


# --- Setting it up ----------------------------------------------------------------------------------------------------


def test_the_secret_stands_encrypted_in_the_database() -> None:
    gateway()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM integrations_smsgateway")
        assert cursor.fetchone()[0].startswith("fernet:")
    assert SmsGateway.objects.get().secret == TOKEN


def test_one_provider_is_in_use() -> None:
    gateway()
    gateway(name="Andere", enabled=False)
    with pytest.raises(IntegrityError):
        gateway(name="Derde")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": ""}, "address"),
        ({"address": "ftp://x.example"}, "address"),
        ({"address": "https://jan:geheim@x.example"}, "address"),
        ({"body": "{to}"}, "body"),
        ({"body": "{to} {text}"}, "body"),
        ({"body_format": "form", "body": "{to} {text}"}, "body"),
        ({"signs_in": "header"}, "header"),
        ({"signs_in": "basic"}, "account"),
        ({"provider": "twilio"}, "account"),
        ({"sender": "Stadsbestuur M."}, "sender"),
    ],
)
def test_what_cannot_work_cannot_be_saved(changes: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        gateway(**changes).full_clean()
    assert field in refused.value.message_dict


def test_in_production_only_https(settings: Any) -> None:
    settings.PRODUCTION = True
    with serve(accept) as served:
        one = gateway(address=served.address)
        with pytest.raises(ValidationError):
            one.full_clean()
        with pytest.raises(PermanentFailure):
            send()
    assert served.requests == []


MANAGER = ("integrations.view_smsgateway", "integrations.add_smsgateway", "integrations.change_smsgateway")


def manager(*more: str) -> Client:
    client = Client()
    client.force_login(town.staff("beheer", *MANAGER, *more), backend="django.contrib.auth.backends.ModelBackend")
    return client


def filled(**changes: str) -> dict[str, str]:
    return {
        "name": "Proef",
        "provider": "generic",
        "sender": "Mortsel",
        "secret": "",
        "address": "https://sms.example/send",
        "account": "",
        "header": "",
        "signs_in": "bearer",
        "body_format": "json",
        "body": '{"to": "{to}", "text": "{text}"}',
        "enabled": "on",
    } | changes


def test_an_administrator_sets_it_up_and_never_sees_the_secret_again() -> None:
    client = manager()
    assert client.post("/beheer/integrations/smsgateway/create/", filled(secret="s3cr3t")).status_code == 302
    one = SmsGateway.objects.get()
    page = client.get(f"/beheer/integrations/smsgateway/edit/{one.pk}/").content.decode()
    assert "s3cr3t" not in page
    client.post(f"/beheer/integrations/smsgateway/edit/{one.pk}/", filled(sender="Stad"))
    one.refresh_from_db()
    assert (one.sender, one.secret) == ("Stad", "s3cr3t")
    assert "s3cr3t" not in client.get(f"/beheer/integrations/smsgateway/history/{one.pk}/").content.decode()


def test_a_secret_is_asked_the_first_time() -> None:
    assert manager().post("/beheer/integrations/smsgateway/create/", filled()).status_code == 200
    assert not SmsGateway.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_message_goes_through_the_provider_that_is_not_in_use_yet(served: Served) -> None:
    one = gateway(address=served.address, enabled=False)
    client = manager("integrations.view_delivery")
    assert "Stuur een proefbericht" in client.get("/beheer/integrations/smsgateway/").content.decode()
    assert client.get(f"/beheer/proefbericht/{one.pk}/").status_code == 200
    assert client.post(f"/beheer/proefbericht/{one.pk}/", {"to": "0470123456"}).status_code == 422
    assert not Delivery.objects.exists()
    response = client.post(f"/beheer/proefbericht/{one.pk}/", {"to": TO})
    assert response.headers["Location"] == Delivery.objects.get().get_absolute_url()
    sweep(at=timezone.now())
    assert json.loads(served.requests[0].body)["text"] == "Dit is een proefbericht van Mortsel."
    assert "Dit is een proefbericht" in client.get(response.headers["Location"]).content.decode()


@pytest.fixture
def served() -> Iterator[Served]:
    with serve(accept) as running:
        yield running


def test_who_may_not_set_it_up_sends_no_test_message() -> None:
    one = gateway()
    client = Client()
    client.force_login(town.clerk(), backend="django.contrib.auth.backends.ModelBackend")
    for answer in (client.get, client.post):
        assert answer(f"/beheer/proefbericht/{one.pk}/", {"to": TO}).status_code == 302
    assert not Delivery.objects.exists()
