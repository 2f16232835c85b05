"""Mijn dossiers by mail: who sees what, once, for fifteen minutes, and no longer than half an hour."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers import actions
from dossiers.actions import my_dossiers
from dossiers.models import CitizenLogin, CitizenLoginCount, FollowLink
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def shown(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def ask(client: Client, email: str, **more: Any) -> Any:
    return client.post("/volg/", {"to": email}, follow=True, **more)


def mailed() -> list[str]:
    """The links of mails to mijn dossiers, the newest last."""
    texts = [delivery.payload["text"] for delivery in Delivery.objects.order_by("pk")]
    return [found[1] for text in texts if (found := re.search(r"https?://[^/]+(/volg/mijn/\S+)", text))]


def test_the_link_shows_the_dossiers_of_that_address_only(client: Client) -> None:
    town.report(subject="Losse tegel")
    town.report(subject="Sluikstort")
    town.report(subject="Van een ander", name="Jan", email="jan@example.org")
    ask(client, " Fatima@Example.org ")
    (link,) = mailed()
    assert "Toon mijn dossiers" in shown(client.get(link))
    page = client.post(link, follow=True)
    assert "Losse tegel" in shown(page)
    assert "Sluikstort" in shown(page)
    assert "Van een ander" not in shown(page)
    first = BeautifulSoup(page.content, "html.parser").select_one(".loket-dossiers a")
    assert first is not None
    assert "Wat kunt u doen?" in shown(client.get(str(first["href"])))


def test_the_answer_is_the_same_for_an_address_that_nobody_knows(client: Client) -> None:
    town.report()
    known = ask(client, "fatima@example.org")
    unknown = ask(Client(), "niemand@example.org")
    assert shown(known) == shown(unknown)
    assert "Als we dit adres kennen" in shown(unknown)
    assert len(mailed()) == 1
    assert CitizenLogin.objects.count() == 1  # an unknown address is kept nowhere


def test_opening_the_link_does_not_use_it_up_and_clicking_does(client: Client) -> None:
    town.report()
    ask(client, "fatima@example.org")
    (link,) = mailed()
    for _scanner in range(3):
        assert Client().get(link).status_code == 200
    assert client.post(link).status_code == 302
    assert client.post(link).status_code == 404
    assert Client().get(link).status_code == 404


def test_after_a_quarter_of_an_hour_the_link_is_dead_and_so_is_its_mail(client: Client) -> None:
    town.report()
    now = timezone.now()
    ask(client, "fatima@example.org")
    expires = Delivery.objects.latest("pk").expires_at
    assert expires is not None
    assert timedelta(minutes=14) < expires - now < timedelta(minutes=16)
    CitizenLogin.objects.update(expires_at=now)
    assert client.post(mailed()[0]).status_code == 404


def test_the_session_ends_after_half_an_hour_and_by_logging_out(client: Client) -> None:
    town.report()
    ask(client, "fatima@example.org")
    client.post(mailed()[0])
    assert "Losse tegel" in shown(client.get("/volg/"))
    CitizenLogin.objects.update(used_at=timezone.now() - timedelta(minutes=31))
    assert "Losse tegel" not in shown(client.get("/volg/"))
    CitizenLogin.objects.update(used_at=timezone.now())
    assert client.get("/volg/afmelden/").status_code == 405
    client.post("/volg/afmelden/")
    assert "Losse tegel" not in shown(client.get("/volg/"))


def test_a_link_to_somebody_else_or_a_withdrawn_one_shows_nothing(client: Client) -> None:
    opened = town.report()
    now = timezone.now()
    FollowLink.objects.create(
        dossier=opened.dossier, email="buur@example.org", created_at=now, expires_at=now + timedelta(days=1)
    )
    assert actions.links_of_address("buur@example.org", now) == []
    FollowLink.objects.update(revoked_at=now)
    assert actions.links_of_address("fatima@example.org", now) == []


def test_limits_per_address_and_per_network(client: Client) -> None:
    town.report()
    for _time in range(my_dossiers.PER_ADDRESS + 2):
        assert "Als we dit adres kennen" in shown(ask(client, "fatima@example.org", REMOTE_ADDR="198.51.100.7"))
    assert len(mailed()) == my_dossiers.PER_ADDRESS
    answers = [ask(client, f"a{n}@example.org", REMOTE_ADDR="198.51.100.7").status_code for n in range(20)]
    assert answers.count(429) == 7
    assert ask(client, "jan@example.org", REMOTE_ADDR="203.0.113.5").status_code == 200
    assert not CitizenLoginCount.objects.filter(subject__contains="198.51").exists()


def test_what_nobody_can_use_any_more_is_forgotten(client: Client) -> None:
    town.report()
    ask(client, "fatima@example.org")
    my_dossiers.purge_logins(at=timezone.now())
    assert CitizenLogin.objects.count() == 1
    my_dossiers.purge_logins(at=timezone.now() + timedelta(hours=3))
    assert (CitizenLogin.objects.count(), CitizenLoginCount.objects.count()) == (0, 0)


def test_of_eight_at_the_same_moment_one_gets_in() -> None:
    town.report()
    ask(Client(), "fatima@example.org")
    token = mailed()[0].split("/")[3]
    barrier = Barrier(8)

    def use(_number: int) -> bool:
        try:
            barrier.wait()
            return actions.use_link(token=token, at=timezone.now()) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_a_mobile_number_is_no_way_in_where_the_town_sends_no_text_messages(client: Client) -> None:
    town.report(email="", phone="0470 12 34 56")
    assert "Uw e-mailadres" in shown(client.get("/volg/"))
    assert "gsm-nummer" not in shown(client.get("/volg/"))
    assert ask(client, "0470 12 34 56").status_code == 422
    assert not CitizenLogin.objects.exists()


def test_no_address_of_these_pages_is_kept_or_shared(client: Client) -> None:
    for address in ("/volg/", reverse("my_dossiers_sent"), reverse("my_dossiers_texted"), "/volg/mijn/abc/"):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"


def test_the_list_costs_the_same_for_few_dossiers_and_for_many(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    town.report()
    ask(client, "fatima@example.org")
    client.post(mailed()[-1])
    with django_assert_max_num_queries(30) as few:
        client.get("/volg/")
    for number in range(8):
        town.report(subject=f"Melding {number}")
    with django_assert_max_num_queries(len(few)):
        assert "Melding 7" in shown(client.get("/volg/"))
