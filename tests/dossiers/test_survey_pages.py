"""The pages of the three questions, as citizens reach them: by link, by code, and on the screen at the desk."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from dossiers.actions import surveys
from dossiers.models import CodeTry, Dossier, SurveyInvitation, SurveyResponse
from tests.dossiers import finished

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ANSWER = {"result": "4", "speed": "nvt", "treatment": "5", "remark": "", "contact_wish": "nee"}
SOMEWHERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def _middle_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries are counted in windows of an hour: no test runs across the end of one."""
    moment = timezone.now().replace(minute=32, second=0)
    ticks = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: moment + timedelta(milliseconds=next(ticks)))


@pytest.fixture
def invitation() -> SurveyInvitation:
    finished.refused(at=timezone.now())
    return SurveyInvitation.objects.get()


def page_of(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content.decode()
    return BeautifulSoup(response.content, "html.parser")


def heading(response: Any, status: int = 200) -> str:
    return str(page_of(response, status).h1.get_text(strip=True))


# --- The questions ----------------------------------------------------------------------------------------------------


def test_three_questions_in_words_and_none_chosen_beforehand(client: Client, invitation: SurveyInvitation) -> None:
    page = page_of(client.get(invitation.get_absolute_url()))
    assert [legend.get_text(strip=True) for legend in page.select("legend")][:3] == [
        "Hoe tevreden bent u over het resultaat?",
        "Hoe tevreden bent u over hoe snel we u geholpen hebben?",
        "Hoe tevreden bent u over hoe we met u omgingen?",
    ]
    fieldset = page.select_one("fieldset")
    assert fieldset is not None
    assert [label.get_text(strip=True) for label in fieldset.select("label")] == [
        "Helemaal niet tevreden",
        "Niet tevreden",
        "Niet tevreden en niet ontevreden",
        "Tevreden",
        "Heel tevreden",
        "Niet van toepassing",
    ]
    assert not page.select("input[checked]")


def test_nothing_of_the_dossier_shows(client: Client, invitation: SurveyInvitation) -> None:
    page = client.get(invitation.get_absolute_url()).content.decode()
    for secret in ("MEL-", "Fatima", "Losse tegel", "Melding openbaar domein", "fatima@example.org"):
        assert secret not in page


@pytest.mark.parametrize(("value", "chosen"), [("4", ["4"]), ("9", []), ("<script>", [])])
def test_a_link_may_choose_the_first_answer_and_keeps_nothing(
    client: Client, invitation: SurveyInvitation, value: str, chosen: list[str]
) -> None:
    page = page_of(client.get(invitation.get_absolute_url(), {"resultaat": value}))
    assert [option["value"] for option in page.select("input[checked]")] == chosen
    assert not SurveyResponse.objects.exists()
    invitation.refresh_from_db()
    assert invitation.answered_at is None


def test_an_answer_is_thanked_at_an_address_that_is_the_same_for_everybody(
    client: Client, invitation: SurveyInvitation
) -> None:
    response = client.post(invitation.get_absolute_url(), ANSWER)
    assert (response.status_code, response["Location"]) == (302, "/tevredenheid/bedankt/")
    assert heading(client.get("/tevredenheid/bedankt/")) == "Bedankt"
    assert SurveyResponse.objects.get().answers == (4, None, 5)
    assert heading(client.get(invitation.get_absolute_url())) == "U hebt al geantwoord"


def test_sending_twice_is_no_error(client: Client, invitation: SurveyInvitation) -> None:
    client.post(invitation.get_absolute_url(), ANSWER)
    again = client.post(invitation.get_absolute_url(), ANSWER | {"result": "1"})
    assert heading(again) == "U hebt al geantwoord"
    assert SurveyResponse.objects.get().result == 4


@pytest.mark.parametrize("question", ["result", "speed", "treatment"])
def test_a_question_without_an_answer_is_pointed_at(
    client: Client, invitation: SurveyInvitation, question: str
) -> None:
    answer = {name: value for name, value in ANSWER.items() if name != question}
    page = page_of(client.post(invitation.get_absolute_url(), answer | {"remark": "Goed."}), 422)
    assert page.title is not None
    assert page.title.get_text(strip=True).startswith("Fout:")
    [line] = page.select(".govuk-error-summary__list a")
    assert line["href"] == f"#id_{question}_0"
    assert "“Niet van toepassing”" in line.get_text()
    assert page.textarea is not None
    assert page.textarea.get_text(strip=True) == "Goed."
    assert not SurveyResponse.objects.exists()


def test_three_times_not_applicable_is_no_answer(client: Client, invitation: SurveyInvitation) -> None:
    answer = ANSWER | dict.fromkeys(("result", "speed", "treatment"), "nvt")
    page = page_of(client.post(invitation.get_absolute_url(), answer), 422)
    assert "Beantwoord minstens één van de drie vragen." in page.get_text()


def test_a_remark_that_is_too_long_is_not_cut_off(client: Client, invitation: SurveyInvitation) -> None:
    page_of(client.post(invitation.get_absolute_url(), ANSWER | {"remark": "a" * 1001}), 422)
    assert not SurveyResponse.objects.exists()


def test_after_the_last_day_the_page_says_so(client: Client, invitation: SurveyInvitation) -> None:
    SurveyInvitation.objects.update(asked_at=timezone.now() - timedelta(days=40), closes_at=timezone.now())
    for response in (client.get(invitation.get_absolute_url()), client.post(invitation.get_absolute_url(), ANSWER)):
        assert heading(response, 410) == "U kunt niet meer antwoorden"
    assert not SurveyResponse.objects.exists()


def test_a_question_that_was_stopped_is_closed(client: Client, invitation: SurveyInvitation) -> None:
    SurveyInvitation.objects.update(cancelled_at=timezone.now())
    assert heading(client.get(invitation.get_absolute_url()), 410) == "U kunt niet meer antwoorden"


@pytest.mark.parametrize("damage", ["tail", "other", "nonsense"])
def test_a_wrong_link_says_so_politely(client: Client, invitation: SurveyInvitation, damage: str) -> None:
    token = {
        "tail": invitation.token[:-1],
        "other": f"{'0' * 32}.{invitation.token.split('.')[1]}",
        "nonsense": "abc",
    }[damage]
    for response in (client.get(f"/tevredenheid/{token}/"), client.post(f"/tevredenheid/{token}/", ANSWER)):
        assert heading(response, 404) == "Deze link werkt niet"


def test_the_pages_are_kept_out_of_caches_referrers_and_search_engines(
    client: Client, invitation: SurveyInvitation
) -> None:
    for address in (invitation.get_absolute_url(), "/tevredenheid/", "/tevredenheid/bedankt/", "/tevredenheid/abc/"):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex"


def test_an_answer_from_elsewhere_is_refused_with_a_way_out(invitation: SurveyInvitation) -> None:
    response = Client(enforce_csrf_checks=True).post(invitation.get_absolute_url(), ANSWER)
    assert response.status_code == 403
    assert "cookies" in response.content.decode()
    assert not SurveyResponse.objects.exists()


# --- The code ---------------------------------------------------------------------------------------------------------


def typed(client: Client, code: str, address: str = SOMEWHERE, **more: Any) -> Any:
    return client.post("/tevredenheid/", {"code": code}, REMOTE_ADDR=address, **more)


def test_the_code_of_a_letter_leads_to_the_questions(client: Client, invitation: SurveyInvitation) -> None:
    assert heading(client.get("/tevredenheid/")) == "Hoe hebben we u geholpen?"
    response = typed(client, f" {invitation.printed_code.lower()} ")
    assert response["Location"] == invitation.get_absolute_url()
    assert not SurveyResponse.objects.exists()


def test_a_wrong_code_gets_a_calm_message(client: Client) -> None:
    page = page_of(typed(client, "XXXX-XXXX"), 422)
    assert "We kennen deze code niet. Kijk nog eens in uw brief." in page.get_text()
    field = page.select_one("#id_code")
    assert field is not None
    assert field["value"] == "XXXX-XXXX"


def test_after_ten_wrong_codes_in_an_hour_that_connection_waits(client: Client, invitation: SurveyInvitation) -> None:
    for _ in range(surveys.TRIES_AN_HOUR):
        assert typed(client, "XXXXXXXX").status_code == 422
    assert heading(typed(client, invitation.code), 429) == "Even wachten"
    assert typed(client, invitation.code, "203.0.113.9").status_code == 302  # somebody else


def test_right_codes_are_not_counted(client: Client, invitation: SurveyInvitation) -> None:
    for _ in range(surveys.TRIES_AN_HOUR + 5):
        assert typed(client, invitation.code).status_code == 302


def test_no_address_is_kept_and_nothing_at_all_after_the_hour(client: Client) -> None:
    typed(client, "XXXXXXXX")
    row = CodeTry.objects.get()
    assert SOMEWHERE not in row.subject
    assert surveys.purge_code_tries(at=row.ends_at - timedelta(seconds=1)) == 0
    assert surveys.purge_code_tries(at=row.ends_at) == 1


def test_an_answered_code_says_so(client: Client, invitation: SurveyInvitation) -> None:
    client.post(invitation.get_absolute_url(), ANSWER)
    assert heading(client.get(typed(client, invitation.code)["Location"])) == "U hebt al geantwoord"


# --- The screen at the desk -------------------------------------------------------------------------------------------


def test_the_screen_at_the_desk_has_no_menu_and_stays_so(client: Client, invitation: SurveyInvitation) -> None:
    response = client.post("/tevredenheid/?loket", {"code": invitation.code})
    assert response["Location"] == f"{invitation.get_absolute_url()}?loket"
    page = page_of(client.get(response["Location"]))
    assert page.header is None
    assert page.footer is None
    assert [link["href"] for link in page.select("main a")] == ["/tevredenheid/?loket"]
    response = client.post(f"{invitation.get_absolute_url()}?loket", ANSWER)
    assert response["Location"] == "/tevredenheid/bedankt/?loket"
    page = page_of(client.get(response["Location"]))
    assert [link["href"] for link in page.select("main a")] == ["/tevredenheid/?loket"]


def test_the_ordinary_page_has_its_menu(client: Client, invitation: SurveyInvitation) -> None:
    assert page_of(client.get(invitation.get_absolute_url())).header is not None


def test_the_pages_cost_few_queries(
    client: Client, invitation: SurveyInvitation, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        client.get(invitation.get_absolute_url())
    assert Dossier.objects.count() == 1
