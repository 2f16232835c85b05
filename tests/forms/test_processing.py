"""The register of processing activities says what is configured, on the screen, as a file, and on the privacy page."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import KeepingTerm, User
from dossiers.models import ProcessType
from forms.processing import activities
from integrations.models import SmsGateway, WebhookEndpoint
from site_pages.blocks import BodyBlocks
from tests import ready, town
from tests.forms.builder import published_form

pytestmark = pytest.mark.django_db

SCREEN, FILE = "/beheer/verwerkingsregister/", "/beheer/verwerkingsregister.csv"


@pytest.fixture
def client_of_administrator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("jan"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(name: str) -> Any:
    return next(activity for activity in activities() if activity.name == name)


def test_a_process_with_its_forms() -> None:
    published_form()
    ProcessType.objects.update(
        retention_years=5, retention_source="Selectielijst 2.1", purpose="Straten herstellen.", legal_basis="Art. 6.1.e"
    )
    activity = told("Melding openbaar domein")
    assert (activity.purpose, activity.legal_basis) == ("Straten herstellen.", "Art. 6.1.e")
    assert (activity.kept, activity.source) == ("5 jaar na het einde van het dossier", "Selectielijst 2.1")
    said = {"Naam", "E-mailadres", "Telefoonnummer", "Plaats", "Wat mensen zelf schrijven", "Foto"}
    assert said <= set(activity.data), activity.data
    assert activity.forms == ["Melding openbaar domein"]
    assert activity.who == "Themaloket ruimte"


def test_what_nobody_decided_says_so() -> None:
    town.melding()
    activity = told("Melding openbaar domein")
    assert (activity.kept, activity.legal_basis) == ("Nog niet beslist", "Nog niet ingevuld")


def test_who_else_receives_something() -> None:
    town.melding()
    SmsGateway.objects.create(name="Sms-dienst", provider="generic", enabled=True, secret="x" * 40)
    SmsGateway.objects.create(name="Oude dienst", provider="generic", enabled=False, secret="x" * 40)
    WebhookEndpoint.objects.create(name="Kaart", address="https://kaart.example/", secret="x" * 40)
    receivers = " ".join(told("Melding openbaar domein").receivers)
    assert "Sms-dienst" in receivers
    assert "Kaart" in receivers
    assert "Oude dienst" not in receivers


def test_it_costs_the_same_for_many_processes() -> None:
    by = User.objects.create_superuser("beheerder")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            activities()
        return len(captured)

    ready.form("klacht", ready.process("klacht", by=by), by=by)
    few = queries()
    for name in ("attest", "inlichtingen"):
        ready.form(name, ready.process(name, by=by), by=by)
    assert queries() == few


def test_on_the_screen_and_as_a_file(client_of_administrator: Client) -> None:
    town.melding()
    ProcessType.objects.update(purpose="=cmd|' /C calc'!A0")
    page = BeautifulSoup(client_of_administrator.get(SCREEN).content, "html.parser")
    assert "Melding openbaar domein" in [title.get_text() for title in page.select("h2")]
    content = client_of_administrator.get(FILE).content.decode()
    assert content.startswith("\ufeffActiviteit;Doel;")
    assert "'=cmd" in content  # no spreadsheet takes it for a formula


@pytest.mark.parametrize("role", ["Onthaal", "Dossierbehandelaar", "Communicatie"])
def test_who_configures_nothing_does_not_see_it(client: Client, role: str) -> None:
    user = User.objects.create_user("iemand")
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert [client.get(address).status_code for address in (SCREEN, FILE)] == [302, 302]


def test_on_the_privacy_page() -> None:
    town.melding()
    body = BodyBlocks().to_python([{"type": "processing", "value": None}])
    table = BeautifulSoup(str(body.render_as_block()), "html.parser")
    assert "Melding openbaar domein" in table.get_text()
    assert "Nog niet beslist" in table.get_text()


def test_the_register_and_the_access_log_say_how_long_they_are_kept() -> None:
    assert told("Contactregister").kept.endswith("en 10 jaar na de laatste wijziging")
    KeepingTerm.objects.create(what="access_log", years=6, source="Besluit van 3 maart 2027")
    log = told("Toegangslog")
    assert (log.kept, log.source) == ("6 jaar nadat iemand keek", "Besluit van 3 maart 2027")
