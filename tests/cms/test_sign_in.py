"""Guessing passwords, demo accounts, and who may change whom."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import reverse

from cms import demo_accounts
from cms.roles import ROLES
from core.models import User

pytestmark = pytest.mark.django_db

LOGIN = "/beheer/login/"
PASSWORD = "a-password-of-its-own"


def member(role: str, username: str = "") -> User:
    user = User.objects.create_user(username or role, email=f"{role}@mortsel.example", password=PASSWORD)
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    return user


def sign_in(client: Client, username: str, password: str, ip: str = "203.0.113.7") -> Any:
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=ip)


def guess(client: Client, username: str, times: int) -> Any:
    for attempt in range(times):
        response = sign_in(client, username, f"wrong {attempt}")
    return response


def test_staff_signs_in(client: Client) -> None:
    member("onthaal")

    response = sign_in(client, "onthaal", PASSWORD)

    assert response.status_code == 302
    assert response.url == "/beheer/"


def test_the_sign_in_page_has_labels_and_no_placeholders(client: Client) -> None:
    page = BeautifulSoup(client.get(LOGIN).content, "html.parser")

    for name, token in (("username", "username"), ("password", "current-password")):
        field = page.find("input", attrs={"name": name})
        assert page.find("label", attrs={"for": field["id"]}).get_text(strip=True)
        assert not field.get("placeholder")
        assert field["autocomplete"] == token


def test_seven_mistakes_do_not_lock(client: Client) -> None:
    member("onthaal")
    guess(client, "onthaal", 7)

    assert sign_in(client, "onthaal", PASSWORD).status_code == 302


def test_eight_mistakes_lock_even_the_right_password_out_and_say_so(client: Client) -> None:
    member("onthaal")
    last = guess(client, "onthaal", 8)

    assert last.status_code == 429
    locked = sign_in(client, "onthaal", PASSWORD)
    assert locked.status_code == 429
    page = BeautifulSoup(locked.content, "html.parser")
    assert "15" in page.find("main").get_text()
    assert not client.get("/beheer/").wsgi_request.user.is_authenticated


def test_a_lock_counts_for_that_name_from_that_place_only(client: Client) -> None:
    member("onthaal")
    member("directie")
    guess(client, "onthaal", 8)

    assert sign_in(client, "directie", PASSWORD).status_code == 302
    assert sign_in(Client(), "onthaal", PASSWORD, ip="203.0.113.8").status_code == 302


def test_a_lock_opens_after_a_quarter_of_an_hour(client: Client) -> None:
    member("onthaal")
    guess(client, "onthaal", 8)
    attempt = AccessAttempt.objects.get()
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - timedelta(minutes=16))

    assert sign_in(client, "onthaal", PASSWORD).status_code == 302


def test_a_form_from_elsewhere_is_refused_with_a_page_of_ours() -> None:
    response = Client(enforce_csrf_checks=True).post(LOGIN, {"username": "x", "password": "y"})

    assert response.status_code == 403
    assert BeautifulSoup(response.content, "html.parser").find("h1").get_text(strip=True)
    assert "cms/csrf_failure.html" in [template.name for template in response.templates]


# --- Demo accounts


def demo_account() -> User:
    return User.objects.create_user("onthaal", password="loket-demo-2026", is_demo=True)


def test_production_refuses_to_run_beside_a_demo_account(settings: Any) -> None:
    settings.PRODUCTION = True
    demo_account()

    with pytest.raises(ImproperlyConfigured, match="onthaal"):
        demo_accounts.refuse_in_production()
    with pytest.raises(SystemCheckError, match=r"cms\.E001"):
        call_command("check", databases=["default"])


def test_production_runs_without_demo_accounts(settings: Any) -> None:
    settings.PRODUCTION = True
    member("onthaal")

    demo_accounts.refuse_in_production()
    call_command("check", databases=["default"])


def test_outside_production_demo_accounts_are_welcome() -> None:
    demo_account()

    demo_accounts.refuse_in_production()


def test_the_server_asks_before_it_starts() -> None:
    """Importing cms.wsgi is what granian and gunicorn do."""
    program = (
        "from unittest import mock\n"
        "import django; django.setup()\n"
        "with mock.patch('cms.demo_accounts.refuse_in_production', side_effect=SystemExit('asked')):\n"
        "    import cms.wsgi\n"
    )

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert "asked" in result.stderr


# --- Who may change whom


def test_an_administrator_makes_no_superuser(client: Client) -> None:
    client.force_login(member("beheerder"))
    form = {
        "username": "nieuw", "email": "nieuw@mortsel.example", "first_name": "An", "last_name": "Nieuw",
        "password1": "een-lang-wachtwoord", "password2": "een-lang-wachtwoord", "is_superuser": "on",
        "groups": [Group.objects.get(name="Onthaal").pk],
    }  # fmt: skip

    client.post(reverse("wagtailusers_users:add"), form)

    made = User.objects.get(username="nieuw")
    assert not made.is_superuser
    assert made.groups.get().name == "Onthaal"


def test_an_administrator_does_not_touch_a_superuser(client: Client) -> None:
    root = User.objects.create_superuser("root", email="root@mortsel.example", password=PASSWORD)
    client.force_login(member("beheerder"))
    edit = reverse("wagtailusers_users:edit", args=[root.pk])

    assert client.get(edit).status_code == 302
    new = "een-ander-wachtwoord"
    client.post(edit, {"username": "root", "email": root.email, "first_name": "A", "last_name": "B",
                       "password1": new, "password2": new, "is_active": "on"})  # fmt: skip
    bulk = reverse("wagtail_bulk_action", args=["core", "user", "set_active_state"])
    client.post(f"{bulk}?id={root.pk}", {"mark_as_active": "False"})

    root.refresh_from_db()
    assert root.check_password(PASSWORD)
    assert root.is_active


def test_an_administrator_changes_a_colleague(client: Client) -> None:
    colleague = member("onthaal")
    client.force_login(member("beheerder"))
    edit = reverse("wagtailusers_users:edit", args=[colleague.pk])
    directie = Group.objects.get(name="Directie")

    form = {
        "username": "onthaal",
        "email": colleague.email,
        "first_name": "An",
        "last_name": "Claes",
        "is_active": "on",
    }
    client.post(edit, form | {"groups": [directie.pk]})

    assert colleague.groups.get() == directie


def test_posting_to_a_copy_never_saves_over_the_account_it_would_copy(client: Client) -> None:
    boss = User.objects.create_superuser("baas", password=PASSWORD)
    client.force_login(member("beheerder"), backend="django.contrib.auth.backends.ModelBackend")
    client.post(
        f"/beheer/users/copy/{boss.pk}/",
        {"username": "overgenomen", "password1": "Kale-Olifant-77", "password2": "Kale-Olifant-77", "is_active": "on"},
    )
    boss.refresh_from_db()
    assert boss.username == "baas"
    assert boss.check_password(PASSWORD)
