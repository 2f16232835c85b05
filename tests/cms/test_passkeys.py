"""Passkeys as the second step: made and used on our own pages, and refused whenever something does not fit."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from cms import staff_actions
from core import passkeys, second_factor
from core.actors import Actor
from core.models import Passkey, RecoveryCode, SecondFactor, User
from integrations.models import Delivery
from tests.cms.test_second_step import ACCOUNT, KEY, STEP, code_at, equipped
from tests.cms.test_sign_in import PASSWORD, member
from tests.fakes.passkey import PRESENT, Device

pytestmark = pytest.mark.django_db

ADD = "/beheer/tweede-stap/passkey/"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ALLOWED_HOSTS = ["loket.example", "elders.example"]


def browser(host: str = "loket.example") -> Client:
    return Client(headers={"host": host, "x-forwarded-proto": "https"})


def half_way(user: User, host: str = "loket.example") -> Client:
    """Somebody who just gave a password."""
    client = browser(host)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def question(response: Any) -> dict[str, Any]:
    form = BeautifulSoup(response.content, "html.parser").select_one("form[data-passkey]")
    options: dict[str, Any] = json.loads(form["data-passkey"])
    return options


def with_passkey(device: Device, role: str = "beheerder") -> tuple[User, Client]:
    """Somebody without a second step makes one of a passkey."""
    user = member(role)
    client = half_way(user)
    response = client.post(ADD, {"name": "Laptop", "passkey": device.make(question(client.get(ADD)))})
    assert response.status_code == 302, BeautifulSoup(response.content, "html.parser").get_text(" ")
    user.refresh_from_db()
    return user, client


def is_in(client: Client) -> bool:
    return bool(client.get("/beheer/").status_code == 200)


def sign_in(user: User, device: Device, **changes: Any) -> Client:
    client = half_way(user)
    client.post(STEP, {"passkey": device.use(question(client.get(STEP)), **changes)})
    return client


def test_alone_it_is_the_second_step_with_codes_on_paper() -> None:
    device = Device()
    user, client = with_passkey(device)
    assert len(client.get("/beheer/tweede-stap/herstelcodes/").context["codes"]) == 10
    assert is_in(client)
    assert user.second_factor is not None
    assert user.second_factor.has_app is False
    assert [str(delivery.payload["subject"]) for delivery in Delivery.objects.filter(kind="account")] == [
        "Er is een passkey toegevoegd aan uw account in Loket"
    ]
    again = sign_in(user, device)
    assert is_in(again)
    kept = Passkey.objects.get()
    assert (kept.name, kept.signs, kept.last_at is not None) == ("Laptop", 1, True)
    page = BeautifulSoup(again.get(ACCOUNT).content, "html.parser")
    assert "Laptop" in page.get_text()


def test_no_code_can_be_made_for_who_has_no_app() -> None:
    """A key that is not there must not count as an empty one, of which anybody can make the codes."""
    user, _client = with_passkey(Device())
    client = half_way(user)
    for key in ("", KEY):
        client.post(STEP, {"code": code_at(timezone.now(), key)})
        SecondFactor.objects.update(wrong=0)
    assert not is_in(client)


def test_beside_an_app_both_ways_work_and_another_app_keeps_it() -> None:
    device, user = Device(), member("beheerder")
    codes = equipped(user)
    client = half_way(user)
    client.post(STEP, {"code": code_at(timezone.now())})
    assert client.get(ADD)["Location"] == ACCOUNT  # the password again first
    assert client.post(ACCOUNT, {"password": PASSWORD, "doe": "passkey"})["Location"].startswith(ADD)
    client.post(ADD, {"name": "Sleutel", "passkey": device.make(question(client.get(ADD)))})
    assert is_in(sign_in(user, device))
    page = BeautifulSoup(half_way(user).get(STEP).content, "html.parser")
    assert page.find("input", attrs={"name": "code"})
    assert len(codes) == RecoveryCode.objects.count()
    now = timezone.now()
    second_factor.set_up(user, key=KEY, code=code_at(now), at=now)
    assert is_in(sign_in(user, device))


@pytest.mark.parametrize(
    ("device", "changes"),
    [
        (Device(origin="https://loket.example.elders.example"), {}),
        (Device(origin="http://loket.example"), {}),
        (Device(site="elders.example"), {}),
        (Device(flags=0), {}),
        (Device(), {"challenge": "AAAA"}),
        (Device(), {"type": "webauthn.get"}),
    ],
    ids=["other origin", "no TLS", "other site", "nobody there", "other challenge", "other kind"],
)
def test_not_made(device: Device, changes: dict[str, Any]) -> None:
    client = half_way(member("beheerder"))
    response = client.post(ADD, {"name": "Laptop", "passkey": device.make(question(client.get(ADD)), **changes)})
    assert "kon niet worden toegevoegd" in response.content.decode()
    assert not SecondFactor.objects.exists()
    assert not is_in(client)


@pytest.mark.parametrize("answer", ["", "x", "{}", "[]", '{"id": 1}', "null", "x" * 30_000])
def test_nonsense_is_refused(answer: str) -> None:
    user, _client = with_passkey(Device())
    client = half_way(user)
    client.get(STEP)
    assert client.post(STEP, {"passkey": answer}).status_code == 200
    assert not is_in(client)
    client.get(ADD)
    assert client.post(ADD, {"name": "x", "passkey": answer})["Location"].startswith(STEP)
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://elders.example"},
        {"site": "elders.example"},
        {"flags": 0},
        {"credential": b"x" * 32},
        {"key": Device().key},
        {"signs": 3},
    ],
    ids=["origin", "site", "nobody", "credential", "key", "copied"],
)
def test_not_used(wrong: dict[str, Any]) -> None:
    device = Device(signs=7)
    user, _client = with_passkey(device)
    copy = Device(**({"signs": 7, "key": device.key, "credential": device.credential} | wrong))
    client = sign_in(user, copy)
    assert not is_in(client)
    assert Passkey.objects.get().last_at is None
    assert is_in(sign_in(user, Device(signs=7, key=device.key, credential=device.credential, flags=PRESENT)))


def test_an_answer_works_once_on_its_own_page_and_for_its_owner() -> None:
    device, other = Device(), Device()
    user, _client = with_passkey(device)
    stranger, _other = with_passkey(other, "onthaal")
    client = half_way(user)
    answer = device.use(question(client.get(STEP)))
    thief = half_way(user)
    thief.get(STEP)
    thief.post(STEP, {"passkey": answer})  # another challenge
    assert not is_in(thief)
    client.post(STEP, {"passkey": answer})
    assert is_in(client)
    again = half_way(user)
    again.post(STEP, {"passkey": answer})  # no page was asked for
    assert not is_in(again)
    assert not is_in(sign_in(user, other))
    assert is_in(sign_in(stranger, other))


def test_known_already_is_not_added_twice() -> None:
    device = Device()
    with_passkey(device)
    client = half_way(member("onthaal"))
    response = client.post(ADD, {"name": "Kopie", "passkey": device.make(question(client.get(ADD)))})
    assert response.status_code == 200
    assert Passkey.objects.count() == SecondFactor.objects.count() == 1


def test_the_last_one_stays_until_there_is_something_else() -> None:
    device = Device()
    user, client = with_passkey(device)
    pk = Passkey.objects.get().pk
    assert client.post(ACCOUNT, {"password": "fout", "doe": f"weg-{pk}"}).status_code == 200
    page = client.post(ACCOUNT, {"password": PASSWORD, "doe": f"weg-{pk}"}, follow=True)
    assert "enige tweede stap" in page.content.decode()
    second = Device()
    client.post(ADD, {"name": "Twee", "passkey": second.make(question(client.get(ADD)))})
    client.post(ACCOUNT, {"password": PASSWORD, "doe": f"weg-{pk}"})
    assert [passkey.name for passkey in Passkey.objects.all()] == ["Twee"]
    assert not is_in(sign_in(user, second, origin="https://elders.example"))
    assert is_in(sign_in(user, second))
    stranger = half_way(member("onthaal"))
    assert stranger.post(ACCOUNT, {"password": PASSWORD, "doe": f"weg-{pk + 1}"}).status_code == 302
    assert Passkey.objects.count() == 1


def test_who_leaves_leaves_none() -> None:
    user, client = with_passkey(Device())
    staff_actions.deactivate(person=user, by=Actor.system("test"))
    assert not Passkey.objects.exists()
    assert not is_in(client)


@pytest.mark.parametrize(
    ("host", "secure", "site"),
    [
        ("loket.example", True, "loket.example"),
        ("loket.example:8443", True, "loket.example"),
        ("localhost:8000", False, "localhost"),
        ("loket.example", False, None),
        ("127.0.0.1:8000", False, None),
        ("127.0.0.1", True, None),
        ("[::1]:8000", True, None),
    ],
)
def test_site_is_the_host_where_browsers_know_passkeys(
    rf: Any, settings: Any, host: str, secure: bool, site: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    found = passkeys.Site.of(rf.get("/", headers={"host": host}, secure=secure))
    assert (found and found.host) == site
    assert found is None or found.origin == f"{'https' if secure else 'http'}://{host}"
