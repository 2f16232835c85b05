"""A citizen fills in a form, page by page, without JavaScript."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from forms.models import FormDefinition, FormDraft, FormVersion
from tests.forms import builder
from tests.forms.builder import Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form()


def page_of(response: Any, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(found.get_text(" ").split()) for found in page.select(selector)]


def test_start_page_tells_what_comes_and_makes_nothing_yet(version: FormVersion) -> None:
    response = Client().get("/formulieren/melding-openbaar-domein/")
    page = page_of(response)
    assert texts(page, "h1") == ["Melding openbaar domein"]
    assert "Ziet u iets dat stuk is?" in page.main.get_text()
    assert page.find("form", method="post")
    assert "no-store" in response["Cache-Control"] or "no-cache" in response["Cache-Control"]
    assert not FormDraft.objects.exists()
    assert "sessionid" not in response.cookies


def test_each_step_leads_to_the_next_and_the_last_to_the_check_page(version: FormVersion) -> None:
    citizen = Citizen().start()
    assert texts(page_of(citizen.get("step", 1)), "h1") == ["Het probleem"]
    assert citizen.fill_in(1, wat="losse-tegel")["Location"] == citizen.address("step", 2)
    assert citizen.fill_in(2, waar="Statielei 10")["Location"] == citizen.address("step", 3)
    assert citizen.fill_in(3, naam="An", email="an@example.org")["Location"] == citizen.address("check")


def test_step_page_has_labels_hints_and_tokens(version: FormVersion) -> None:
    citizen = Citizen().start()
    first = page_of(citizen.get("step", 1))
    assert "Wat is er aan de hand?" in texts(first, "fieldset legend")[0]
    assert [radio["value"] for radio in first.select("input[type=radio]")] == [
        "losse-tegel",
        "put-in-de-weg",
        "iets-anders",
    ]
    assert first.find(attrs={"data-maxlength": "4000"}).find("textarea", attrs={"name": "verhaal"})
    citizen.fill_in(1, wat="losse-tegel")
    second = page_of(citizen.get("step", 2))
    place = second.find("input", attrs={"name": "waar"})
    assert second.find(id=place["aria-describedby"]).get_text(strip=True) == "Straat en nummer, of een plek"
    assert second.find("form", enctype="multipart/form-data")
    citizen.fill_in(2, waar="Hier")
    third = page_of(citizen.get("step", 3))
    tokens = {
        field["name"]: field.get("autocomplete")
        for field in third.select("main input[name]")
        if field["type"] != "hidden"
    }
    assert tokens == {"naam": "name", "email": "email", "telefoon": "tel"}


def test_errors_are_named_and_nothing_typed_is_lost(version: FormVersion) -> None:
    citizen = Citizen().start()
    page = page_of(citizen.fill_in(3, naam="Fatima", email="fatima@", telefoon="12"))
    assert page.title.get_text().startswith(("Fout:", "Error:"))
    summary = page.select_one(".govuk-error-summary")
    assert [link["href"] for link in summary.select("a")] == ["#id_email", "#id_telefoon"]
    assert page.find(id="id_naam")["value"] == "Fatima"
    assert page.find(id="id_email")["value"] == "fatima@"
    assert page.find(id="id_telefoon")["value"] == "12"
    assert page.find(id="id_email")["aria-invalid"] == "true"
    assert citizen.draft.answers == {}


def test_check_page_shows_every_answer_with_a_way_to_change_it(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    page = page_of(citizen.get("check"))
    rows = {
        row.dt.get_text(strip=True): row.dd.get_text(" ", strip=True) for row in page.select(".govuk-summary-list__row")
    }
    assert rows["Wat is er aan de hand?"] == "Losse tegel"
    assert rows["Op welk nummer kunnen we u bellen?"] == "0470 12 34 56"
    assert rows["Hebt u een foto?"] in {"Not filled in", "Niet ingevuld"}
    change = page.select(".govuk-summary-list__actions a")[2]
    assert change["href"] == citizen.address("step", 2) + "?terug=controle#id_waar"
    assert change.find(class_="govuk-visually-hidden").get_text(strip=True) == "Waar is het?"
    assert "We bewaren uw gegevens" in page.main.get_text()


def test_change_returns_to_the_check_page(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    page = page_of(citizen.get("step", 2, terug="controle"))
    assert page.find(id="id_waar")["value"] == "Statielei 10"
    assert page.select_one(".govuk-back-link")["href"] == citizen.address("check")
    response = citizen.fill_in(2, back_to_check=True, waar="Markt 1")
    assert response["Location"] == citizen.address("check")
    assert citizen.draft.answers["waar"] == "Markt 1"


def test_return_address_cannot_lead_elsewhere(version: FormVersion) -> None:
    citizen = Citizen().start()
    response = citizen.client.post(citizen.address("step", 1) + "?terug=//evil.example", {"wat": "losse-tegel"})
    assert response["Location"] == citizen.address("step", 2)


def test_check_page_leads_to_the_first_step_that_is_not_filled_in(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, wat="losse-tegel")
    assert citizen.get("check")["Location"] == citizen.address("step", 2)
    assert citizen.send()["Location"] == citizen.address("step", 2)


def test_answers_survive_going_back(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, wat="put-in-de-weg", verhaal="Diep!\r\nEn nat.")
    page = page_of(citizen.get("step", 1))
    assert page.find("input", value="put-in-de-weg").has_attr("checked")
    assert page.find("textarea").get_text().strip() == "Diep!\nEn nat."


def test_an_answer_can_be_emptied(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    citizen.fill_in(1, wat="losse-tegel", verhaal="")
    assert citizen.draft.answers["verhaal"] == ""


def test_somebody_elses_form_is_not_found(version: FormVersion) -> None:
    owner = Citizen().start().fill_in_everything()
    stranger = Citizen().start()
    stranger.uuid = owner.uuid
    for page, args in (("step", (1,)), ("check", ()), ("done", ())):
        assert stranger.get(page, *args).status_code == 404
    assert stranger.fill_in(1, wat="iets-anders").status_code == 404
    assert stranger.send().status_code == 404
    assert owner.draft.answers["wat"] == "losse-tegel"


def test_a_step_that_does_not_exist_is_not_found(version: FormVersion) -> None:
    citizen = Citizen().start()
    assert citizen.get("step", 0).status_code == 404
    assert citizen.get("step", 4).status_code == 404
    assert citizen.fill_in(99).status_code == 404


def test_unpublished_form_says_so(version: FormVersion) -> None:
    version.definition.unpublish()
    page = page_of(Client().get(version.definition.get_absolute_url()), 410)
    assert "Melding openbaar domein" in page.main.get_text()
    assert Client().post(version.definition.get_absolute_url()).status_code == 410
    assert Client().get("/formulieren/bestaat-niet/").status_code == 404


def test_who_is_half_way_finishes_on_the_version_started(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, wat="losse-tegel")
    definition = FormDefinition.objects.get()
    changed = [builder.step("Nieuw", builder.question("text", "Iets nieuws")), *builder.melding_steps()]
    definition.body = changed
    newer = builder.publish(definition)
    assert newer.number == version.number + 1
    assert texts(page_of(citizen.get("step", 2)), "h1") == ["De plaats"]
    assert texts(page_of(Citizen().start().get("step", 1)), "h1") != texts(page_of(citizen.get("step", 1)), "h1")


def test_unpublishing_does_not_stop_who_is_half_way(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything()
    version.definition.unpublish()
    assert citizen.send()["Location"] == citizen.address("done")


def test_a_step_with_one_question_and_no_title_has_it_as_heading(version: FormVersion) -> None:
    builder.published_form(
        builder.step("", builder.WHAT), builder.step("Wie", builder.NAME, builder.EMAIL), slug="kort", title="Kort"
    )
    page = page_of(Citizen("kort").start().get("step", 1))
    assert texts(page, "h1") == ["Wat is er aan de hand?"]
    assert page.title.get_text().startswith("Wat is er aan de hand? – Kort")


def test_hostile_answers_are_shown_as_text(version: FormVersion) -> None:
    citizen = Citizen().start().fill_in_everything(naam="<script>alert(1)</script>", verhaal="<b>'\"&</b>")
    page = page_of(citizen.get("check"))
    assert not page.main.find("script")
    assert "<script>alert(1)</script>" in page.main.get_text()


def test_queries_per_page_stay_few(version: FormVersion, django_assert_max_num_queries: Any) -> None:
    citizen = Citizen().start().fill_in_everything()
    citizen.get("step", 1)  # warm: site and content types
    for page, args in (("step", (1,)), ("step", (3,)), ("check", ())):
        cache.clear()
        with django_assert_max_num_queries(4):
            assert citizen.get(page, *args).status_code == 200
    with django_assert_max_num_queries(3):
        Client().get(reverse("forms:start", args=["melding-openbaar-domein"]))
