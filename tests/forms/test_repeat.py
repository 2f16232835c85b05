"""Questions that are asked several times: rows come and go without a script, each with its own errors."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from core.publishing import NotPublishable
from forms.branches import follow
from forms.models import FormVersion, Submission
from forms.roles import Role
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, Citizen, check, question, repeat, rule, step, when

pytestmark = [pytest.mark.django_db, pytest.mark.both]

FIRST = question("text", "Voornaam", key="voornaam")
FOOD = question("yes_no", "Allergisch?", key="allergie")
WHAT_FOOD = question("text", "Waarvoor?", key="waarvoor", when=when(rule(FOOD, "is", "ja")))
AGE = question("number", "Leeftijd", key="leeftijd", checks=[check("at_most", "12")])
CHILDREN = repeat("Uw kinderen", FIRST, FOOD, WHAT_FOOD, AGE, key="kinderen", minimum=1, maximum=3)


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form(
        step("Kinderen", CHILDREN, question("text", "Opmerking", key="opmerking", required=False)),
        step("U", NAME, EMAIL),
    )


def page(response: Any) -> Tag:
    return BeautifulSoup(response.content, "html.parser").main


def row(number: int, name: str = "Jan", allergy: str = "nee", age: str = "6", what: str = "") -> dict[str, Any]:
    start = f"kinderen-{number}"
    return {
        f"{start}-voornaam": name, f"{start}-allergie": allergy, f"{start}-waarvoor": what, f"{start}-leeftijd": age,
    }  # fmt: skip


def errors(response: Any) -> list[str]:
    return [line.get_text(" ", strip=True) for line in page(response).select(".govuk-error-summary li")]


def test_one_row_stands_ready(version: FormVersion) -> None:
    citizen = Citizen().start()
    found = page(citizen.get("step", 1))
    assert [
        line["value"] for line in found.select('input[name="kinderen-rij"]') if not line.find_parent("template")
    ] == ["0"]
    assert "Kind 1" in found.get_text()


def test_rows_are_kept_and_read_back(version: FormVersion) -> None:
    citizen = Citizen().start()
    answer = {"kinderen-rij": ["0", "1"]} | row(0, "Jan") | row(1, "Mia", "ja", "8", "noten")
    assert citizen.fill_in(1, **answer)["Location"] == citizen.address("step", 2)
    assert citizen.draft.answers["kinderen"] == [
        {"voornaam": "Jan", "allergie": "nee", "leeftijd": "6"},
        {"voornaam": "Mia", "allergie": "ja", "waarvoor": "noten", "leeftijd": "8"},
    ]
    again = page(citizen.get("step", 1))
    assert again.find("input", {"name": "kinderen-1-voornaam"})["value"] == "Mia"
    citizen.fill_in(2, naam="An", email="an@example.org")
    check_page = page(citizen.get("check")).get_text(" ")
    assert "Kind 2" in check_page
    assert "noten" in check_page
    assert citizen.send()["Location"] == citizen.address("done")
    kept = Submission.objects.get().answers["steps"][0]["answers"][0]
    assert kept["text"].startswith("Kind 1\nVoornaam: Jan\nAllergisch? Nee\nLeeftijd: 6")


def test_row_is_added_and_removed_without_a_script_and_nothing_typed_is_lost(version: FormVersion) -> None:
    citizen = Citizen().start()
    typed = {"kinderen-rij": ["0"], "opmerking": "Tot dan"} | row(0, "Jan", age="")
    added = citizen.fill_in(1, **typed, **{"kinderen-erbij": "1"})
    found = page(added)
    assert not errors(added), "adding a row is no sending"
    assert found.find("input", {"name": "kinderen-0-voornaam"})["value"] == "Jan"
    assert found.find("input", {"name": "kinderen-1-voornaam"})
    assert found.find("input", {"name": "opmerking"})["value"] == "Tot dan"
    two = {"kinderen-rij": ["0", "1"], "opmerking": "Tot dan"} | row(0, "Jan") | row(1, "Mia")
    removed = page(citizen.fill_in(1, **two, **{"kinderen-weg": "0"}))
    assert not removed.find("input", {"name": "kinderen-0-voornaam"})
    assert removed.find("input", {"name": "kinderen-1-voornaam"})["value"] == "Mia"
    assert "kinderen" not in citizen.draft.answers


def test_error_names_the_row_and_leads_to_its_control(version: FormVersion) -> None:
    citizen = Citizen().start()
    response = citizen.fill_in(1, **{"kinderen-rij": ["0", "1"]}, **row(0), **row(1, "", age="13"))
    assert errors(response) == ["Kind 2: Vul “Voornaam” in.", "Kind 2: Vul 12 of minder in."]
    assert page(response).select_one(".govuk-error-summary a")["href"] == "#id_kinderen-1-voornaam"
    assert page(response).find(id="id_kinderen-1-voornaam_error")


def test_condition_holds_for_each_row_by_itself(version: FormVersion) -> None:
    """Open Forms' users ask for it most: logic per item (its issue 2441)."""
    citizen = Citizen().start()
    answer = {"kinderen-rij": ["0", "1"]} | row(0, allergy="nee") | row(1, allergy="ja")
    assert errors(citizen.fill_in(1, **answer)) == ["Kind 2: Vul “Waarvoor?” in."]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "Vul er minstens één in."),
        (["0", "1", "2", "3"], "Vul er hoogstens 3 in."),
    ],
)
def test_too_few_and_too_many(version: FormVersion, rows: list[str], message: str) -> None:
    citizen = Citizen().start()
    answer: dict[str, Any] = {"kinderen-rij": rows}
    for number in range(len(rows)):
        answer |= row(number)
    assert message in errors(citizen.fill_in(1, **answer))


def test_blank_row_is_no_row(version: FormVersion) -> None:
    citizen = Citizen().start()
    blank = {"kinderen-1-voornaam": "", "kinderen-1-waarvoor": "", "kinderen-1-leeftijd": ""}
    citizen.fill_in(1, **{"kinderen-rij": ["0", "1"]}, **row(0), **blank)
    assert len(citizen.draft.answers["kinderen"]) == 1


@pytest.mark.parametrize(
    "rows", [["-1"], ["x"], ["0"] * 500, [str(n) for n in range(500)], ["99999999999"], ["٣"], ["0", "0"]]
)
def test_hostile_rows_are_never_an_error_of_ours(version: FormVersion, rows: list[str]) -> None:
    citizen = Citizen().start()
    assert citizen.fill_in(1, **{"kinderen-rij": rows}, **row(0)).status_code in {200, 302}


def test_number_of_rows_can_be_looked_at_and_counted_with() -> None:
    many = question("text", "Busje?", key="busje", when=when(rule(CHILDREN, "greater", "1")))
    made = builder.published_form(step("A", CHILDREN, many), step("U", NAME, EMAIL)).schema
    one, two = [{"voornaam": "a"}], [{"voornaam": "a"}, {"voornaam": "b"}]
    assert "busje" not in follow(made, {"kinderen": one}, Role.CITIZEN).keys
    assert "busje" in follow(made, {"kinderen": two}, Role.CITIZEN).keys


@pytest.mark.parametrize(
    "broken",
    [
        repeat("Leeg", key="leeg"),
        repeat("Zonder naam", FIRST, key="z", row_label=""),
        repeat("Omgekeerd", FIRST, key="o", minimum=5, maximum=2),
        repeat("Zonder vraag", question("text", "", key="q"), key="zv"),
    ],
)
def test_unsound_repeating_group_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(NotPublishable):
        builder.published_form(step("A", broken), step("U", NAME, EMAIL))
