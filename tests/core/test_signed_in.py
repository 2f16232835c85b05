"""A script of the editor asks whether somebody is signed in, before it posts what was typed."""

import pytest
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.test import Client

from tests import town

pytestmark = [pytest.mark.django_db]


def test_who_is_signed_in_gets_the_token_of_this_moment(client: Client) -> None:
    client.force_login(town.staff("ellen"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/beheer/aangemeld/")
    assert answer.status_code == 200
    assert len(answer.json()["token"]) == CSRF_TOKEN_LENGTH
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/beheer/aangemeld/").status_code == 405


def test_who_is_not_is_led_to_the_login(client: Client) -> None:
    answer = client.get("/beheer/aangemeld/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/beheer/login/")
