"""Staff sign in with the account of the organisation: whose account it opens, and what it never does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms import staff_actions
from core.actors import Actor
from core.models import StaffSubject, User
from integrations.models import Delivery
from tests.cms.test_second_step import equipped
from tests.cms.test_sign_in import PASSWORD, member, sign_in
from tests.fakes.openid import Provider, provider

pytestmark = pytest.mark.django_db

JAN = {"sub": "jan@ad", "name": "Jan", "email": "Beheerder@mortsel.example", "email_verified": True}
ACCOUNT = "/beheer/account/organisatie/"


@pytest.fixture
def there(settings: Any) -> Iterator[Provider]:
    with provider() as made:
        made.person = dict(JAN)
        settings.STAFF_OIDC = made.config(scopes="openid profile email")
        settings.STAFF_OIDC_BY_EMAIL = True
        yield made


@pytest.fixture
def jan() -> User:
    user = member("beheerder")
    User.objects.filter(pk=user.pk).update(email="beheerder@mortsel.example")
    user.refresh_from_db()
    return user


def come_in(client: Client, there: Provider, then: str = "") -> Any:
    response = client.post("/beheer/aanmelden/", {"next": then} if then else {})
    assert response.status_code == 302
    return client.get(there.sign_in_at(response["Location"]))


def is_in(client: Client) -> bool:
    return bool(client.get("/beheer/").status_code == 200)


def refuse(client: Client, there: Provider) -> None:
    response = come_in(client, there)
    assert response.status_code == 403
    assert "Vraag toegang aan de beheerder van Loket" in response.content.decode()
    assert not is_in(client)
    assert not StaffSubject.objects.exists()


def test_first_time_by_verified_address_and_then_by_subject(there: Provider, jan: User) -> None:
    rights = jan.get_all_permissions()
    client = Client()
    assert come_in(client, there, "/beheer/contacten/")["Location"] == "/beheer/contacten/"
    assert is_in(client)
    assert "opent nu Loket" in Delivery.objects.get(kind="account").payload["subject"]
    there.person = JAN | {"email": "andere@mortsel.example", "groups": ["superusers"]}
    again = Client()
    come_in(again, there)
    assert again.get("/beheer/").wsgi_request.user == jan
    same = User.objects.get(pk=jan.pk)
    assert (same.get_all_permissions(), same.is_superuser, same.email) == (rights, False, "beheerder@mortsel.example")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": "niemand@mortsel.example"},
        {"email": ""},
        {"email": "beheerder@mortsel.exampl\u0435"},
    ],
    ids=str,
)
def test_address_that_is_not_surely_the_same(there: Provider, jan: User, changes: dict[str, Any]) -> None:
    there.person = JAN | changes
    refuse(Client(), there)


def test_no_account_is_made_or_tied_where_it_should_not(there: Provider, jan: User, settings: Any) -> None:
    two = User.objects.create_user("jan2", email=jan.email)
    refuse(Client(), there)  # two accounts with the address
    two.delete()
    User.objects.filter(pk=jan.pk).update(is_superuser=True)
    refuse(Client(), there)
    User.objects.filter(pk=jan.pk).update(is_superuser=False, is_active=False)
    refuse(Client(), there)
    User.objects.filter(pk=jan.pk).update(is_active=True)
    settings.STAFF_OIDC_BY_EMAIL = False
    refuse(Client(), there)
    assert User.objects.count() == 1


def test_account_has_one_subject_and_a_subject_one_account(there: Provider, jan: User) -> None:
    come_in(Client(), there)
    there.person = JAN | {"sub": "een-ander"}
    assert come_in(Client(), there).status_code == 403
    tie = StaffSubject.objects.get()
    other = User.objects.create_user("an")
    for user, value in ((other, tie.value), (jan, "een-ander")):
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffSubject.objects.create(user=user, issuer=tie.issuer, value=value, since=timezone.now())


def test_who_left_is_out_and_stays_out(there: Provider, jan: User) -> None:
    client = Client()
    come_in(client, there)
    staff_actions.deactivate(person=jan, by=Actor.system("test"))
    assert not is_in(client)
    assert come_in(client, there).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize(
    ("trusted", "said", "goes_in"),
    [
        ([], {"acr": "hoog", "amr": ["mfa"]}, False),
        (["mfa"], {}, False),
        (["mfa"], {"amr": ["pwd"]}, False),
        (["mfa"], {"amr": ["pwd", "mfa"]}, True),
        (["urn:hoog"], {"acr": "urn:hoog"}, True),
    ],
)
@pytest.mark.parametrize("has_own", [True, False])
def test_second_step_of_the_provider_counts_when_the_town_says_so(
    there: Provider, jan: User, settings: Any, trusted: list[str], said: dict[str, Any], goes_in: bool, has_own: bool
) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.STAFF_OIDC_SECOND_STEP = True, trusted
    if has_own:
        equipped(jan)
    there.changes = said
    client = Client()
    come_in(client, there)
    assert is_in(client) is goes_in
    if not goes_in:
        assert client.get("/beheer/")["Location"] == "/beheer/tweede-stap/"
    there.changes = {}
    come_in(client, there)  # the same browser, and this time without
    assert not is_in(client)


def test_password_switched_off_is_off_on_every_road_except_for_superusers(
    there: Provider, jan: User, settings: Any
) -> None:
    settings.STAFF_PASSWORD = False
    boss = User.objects.create_superuser("boss", password=PASSWORD)
    sign_in(client := Client(), jan.username, PASSWORD)
    assert not is_in(client)
    front = client.post("/_util/login/", {"username": jan.username, "password": PASSWORD})
    assert front.status_code in {200, 404}
    assert not is_in(client)
    sign_in(client, boss.username, PASSWORD)
    assert is_in(client)
    page = BeautifulSoup(Client().get("/beheer/login/").content, "html.parser")
    assert page.find("summary").get_text() == "Met een wachtwoord, in nood"
    assert "open" not in page.find("details").attrs
    come_in(own := Client(), there)
    assert is_in(own)
    account = "/beheer/account/tweede-stap/"
    assert own.post(account, {"doe": "vervang"})["Location"].startswith("/beheer/tweede-stap/instellen/")
    session = own.session
    session["second_factor_sure"] = (timezone.now() - timedelta(minutes=11)).timestamp()
    session.save()
    assert "meld u opnieuw aan" in own.post(account, {"doe": "vervang"}).content.decode()


def test_joining_without_a_password(there: Provider, jan: User, settings: Any) -> None:
    settings.STAFF_PASSWORD = False
    staff_actions.invite(person=jan, by=Actor.system("test"), at=timezone.now())
    text = Delivery.objects.get(kind="account").payload["text"]
    assert "Meld u aan met het account van uw werk:" in text
    assert "password_reset" not in text


def test_owner_ties_and_unties_with_the_password(there: Provider, jan: User, settings: Any) -> None:
    settings.STAFF_OIDC_BY_EMAIL = False
    client = Client()
    client.force_login(jan, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(ACCOUNT, {"password": "fout"}).status_code == 200
    where = client.post(ACCOUNT, {"password": PASSWORD})["Location"]
    thief = Client()
    thief.force_login(User.objects.create_superuser("dief"), backend="django.contrib.auth.backends.ModelBackend")
    assert thief.get(there.sign_in_at(where)).status_code == 400
    where = client.post(ACCOUNT, {"password": PASSWORD})["Location"]
    assert client.get(there.sign_in_at(where))["Location"] == ACCOUNT
    assert StaffSubject.objects.get().user == jan
    come_in(again := Client(), there)
    assert is_in(again)
    assert client.post(ACCOUNT, {"doe": "los", "password": "fout"}).status_code == 200
    client.post(ACCOUNT, {"doe": "los", "password": PASSWORD})
    assert not StaffSubject.objects.exists()
    assert Delivery.objects.filter(kind="account").count() == 2
    refuse(Client(), there)


def test_nobody_is_led_elsewhere(there: Provider, jan: User) -> None:
    assert come_in(Client(), there, "https://elders.example/")["Location"] == "/beheer/"


def test_state_of_another_browser_is_refused(there: Provider, jan: User) -> None:
    address = there.sign_in_at(Client().post("/beheer/aanmelden/")["Location"])
    assert Client().get(address).status_code == 400
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert Client().get(f"/beheer/aanmelden/terug/?state={state}&error=access_denied").status_code == 400
    assert not StaffSubject.objects.exists()


def test_without_a_provider_there_is_nothing(jan: User, settings: Any) -> None:
    settings.STAFF_OIDC = None
    client = Client()
    assert client.post("/beheer/aanmelden/").status_code == 404
    assert client.get("/beheer/aanmelden/terug/").status_code == 404
    assert "/beheer/aanmelden/" not in client.get("/beheer/login/").content.decode()
    client.force_login(jan)
    assert client.get(ACCOUNT).status_code == 404
    assert ACCOUNT not in client.get(reverse("wagtailadmin_account")).content.decode()
