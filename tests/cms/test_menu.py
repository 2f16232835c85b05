"""Each role sees its own part of /beheer/ and nothing else."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.admin.menu import SubmenuMenuItem, admin_menu

from cms.roles import ROLES
from core.models import User

pytestmark = pytest.mark.django_db

WEBSITE = {"pages", "formulieren", "gedeelde-vragen", "images", "documents", "media", "redirects", "reports"}
WORK = {"dossiers", "advies", "follow-through", "parties"}
AT_DESK = WORK | {"desk", "fill-in-form", "to-print", "incoming-mail"}
MANAGEMENT = {
    "competences", "teams", "recognition-categories", "standard-questions", "processing-register", "process-types",
    "letters", "signatories", "closing-days", "retention", "embed-hosts", "kiosk-addresses", "outgoing",
    "sms-gateways", "mailboxes", "webhooks", "users", "sites", "collections", "workflows", "workflow-tasks",
}  # fmt: skip
MEASURE = {"meten": {"satisfaction"}}
SEEN: dict[str, dict[str, set[str]]] = {
    "communicatie": {"website": WEBSITE},
    "onthaal": {"werk": AT_DESK | {"duplicates"}} | MEASURE,
    "dossierbehandelaar": {"werk": AT_DESK | {"taken", "deputies"}} | MEASURE,
    "zaalbeheer": {"werk": WORK | {"taken", "deputies"}},
    "postregistratie": {"werk": {"to-print"}},
    "financien": {},
    "vertrouwelijk": {},
    "coordinator_verenigingen": {"werk": WORK | {"desk", "taken", "deputies", "duplicates", "imports"}} | MEASURE,
    "directie": MEASURE,
    "gegevensbescherming": {"beheer": {"access-log", "retention"}},
    "beheerder": {
        "website": WEBSITE,
        "werk": AT_DESK | {"taken", "deputies", "duplicates", "imports"},
        "beheer": MANAGEMENT,
    }
    | MEASURE,
}
SCREENS = {
    "website": ("pages", "wagtailadmin_explore_root"),
    "werk": ("dossiers", "dossiers:list"),
    "beheer": ("teams", "dossiers_team_modeladmin_index"),
}


def member(role: str) -> User:
    user = User.objects.create_user(role, password="a-password-of-its-own", first_name="Lien")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    return user


def menu_of(user: User) -> dict[str, set[str]]:
    request = RequestFactory().get("/beheer/")
    request.user = user
    groups = admin_menu.menu_items_for_request(request)
    assert all(isinstance(group, SubmenuMenuItem) for group in groups)
    return {group.name: {item.name for item in group.menu.menu_items_for_request(request)} for group in groups}


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_shows_what_the_role_may_open(role: str) -> None:
    assert menu_of(member(role)) == SEEN[role]


def test_the_rendered_menu_is_the_same(client: Client) -> None:
    client.force_login(member("communicatie"))

    page = BeautifulSoup(client.get("/beheer/").content, "html.parser")

    props = json.loads(page.find("script", id="wagtail-sidebar-props").string)
    assert [group["name"] for group in main_menu(props)] == ["website"]


def main_menu(props: Any) -> list[dict[str, Any]]:
    """The items of the sidebar's main menu, out of telepath's packing."""
    for module in props["modules"]:
        if module["_type"] == "wagtail.sidebar.MainMenuModule":
            return [item["_args"][0] for item in module["_args"][0]]
    raise AssertionError("The sidebar has no main menu.")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("group", SCREENS)
def test_a_screen_outside_the_menu_does_not_open_by_its_address(client: Client, role: str, group: str) -> None:
    client.force_login(member(role))

    item, screen = SCREENS[group]
    response = client.get(reverse(screen))

    if item in SEEN[role].get(group, set()):
        assert response.status_code == 200
    else:
        assert response.status_code == 302
        assert response.url == "/beheer/"
        assert [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("role", ROLES)
def test_everyone_has_a_home_page(client: Client, role: str) -> None:
    client.force_login(member(role))

    assert "Lien" in client.get("/beheer/").content.decode()
