"""What staff see of satisfaction: added up, never small groups, only of whom they may."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.roles import ROLES
from core.models import AccessLog, User
from dossiers.clock import BRUSSELS
from dossiers.models import SurveyInvitation
from dossiers.views.satisfaction import periods
from tests import town
from tests.dossiers import finished

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def member(role: str, *, in_team: bool = True) -> Client:
    user = User.objects.create_user(role, password="a-good-password")
    user.groups.add(Group.objects.get(name=ROLES[role].name))
    if in_team:
        town.team().members.add(user)
    return signed_in(user)


def answers(number: int, *scores: int | None, first: int = 0, **more: Any) -> None:
    """So many citizens who finished a dossier just now and answered this."""
    for which in range(first, first + number):
        finished.answered(*scores, number=which, at=timezone.now() - timedelta(hours=2), **more)
    SurveyInvitation.objects.update(asked_at=timezone.now() - timedelta(seconds=1))


def page_of(client: Client, name: str = "satisfaction", **query: str) -> BeautifulSoup:
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text(page: BeautifulSoup) -> str:
    assert page.main is not None
    return " ".join(page.main.get_text(" ").split())


def test_mean_rate_and_each_question_in_words_and_numbers() -> None:
    answers(5, 4, 2, 5)
    finished.refused(name="Stille Jan", email="stil@example.org", at=timezone.now())
    SurveyInvitation.objects.update(asked_at=timezone.now() - timedelta(seconds=1))
    shown = text(page_of(member("dossierbehandelaar")))
    assert "Tevredenheid, op 5 3,7 doel: minstens 3" in shown
    assert "83 % 5 van de 6 mensen aan wie we het vroegen" in shown
    assert "Melding openbaar domein 6 5 (83 %) 3,7" in shown
    assert "Website 6 5 (83 %) 3,7" in shown
    assert "Niet tevreden 5" in shown  # how fast
    assert "Gemiddeld 2,0 op 5, 5 antwoorden" in shown


@pytest.mark.parametrize("role", ["dossierbehandelaar", "beheerder", "directie"])
def test_of_fewer_than_five_answers_nobody_sees_anything(role: str) -> None:
    answers(4, 1, 1, 1)
    shown = text(page_of(member(role)))
    assert "te weinig antwoorden (minder dan 5)" in shown
    assert "1,0" not in shown
    assert "Helemaal niet tevreden 4" not in shown


def test_a_small_channel_is_hidden_and_cannot_be_subtracted_from_the_rest() -> None:
    answers(6, 5, 5, 5)
    answers(5, 3, 3, 3, first=10, channel="phone")
    answers(2, 1, 1, 1, first=20, channel="desk")
    shown = text(page_of(member("dossierbehandelaar")))
    assert "Balie 2 2 (100 %) te weinig antwoorden (minder dan 5)" in shown
    assert "Telefoon 5 5 (100 %) niet getoond, zodat een kleinere groep onbekend blijft" in shown
    assert "Website 6 6 (100 %) 5,0" in shown


def test_a_question_that_few_answered_is_hidden_too() -> None:
    answers(4, 4, 4, 4)
    answers(3, 4, None, 4, first=10)
    shown = text(page_of(member("dossierbehandelaar")))
    assert "Te weinig antwoorden op deze vraag (minder dan 5)." in shown


def test_one_answered_item_counts_as_answered_but_in_no_mean() -> None:
    answers(5, 5, 5, 5)
    answers(1, 1, None, None, first=10)
    shown = text(page_of(member("dossierbehandelaar")))
    assert "Tevredenheid, op 5 5,0" in shown
    assert "6 van de 6 mensen" in shown


def test_a_clerk_sees_the_own_teams_only() -> None:
    answers(5, 5, 5, 5)
    other = town.staff("piet", "dossiers.view_survey_results", teams=(town.team("Themaloket wonen"),))
    assert "In deze periode is aan niemand iets gevraagd" in text(page_of(signed_in(other)))
    assert "5,0" in text(page_of(member("directie", in_team=False)))


def test_who_is_in_no_team_reads_why_there_is_nothing() -> None:
    answers(5, 5, 5, 5)
    shown = text(page_of(member("onthaal", in_team=False)))
    assert "U ziet de cijfers van uw eigen teams, en u zit in geen enkel team." in shown
    assert "5,0" not in shown


def test_a_process_type_can_be_chosen_but_not_one_that_is_hidden() -> None:
    answers(7, 5, 5, 5)
    attest = town.published(town.draft_melding(name="Attest", prefix="ATT", kind="request"))
    answers(6, 2, 2, 2, first=10, process_version=attest)
    klacht = town.published(town.draft_melding(name="Klacht", prefix="KLA", kind="complaint"))
    answers(3, 1, 1, 1, first=20, process_version=klacht)
    client = member("dossierbehandelaar")
    # Attest is hidden along with Klacht: otherwise the total less the others would tell.
    page = page_of(client)
    assert [link.get_text() for link in page.select("th a")] == ["Melding openbaar domein"]
    chosen = text(page_of(client, soort=str(town.melding().process_type.pk)))
    assert "De drie vragen: " in chosen
    for wanted in (str(klacht.process_type.pk), "999999", "x"):
        shown = text(page_of(client, soort=wanted)).split("De drie vragen: ")[1]
        if wanted != str(klacht.process_type.pk):
            assert shown.startswith("Alle procestypes")
        else:
            assert "Helemaal niet tevreden" not in shown


@pytest.mark.parametrize("role", ["communicatie", "postregistratie", "financien", "zaalbeheer"])
@pytest.mark.parametrize("name", ["satisfaction", "satisfaction_csv", "satisfaction_remarks"])
def test_who_may_not_gets_nothing(role: str, name: str) -> None:
    response = member(role).get(reverse(name))
    assert response.status_code == 302
    assert response["Location"] == "/beheer/"


def test_the_export_holds_the_same_and_hides_the_same() -> None:
    answers(5, 4, 2, 5)
    answers(3, 1, 1, 1, first=10, channel="desk")
    response = member("directie").get(reverse("satisfaction_csv"))
    assert response["Content-Disposition"].startswith('attachment; filename="tevredenheid-kwartaal-')
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:6] == ["Per", "Naam", "Gevraagd", "Geantwoord", "Deel dat antwoordde", "Gemiddelde, op 5"]
    assert len(rows[0]) == 6 + 15
    by_name = {row[1]: row for row in rows[1:]}
    assert by_name["Alle procestypes"][2:6] == ["8", "8", "100 %", "2,7"]
    assert by_name["Balie"][2:] == ["3", "3", "100 %", "te weinig antwoorden (minder dan 5)"]
    assert by_name["Website"][5] == "niet getoond, zodat een kleinere groep onbekend blijft"


def test_the_page_costs_the_same_for_one_answer_and_for_many(django_assert_max_num_queries: Any) -> None:
    client = member("beheerder")
    answers(12, 4, 4, 4)
    client.get(reverse("satisfaction"))
    with django_assert_max_num_queries(16):
        client.get(reverse("satisfaction"))


# --- Remarks ----------------------------------------------------------------------------------------------------------


def test_remarks_are_read_without_names_and_that_is_written_down() -> None:
    answers(5, 4, 4, 4, remark="Vlot <b>geholpen</b>.")
    client = member("beheerder")
    shown = text(page_of(client, "satisfaction_remarks"))
    assert shown.count("Vlot <b>geholpen</b>.") == 5
    for secret in ("Burger 1", "MEL-", "example.org"):
        assert secret not in shown
    assert AccessLog.objects.filter(model="dossiers.surveyresponse", action="view").count() == 5


def test_remarks_of_a_small_group_are_not_shown() -> None:
    answers(4, 4, 4, 4, remark="Alleen ik schreef dit.")
    assert "Alleen ik" not in text(page_of(member("beheerder"), "satisfaction_remarks"))


@pytest.mark.parametrize("role", ["dossierbehandelaar", "directie", "onthaal"])
def test_figures_do_not_give_the_remarks(role: str) -> None:
    answers(5, 4, 4, 4, remark="Geheim.")
    client = member(role)
    assert client.get(reverse("satisfaction_remarks")).status_code == 302
    assert "Lees de opmerkingen" not in text(page_of(client))


# --- Periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "quarter", "last_quarter", "year", "last_year"),
    [
        (
            "2026-11-27",
            "2026-10-01/2027-01-01",
            "2026-07-01/2026-10-01",
            "2026-01-01/2027-01-01",
            "2025-01-01/2026-01-01",
        ),
        (
            "2027-01-01",
            "2027-01-01/2027-04-01",
            "2026-10-01/2027-01-01",
            "2027-01-01/2028-01-01",
            "2026-01-01/2027-01-01",
        ),
    ],
)
def test_periods_are_those_of_the_calendar(
    now: str, quarter: str, last_quarter: str, year: str, last_year: str
) -> None:
    found = periods(datetime.fromisoformat(now).replace(tzinfo=BRUSSELS))
    assert [f"{one.since:%Y-%m-%d}/{one.until:%Y-%m-%d}" for one in found] == [quarter, last_quarter, year, last_year]


def test_an_answer_belongs_to_the_period_in_which_was_asked() -> None:
    answers(5, 5, 5, 5)
    SurveyInvitation.objects.update(asked_at=periods(timezone.now())[1].since)
    client = member("directie")
    assert "aan niemand iets gevraagd" in text(page_of(client))
    assert "5,0" in text(page_of(client, periode="vorig-kwartaal"))


# --- At the desk ------------------------------------------------------------------------------------------------------


def test_the_desk_gets_a_code_by_a_button_and_that_is_written_down() -> None:
    dossier = finished.refused(email="", at=timezone.now())
    client = member("onthaal")
    address = reverse("dossiers:survey_desk", args=[dossier.pk])
    assert address in client.get(dossier.get_absolute_url()).content.decode()
    assert "Toon de code" in client.get(address).content.decode()
    assert not SurveyInvitation.objects.exists()
    shown = client.post(address).content.decode()
    invitation = SurveyInvitation.objects.get()
    assert invitation.printed_code in shown
    assert "/tevredenheid/?loket" in shown
    assert AccessLog.objects.filter(action="survey_code", object_id=str(invitation.pk)).count() == 1


def test_a_dossier_that_is_not_finished_is_not_asked_about() -> None:
    dossier = town.report().dossier
    client = member("dossierbehandelaar")
    address = reverse("dossiers:survey_desk", args=[dossier.pk])
    assert address not in client.get(dossier.get_absolute_url()).content.decode()
    response = client.post(address, follow=True)
    assert "Over dit dossier stellen we de vragen niet." in response.content.decode()


def test_a_dossier_of_another_team_does_not_exist_for_the_desk_screen() -> None:
    dossier = finished.refused(at=timezone.now())
    client = signed_in(town.staff("piet", "dossiers.view_dossier", teams=(town.team("Themaloket wonen"),)))
    address = reverse("dossiers:survey_desk", args=[dossier.pk])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
