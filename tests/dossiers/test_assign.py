"""Giving a dossier to somebody: on its own page, and what history and a colleague who was first have to say."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from dossiers.actions import Changed, StepRefused, assign
from dossiers.models import Dossier, Event
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def an() -> User:
    return town.clerk()


@pytest.fixture
def piet() -> User:
    return town.clerk("piet", first_name="Piet", last_name="Maes")


def give(dossier: Dossier, handler: User | None, by: User, **more: object) -> Event:
    found = {"dossier": dossier, "expected_version": 1, "handler": handler, "team": town.team(), "at": town.MONDAY}
    return assign(**{**found, **more, "by": Actor.staff(by)})


def test_a_colleague_gets_it_and_history_says_so(an: User, piet: User) -> None:
    dossier = town.report().dossier
    event = give(dossier, piet, an)
    dossier.refresh_from_db()
    assert (dossier.handler, dossier.version) == (piet, 2)
    assert (event.kind, event.reason, event.actor_name) == ("assigned", "Piet Maes", "An Claes")


def test_nobody_in_particular(an: User) -> None:
    dossier = town.report().dossier
    give(dossier, an, an)
    assert give(dossier, None, an, expected_version=2).reason == "niemand"
    dossier.refresh_from_db()
    assert dossier.handler is None


def test_another_team_gets_it_without_a_handler(an: User) -> None:
    dossier = town.report().dossier
    assert give(dossier, None, an, team=town.team("Leven")).reason == "Leven: niemand"
    dossier.refresh_from_db()
    assert (dossier.team.name, dossier.handler) == ("Leven", None)


def test_whoever_comes_second_is_told_who_was_first(an: User, piet: User) -> None:
    dossier = town.report().dossier
    give(dossier, piet, piet)
    with pytest.raises(Changed, match="Piet Maes"):
        give(dossier, an, an)
    dossier.refresh_from_db()
    assert (dossier.handler, dossier.events.count()) == (piet, 2)


def test_what_was_so_already_is_no_event(an: User) -> None:
    dossier = town.report().dossier
    with pytest.raises(StepRefused, match="al zo"):
        give(dossier, None, an)
    dossier.refresh_from_db()
    assert (dossier.version, dossier.events.count()) == (1, 1)


@pytest.mark.parametrize("why", ["another team", "only looks", "left"])
def test_only_who_may_handle_it_can_get_it(an: User, why: str) -> None:
    rights = ["dossiers.view_dossier"] if why == "only looks" else ["dossiers.view_dossier", "dossiers.handle_dossier"]
    wim = town.staff("wim", *rights, teams=() if why == "another team" else (town.team(),))
    if why == "left":
        User.objects.filter(pk=wim.pk).update(is_active=False)
    dossier = town.report().dossier
    with pytest.raises(StepRefused, match="behandelt geen dossiers"):
        give(dossier, User.objects.get(pk=wim.pk), an)
    dossier.refresh_from_db()
    assert (dossier.version, dossier.handler) == (1, None)


def test_who_sees_every_team_can_get_it_too(an: User) -> None:
    rights = ("dossiers.view_dossier", "dossiers.handle_dossier", "dossiers.view_all_dossiers")
    dossier = town.report().dossier
    give(dossier, town.staff("jan", *rights), an)
    dossier.refresh_from_db()
    assert dossier.handler is not None


# --- On the page


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, dossier: Dossier, **values: object) -> str:
    response = client.post(reverse("dossiers:assign", args=[dossier.pk]), values, follow=True)
    messages = BeautifulSoup(response.content, "html.parser").select(".messages li")
    return " ".join(message.get_text(" ", strip=True) for message in messages)


def test_the_page_offers_to_take_it_and_the_colleagues_who_may(an: User, piet: User) -> None:
    town.staff("els", "dossiers.view_dossier", teams=(town.team(),))
    town.team("Leven")
    dossier = town.report().dossier
    page = BeautifulSoup(sign_in(an).get(dossier.get_absolute_url()).content, "html.parser")
    assert page.find("button", string="Neem op mij")
    assert [option.get_text() for option in page.select("#id_handler option")] == ["Ikzelf", "Niemand", "Piet Maes"]
    assert [option.get_text() for option in page.select("#id_team option")] == ["Kies een team", "Leven"]


def test_take_give_and_hand_over(an: User, piet: User) -> None:
    dossier, client, leven = town.report().dossier, sign_in(an), town.team("Leven")
    assert "is nu bij An Claes" in post(client, dossier, version=1, handler=an.pk)
    assert "is nu bij Piet Maes" in post(client, dossier, version=2, handler=piet.pk)
    assert "geen behandelaar" in post(client, dossier, version=3, handler="niemand")
    assert "is nu bij Leven" in post(client, dossier, version=4, team=leven.pk)  # and back in the list
    dossier.refresh_from_db()
    assert (dossier.team, dossier.handler) == (leven, None)


@pytest.mark.parametrize(
    "values", [{"version": 1}, {"version": "x", "handler": "niemand"}, {"version": 1, "handler": 999}, {"team": ""}]
)
def test_nonsense_changes_nothing(an: User, values: dict[str, object]) -> None:
    dossier = town.report().dossier
    assert post(sign_in(an), dossier, **values)
    dossier.refresh_from_db()
    assert dossier.version == 1


def test_changed_meanwhile_is_said_on_the_page(an: User, piet: User) -> None:
    dossier = town.report().dossier
    give(dossier, piet, piet)
    assert "Intussen gewijzigd door Piet Maes" in post(sign_in(an), dossier, version=1, handler=an.pk)


def test_who_may_only_look_or_not_even_that_cannot_assign(an: User) -> None:
    dossier = town.report().dossier
    address = reverse("dossiers:assign", args=[dossier.pk])
    values = {"version": 1, "handler": "niemand"}
    looks = sign_in(town.staff("els", "dossiers.view_dossier", teams=(town.team(),)))
    stranger = sign_in(town.staff("wim", "dossiers.view_dossier", "dossiers.handle_dossier"))
    looks.post(address, values)
    assert stranger.post(address, values).status_code == 404
    assert sign_in(an).get(address).status_code == 405
    dossier.refresh_from_db()
    assert dossier.version == 1
    assert not BeautifulSoup(looks.get(dossier.get_absolute_url()).content, "html.parser").select("#id_handler")
