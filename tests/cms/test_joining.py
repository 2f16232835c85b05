"""A new colleague: an account with roles and teams in one go, and a link to choose a password."""

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.roles import ROLES
from core.models import User
from integrations.models import Delivery
from tests import town
from tests.cms.test_sign_in import member, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NEW = "Kale-Olifant-77"


@pytest.fixture
def boss(client: Client) -> User:
    user = member("beheerder")
    client.force_login(user)
    return user


def join(client: Client, **more: Any) -> Any:
    form = {
        "username": "nora",
        "email": "nora@mortsel.example",
        "first_name": "Nora",
        "last_name": "Peeters",
        "groups": [Group.objects.get(name="Dossierbehandelaar").pk],
        "teams": [town.team().pk],
    }
    return client.post(reverse("wagtailusers_users:add"), form | more)


def link() -> str:
    text = Delivery.objects.filter(kind="account").latest("pk").payload["text"]
    found = re.search(r"http://127\.0\.0\.1:\d+(/beheer/password_reset/\S+)", text)
    assert found, text
    return found.group(1)


def choose(client: Client, address: str) -> Any:
    page = client.get(address, follow=True)
    return client.post(page.wsgi_request.path, {"new_password1": NEW, "new_password2": NEW}, follow=True)


def test_account_roles_teams_and_a_mail_in_one_go(client: Client, boss: User) -> None:
    town.team()
    page = BeautifulSoup(client.get(reverse("wagtailusers_users:add")).content, "html.parser")
    assert not page.select("input[type=password]")
    assert page.select("input[name=teams]")

    assert join(client).status_code == 302

    nora = User.objects.get(username="nora")
    assert [group.name for group in nora.groups.all()] == ["Dossierbehandelaar"]
    assert list(nora.teams.all()) == [town.team()]
    message = Delivery.objects.get(kind="account").payload
    assert message["to"] == ["nora@mortsel.example"]
    assert "nora" in message["text"]
    assert "Loket verstuurde deze mail automatisch." in message["text"]
    history = client.get(reverse("wagtailusers_users:history", args=[nora.pk])).content.decode()
    assert "Verstuurde een link om een wachtwoord te kiezen" in history


def test_with_the_link_one_chooses_a_password_and_signs_in(client: Client, boss: User) -> None:
    join(client)
    visitor = Client()

    choose(visitor, link())

    assert sign_in(visitor, "nora", NEW).status_code == 302
    assert visitor.get("/beheer/").status_code == 200


def test_the_link_works_once(client: Client, boss: User) -> None:
    join(client)
    address = link()
    choose(Client(), address)

    again = Client().get(address, follow=True)

    assert not BeautifulSoup(again.content, "html.parser").select("input[type=password]")


def test_the_link_works_some_days(client: Client, boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    join(client)
    address = link()
    later = timezone.localtime().replace(tzinfo=None) + timedelta(days=2)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
    assert BeautifulSoup(Client().get(address, follow=True).content, "html.parser").select("input[type=password]")

    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later + timedelta(days=2))
    assert not BeautifulSoup(Client().get(address, follow=True).content, "html.parser").select("input[type=password]")


def test_before_that_nobody_signs_in_and_forgetting_helps_too(client: Client, boss: User) -> None:
    join(client)
    visitor = Client()
    assert sign_in(visitor, "nora", "").status_code == 200

    visitor.post(reverse("wagtailadmin_password_reset"), {"email": "nora@mortsel.example"})

    assert [message.to for message in mail.outbox] == [["nora@mortsel.example"]]


def test_a_name_that_is_taken_makes_nothing_and_keeps_what_was_typed(client: Client, boss: User) -> None:
    member("onthaal", "nora")

    answer = join(client)

    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select_one("input[name=last_name]")["value"] == "Peeters"
    assert page.select_one("input[name=teams]").has_attr("checked")
    assert not Delivery.objects.exists()


def test_nobody_chooses_the_password_of_a_colleague(client: Client, boss: User) -> None:
    colleague = member("onthaal")
    edit = reverse("wagtailusers_users:edit", args=[colleague.pk])
    assert not BeautifulSoup(client.get(edit).content, "html.parser").select("input[type=password]")

    client.post(edit, {"username": "onthaal", "email": colleague.email, "first_name": "A", "last_name": "B",
                       "password1": NEW, "password2": NEW, "is_active": "on"})  # fmt: skip

    colleague.refresh_from_db()
    assert not colleague.check_password(NEW)


def test_a_link_can_be_sent_again(client: Client, boss: User) -> None:
    colleague = member("onthaal")

    client.post(reverse("staff_invite", args=[colleague.pk]))
    choose(visitor := Client(), link())

    assert sign_in(visitor, "onthaal", NEW).status_code == 302


@pytest.mark.parametrize("role", [role for role in ROLES if role != "beheerder"])
def test_nobody_else_sends_one_or_makes_an_account(client: Client, role: str) -> None:
    colleague = member("onthaal", "collega")
    client.force_login(member(role))

    client.post(reverse("staff_invite", args=[colleague.pk]))
    join(client)

    assert not Delivery.objects.exists()
    assert not User.objects.filter(username="nora").exists()


def test_no_link_for_a_superuser(client: Client, boss: User) -> None:
    root = User.objects.create_superuser("root", email="root@mortsel.example")

    assert client.post(reverse("staff_invite", args=[root.pk])).status_code == 404
    assert not Delivery.objects.exists()
