"""The base of registers, tried on a register of teams in which people see only their own."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.db import models
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.log_actions import log

from core.admin import ClosingDays
from core.models import ClosingDay, User
from core.registers import Register, RegisterIndexView
from dossiers.models import Dossier, ProcessType, Team

pytestmark = pytest.mark.django_db


class OwnTeams(models.QuerySet[Team]):
    def visible_to(self, user: User) -> "OwnTeams":
        return self.filter(members=user)


@pytest.fixture
def _scoped_teams() -> Iterator[None]:
    """Team as a model whose manager has visible_to: the screens of its register must then hide the rest."""
    manager = Team._meta.default_manager
    original = manager._queryset_class
    manager._queryset_class = OwnTeams
    yield
    manager._queryset_class = original


@pytest.fixture
def user() -> User:
    """Has every right to teams and closing days; scoping is all that holds them back."""
    user = User.objects.create_user("lien", password="a-password-of-its-own")
    user.user_permissions.set(
        Permission.objects.filter(content_type__model__in=["team", "closingday"])
        | Permission.objects.filter(codename="access_admin")
    )
    return user


@pytest.fixture
def client(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def own(user: User) -> Team:
    team = Team.objects.create(name="Ruimte")
    team.members.add(user)
    return team


@pytest.fixture
def hidden() -> Team:
    return Team.objects.create(name="Geheim")


def address(action: str, team: Team | None = None) -> str:
    return reverse(f"dossiers_team_modeladmin_{action}", args=[team.pk] if team else [])


@pytest.mark.usefixtures("_scoped_teams")
class TestScoping:
    def test_the_list_shows_only_what_the_person_may_see(self, client: Client, own: Team, hidden: Team) -> None:
        page = client.get(address("index")).content.decode()

        assert "Ruimte" in page
        assert "Geheim" not in page

    def test_so_does_the_export(self, client: Client, own: Team, hidden: Team) -> None:
        response = client.get(address("index") + "?export=csv")

        content = b"".join(response.streaming_content).decode()
        assert "Ruimte" in content
        assert "Geheim" not in content

    def test_so_does_a_search(self, client: Client, own: Team, hidden: Team) -> None:
        assert "Geheim</" not in client.get(address("index") + "?q=Geheim").content.decode()

    @pytest.mark.parametrize("action", ["edit", "delete", "history"])
    def test_no_address_opens_a_hidden_row(self, client: Client, own: Team, hidden: Team, action: str) -> None:
        assert client.get(address(action, own)).status_code == 200
        assert client.get(address(action, hidden)).status_code == 404

    @pytest.mark.parametrize("action", ["edit", "delete"])
    def test_nothing_is_done_to_a_hidden_row(self, client: Client, hidden: Team, action: str) -> None:
        assert client.post(address(action, hidden), {"name": "Anders"}).status_code == 404
        assert Team._base_manager.get(pk=hidden.pk).name == "Geheim"

    def test_inspecting_is_scoped_too(self, user: User, own: Team, hidden: Team) -> None:
        from django.http import Http404

        class Inspected(Register):
            model = Team
            inspect_view_enabled = True

        request = RequestFactory().get("/")
        request.user = user

        assert Inspected().inspect_view(request, str(own.pk)).status_code == 200
        with pytest.raises(Http404):
            Inspected().inspect_view(request, str(hidden.pk))


def test_without_rights_every_address_sends_away(client: Client, user: User) -> None:
    team = Team.objects.create(name="Ruimte")
    user.user_permissions.set(Permission.objects.filter(codename="access_admin"))

    addresses = [address("index"), address("create")]
    addresses += [address(action, team) for action in ("edit", "delete", "history")]
    for url in addresses:
        assert client.get(url).url == "/beheer/"


def test_a_key_that_is_no_number_is_not_found(client: Client) -> None:
    assert client.get(reverse("dossiers_team_modeladmin_edit", args=["x"])).status_code == 404


def test_the_history_tells_who_changed_what(client: Client, user: User) -> None:
    team = Team.objects.create(name="Ruimte")

    def shown() -> str:
        page = BeautifulSoup(client.get(address("history", team)).content, "html.parser")
        return page.find(id="listing-results").get_text()

    assert "lien" not in shown()
    log(instance=team, action="wagtail.edit", user=user)

    assert "lien" in shown()


def test_pages_have_one_title_and_a_way_back(client: Client) -> None:
    team = Team.objects.create(name="Ruimte")

    page = BeautifulSoup(client.get(address("edit", team)).content, "html.parser")

    assert len(page.find_all("h1")) == 1
    trail = page.find(attrs={"data-w-breadcrumbs": True}).find_all("a")
    assert address("index") in [link["href"] for link in trail]


def test_a_row_in_use_is_not_deleted_and_the_person_hears_why(client: Client) -> None:
    used, free = Team.objects.create(name="Ruimte"), Team.objects.create(name="Vrij")
    ProcessType.objects.create(name="Melding", kind="melding", prefix="MEL", team=used)

    refused = client.post(address("delete", used), follow=True)
    client.post(address("delete", free))

    assert list(Team.objects.all()) == [used]
    assert "Ruimte" in BeautifulSoup(refused.content, "html.parser").select_one(".messages .error").get_text()


def test_closing_days_are_kept_in_the_admin(client: Client) -> None:
    client.post(reverse("core_closingday_modeladmin_create"), {"day": "11/07/2027", "name": "Vlaamse feestdag"})
    day = ClosingDay.objects.get()
    assert (day.day.month, day.day.day) == (7, 11)

    client.post(reverse("core_closingday_modeladmin_delete", args=[day.pk]))

    assert not ClosingDay.objects.exists()


def test_an_export_reads_as_people_do() -> None:
    """Headings in words, choices as shown and the time on the wall."""

    class Exported(Register):
        model = Dossier
        list_export = ("number", "opened_at", "origin")

    request = RequestFactory().get("/?export=csv")
    request.user = User.objects.create_superuser("root")
    view = RegisterIndexView(model_admin=Exported())
    view.setup(request)
    view.list_export = Exported.list_export
    at = datetime(2026, 7, 1, 10, 30, 15, 123456, tzinfo=UTC)
    dossier = Dossier(number="MEL-2026-000001", opened_at=at, origin="own")

    row = view.to_row_dict(dossier)

    assert str(row["opened_at"]) == "2026-07-01 12:30:15"
    assert row["origin"] == dossier.get_origin_display()
    label = str(Dossier._meta.get_field("opened_at").verbose_name)
    assert view.get_heading(Dossier.objects.none(), "opened_at") == label.capitalize()


def test_the_export_of_closing_days(client: Client) -> None:
    ClosingDay.objects.create(day="2027-07-11", name="Vlaamse feestdag")

    response = client.get(reverse("core_closingday_modeladmin_index") + "?export=csv")

    heading, row = csv.reader(io.StringIO(b"".join(response.streaming_content).decode()))
    assert all(title[0].isupper() for title in heading)
    assert row == ["2027-07-11", "Vlaamse feestdag"]
    assert ClosingDays.export_filename in response["Content-Disposition"]
