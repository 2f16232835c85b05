"""What a clerk finds in the morning, and the list of the own tasks."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import User
from dossiers.actions import add_task, assign, write_note
from dossiers.models import Dossier, Task
from tests import town

pytestmark = pytest.mark.django_db


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def cards(client: Client) -> dict[str, str]:
    """What stands on the home page, by the heading of the card."""
    page = BeautifulSoup(client.get("/beheer/").content, "html.parser")
    return {
        card.find("h3").get_text(strip=True): card.get_text(" ", strip=True) for card in page.select(".l-today section")
    }


def given_to(clerk: User, **told: Any) -> Dossier:
    dossier: Dossier = town.report(**told).dossier
    by = Actor.staff(clerk)
    assign(dossier=dossier, expected_version=1, handler=clerk, team=dossier.team, by=by, at=timezone.now())
    dossier.refresh_from_db()
    return dossier


def test_a_clerk_finds_messages_mentions_tasks_and_what_is_first(client: Client) -> None:
    an, bert = town.clerk("an"), town.clerk("bert", first_name="Bert")
    dossier = given_to(an)
    Dossier.objects.filter(pk=dossier.pk).update(has_news=True)
    now = timezone.now()
    add_task(dossier=dossier, text="Bel de aannemer", assignee=an, by=Actor.staff(bert), at=now)
    write_note(dossier=dossier, text="Kijk jij eens, @an?", by=Actor.staff(bert), at=now)

    found = cards(signed_in(client, an))

    assert list(found) == [
        "Burgers schreven u",
        "Collega's vermelden u",
        "Mijn taken",
        "Eerst af te werken",
    ]
    assert all(dossier.number in text for text in found.values())
    assert "Bel de aannemer" in found["Mijn taken"]
    assert "Bert" in found["Collega's vermelden u"]


def test_what_is_for_another_is_not_on_my_page(client: Client) -> None:
    an, bert = town.clerk("an"), town.clerk("bert")
    dossier = given_to(bert)
    Dossier.objects.filter(pk=dossier.pk).update(has_news=True)
    add_task(dossier=dossier, text="Bel", assignee=bert, by=Actor.staff(bert), at=timezone.now())
    add_task(dossier=dossier, text="Voor wie het dossier heeft", by=Actor.staff(bert), at=timezone.now())
    write_note(
        dossier=dossier, text="Voor @an, lang geleden", by=Actor.staff(bert), at=town.MONDAY - timedelta(days=30)
    )
    assert cards(signed_in(client, an)) == {}
    assert "Voor wie het dossier heeft" in cards(signed_in(client, bert))["Mijn taken"]


def test_a_message_in_a_dossier_that_nobody_has_is_for_the_whole_team(client: Client) -> None:
    an = town.clerk("an")
    rights = ("dossiers.view_dossier", "dossiers.handle_dossier", "wagtailadmin.access_admin")
    outsider = town.staff("piet", *rights, teams=(town.team("Andere dienst"),))
    dossier = town.report().dossier
    Dossier.objects.filter(pk=dossier.pk).update(has_news=True)
    assert dossier.number in cards(signed_in(client, an))["Burgers schreven u"]
    assert cards(signed_in(client, outsider)) == {}


def test_who_does_not_handle_dossiers_has_no_such_lists(client: Client) -> None:
    town.report()
    reader = town.staff("kijker", "dossiers.view_dossier", "dossiers.view_all_dossiers", "wagtailadmin.access_admin")
    signed_in(client, reader)
    assert cards(client) == {}
    assert client.get(reverse("dossiers:my_tasks")).status_code == 302


def test_a_task_is_ticked_off_from_the_list(client: Client) -> None:
    an = town.clerk("an")
    dossier = given_to(an)
    late = add_task(
        dossier=dossier, text="Te laat", assignee=an, due_on=town.MONDAY.date(), by=Actor.staff(an), at=town.MONDAY
    )
    add_task(dossier=dossier, text="Ooit", assignee=an, by=Actor.staff(an), at=town.MONDAY)
    signed_in(client, an)
    page = BeautifulSoup(client.get(reverse("dossiers:my_tasks")).content, "html.parser")
    texts = [text.get_text() for text in page.select(".l-tasks__text")]
    assert texts.index("Te laat") == 0  # what has a day stands first
    assert "Ooit" in texts
    assert "(te laat)" in page.select_one(".l-term--late").get_text()

    form = page.find("button", attrs={"aria-label": "Klaar: Te laat"}).find_parent("form")
    sent = {field["name"]: field["value"] for field in form.select("input") if field["name"] != "csrfmiddlewaretoken"}
    response = client.post(form["action"], sent)

    assert response.url == reverse("dossiers:my_tasks")
    late.refresh_from_db()
    assert late.done_by == an
    left = BeautifulSoup(client.get(reverse("dossiers:my_tasks")).content, "html.parser")
    assert "Te laat" not in [text.get_text() for text in left.select(".l-tasks__text")]


def test_a_task_of_a_dossier_that_one_may_no_longer_see_is_gone(client: Client) -> None:
    an, bert = town.clerk("an"), town.clerk("bert")
    dossier = given_to(bert)
    add_task(dossier=dossier, text="Bel", assignee=an, by=Actor.staff(bert), at=town.MONDAY)
    dossier.team.members.remove(an)
    assert cards(signed_in(client, an)) == {}


def test_the_page_costs_the_same_however_much_there_is(client: Client, django_assert_max_num_queries: Any) -> None:
    an, bert = town.clerk("an"), town.clerk("bert")
    signed_in(client, an)

    def more(number: int) -> None:
        for _each in range(number):
            dossier = given_to(an, name=f"Burger {Dossier.objects.count()}", email="")
            Dossier.objects.filter(pk=dossier.pk).update(has_news=True)
            add_task(dossier=dossier, text="Bel", assignee=an, by=Actor.staff(bert), at=town.MONDAY)
            write_note(dossier=dossier, text="Zie @an", by=Actor.staff(bert), at=timezone.now())

    more(1)
    client.get("/beheer/")
    with django_assert_max_num_queries(200) as few:
        client.get("/beheer/")
    more(8)
    with django_assert_max_num_queries(len(few)):
        page = client.get("/beheer/").content.decode()
    assert "Al mijn taken" in page
    assert "Alle ongelezen berichten van uw teams" in page
    assert Task.objects.open().count() > 5
