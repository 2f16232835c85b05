"""Tabs that people make for themselves or their team."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from core.models import User
from dossiers.models import SavedView
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ADDRESS = "/beheer/dossiers/weergaven/"


@pytest.fixture
def user() -> User:
    return town.clerk()


@pytest.fixture
def an(user: User) -> Client:
    return sign_in(user)


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def keep(client: Client, name: str = "Statielei", query: str = "plaats=Statielei", team: object = "") -> str:
    response = client.post(ADDRESS, {"name": name, "lijst": query, "team": team}, follow=True)
    found = BeautifulSoup(response.content, "html.parser").select(".messages li")
    return " ".join(message.get_text(" ", strip=True) for message in found)


def saved_tabs(client: Client, query: str = "") -> dict[str, bool]:
    """Those that the person sees, and whether it is the present one."""
    page = BeautifulSoup(client.get(f"/beheer/dossiers/?{query}").content, "html.parser")
    return {
        tab.get_text(" ", strip=True): tab.has_attr("aria-current") for tab in page.select(".l-tabs .l-tabs__saved")
    }


def test_the_present_filters_become_a_tab(an: Client) -> None:
    town.report()
    town.report(name="Jan", place="Elders")
    assert "is nu een tabblad" in keep(an, query="toon=mijn-teams&plaats=Statielei&sorteer=nieuwste")
    view = SavedView.objects.get()
    assert view.query == "toon=mijn-teams&plaats=Statielei&sorteer=nieuwste"
    assert saved_tabs(an, view.query) == {"Statielei": True}
    assert saved_tabs(an) == {"Statielei": False}
    page = BeautifulSoup(an.get(f"/beheer/dossiers/?{view.query}").content, "html.parser")
    assert len(page.select("[data-row]")) == 1
    assert not page.select(".l-save")  # it is kept already


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("plaats=Statielei&q=Fatima", "plaats=Statielei"),  # names of people are not kept
        ("plaats=Statielei&vanaf=abc&next=https://elders.example&<script>=1", "plaats=Statielei"),
        ("plaats=x%2500y", "plaats=x%2500y"),
        ("plaats=x%00y", "plaats=xy"),
        ("toon=verzonnen&kanaal=duif&team=9999&van=nooit", ""),
    ],
)
def test_only_filters_that_make_sense_are_kept(an: Client, query: str, kept: str) -> None:
    keep(an, query=query)
    assert SavedView.objects.get().query == kept


def test_it_needs_a_name(an: Client) -> None:
    assert "Geef de weergave een naam." in keep(an, name="  ")
    assert not SavedView.objects.exists()


def test_ones_own_are_for_oneself(an: Client) -> None:
    keep(an)
    colleague = sign_in(town.clerk("piet"))
    assert saved_tabs(colleague) == {}
    view = SavedView.objects.get()
    for name in ("rename_saved_view", "delete_saved_view", "move_saved_view"):
        address = reverse(f"dossiers:{name}", args=[view.pk])
        assert colleague.post(address, {"name": "Van mij"}).status_code == 404
        assert an.get(address).status_code == 405
    assert SavedView.objects.get().name == "Statielei"


def test_a_shared_one_is_for_the_team_and_narrows_what_each_may_see(an: Client, user: User) -> None:
    keep(an, name="Van niemand", query="behandelaar=niemand", team=town.team().pk)
    dossier = town.report().dossier
    colleague = sign_in(town.clerk("piet"))
    stranger = sign_in(town.staff("wim", "dossiers.view_dossier", teams=(town.team("Leven"),)))
    assert saved_tabs(colleague, "behandelaar=niemand") == {"Van niemand Themaloket ruimte": True}
    assert saved_tabs(stranger) == {}
    town.team("Leven").members.remove(*User.objects.all())
    town.team().members.remove(user)
    assert saved_tabs(an) == {}
    assert dossier.number not in an.get("/beheer/dossiers/?behandelaar=niemand").content.decode()


def test_nobody_shares_with_a_team_of_others(an: Client) -> None:
    keep(an, team=town.team("Leven").pk)
    assert not SavedView.objects.exists()


def test_rename_move_and_remove(an: Client) -> None:
    for name in ("Een", "Twee", "Drie"):
        keep(an, name=name)
    assert list(saved_tabs(an)) == ["Een", "Twee", "Drie"]
    third = SavedView.objects.get(name="Drie")
    an.post(reverse("dossiers:move_saved_view", args=[third.pk]))
    assert list(saved_tabs(an)) == ["Een", "Drie", "Twee"]
    an.post(reverse("dossiers:move_saved_view", args=[third.pk]))
    an.post(reverse("dossiers:move_saved_view", args=[third.pk]))  # it stands in front already
    an.post(reverse("dossiers:rename_saved_view", args=[third.pk]), {"name": "Vier"})
    an.post(reverse("dossiers:rename_saved_view", args=[third.pk]), {"name": " "})
    assert list(saved_tabs(an)) == ["Vier", "Een", "Twee"]
    an.post(reverse("dossiers:delete_saved_view", args=[third.pk]))
    assert list(saved_tabs(an)) == ["Een", "Twee"]


def test_a_colleague_renames_what_is_of_the_team_and_it_stays_of_the_team(an: Client) -> None:
    keep(an, team=town.team().pk)
    view = SavedView.objects.get()
    sign_in(town.clerk("piet")).post(reverse("dossiers:rename_saved_view", args=[view.pk]), {"name": "Ons werk"})
    view.refresh_from_db()
    assert (view.name, view.team, view.user.username) == ("Ons werk", town.team(), "an")


def test_there_is_an_end_to_it(an: Client, user: User) -> None:
    SavedView.objects.bulk_create(SavedView(user=user, name=f"W{number}") for number in range(30))
    assert "Verwijder er eerst een" in keep(an)
    assert SavedView.objects.count() == 30


def test_the_page_is_for_who_may_see_dossiers(client: Client) -> None:
    assert "/login/" in client.get(ADDRESS)["Location"]
    outsider = sign_in(town.staff("els"))
    assert outsider.get(ADDRESS).status_code != 200
    keep(outsider)
    assert not SavedView.objects.exists()
