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


def posted_back(found: Tag, name: str) -> list[str]:
    """What the browser sends of a hidden box, from everywhere on the page but the empty row."""
    boxes = found.select(f'input[type=hidden][name="{name}"]')
    return [box["value"] for box in boxes if not box.find_parent("template")]


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


# --- What only now shows, without a script


def test_question_that_only_now_shows_in_a_row_is_no_mistake(version: FormVersion) -> None:
    citizen = Citizen().start()
    before = page(citizen.get("step", 1))
    answer = {"kinderen-rij": ["0", "1"], "opmerking": "Tot dan"} | row(0, allergy="ja") | row(1, "Mia", "nee")
    seen = [*posted_back(before, "gezien"), "kinderen-1-voornaam,kinderen-1-allergie,kinderen-1-leeftijd"]
    found = page(first := citizen.fill_in(1, **answer, gezien=seen))
    assert errors(first) == []
    assert "vragen bij gekomen" in found.get_text(" ")
    assert not found.find(id="id_kinderen-0-waarvoor").find_parent(attrs={"hidden": True})
    assert found.find(id="id_kinderen-1-waarvoor").find_parent(attrs={"hidden": True})
    assert found.find(id="id_kinderen-0-voornaam")["value"] == "Jan"
    assert "kinderen" not in citizen.draft.answers, "half a row is no answer"
    again = citizen.fill_in(1, **answer, gezien=posted_back(found, "gezien"))
    assert errors(again) == ["Kind 1: Vul “Waarvoor?” in."], "by now it was asked"
    answer["kinderen-0-waarvoor"] = "noten"
    done = citizen.fill_in(1, **answer, gezien=posted_back(page(again), "gezien"))
    assert done["Location"] == citizen.address("step", 2)
    assert [child.get("waarvoor") for child in citizen.draft.answers["kinderen"]] == ["noten", None]


def test_mistake_in_what_did_show_is_said_all_the_same(version: FormVersion) -> None:
    citizen = Citizen().start()
    seen = posted_back(page(citizen.get("step", 1)), "gezien")
    response = citizen.fill_in(1, **{"kinderen-rij": ["0"]}, **row(0, allergy="ja", age="13"), gezien=seen)
    assert errors(response) == ["Kind 1: Vul 12 of minder in."]
    assert not page(response).find(id="id_kinderen-0-waarvoor_error")


def test_row_that_is_added_without_a_script_says_what_it_showed(version: FormVersion) -> None:
    citizen = Citizen().start()
    typed = {"kinderen-rij": ["0"]} | row(0, allergy="ja", what="noten")
    added = page(citizen.fill_in(1, **typed, **{"kinderen-erbij": "1"}))
    assert posted_back(added, "gezien") == [
        "kinderen,opmerking",
        "kinderen-0-allergie,kinderen-0-leeftijd,kinderen-0-voornaam,kinderen-0-waarvoor",
        "kinderen-1-allergie,kinderen-1-leeftijd,kinderen-1-voornaam",
    ]
    template = added.find("template").find("input", {"name": "gezien"})
    assert template["value"] == "kinderen-__rij__-allergie,kinderen-__rij__-leeftijd,kinderen-__rij__-voornaam"


def test_step_with_half_a_row_is_kept_as_typed_and_cannot_be_sent(version: FormVersion) -> None:
    citizen = Citizen().start()
    answer = {"kinderen-rij": ["0"], "bewaren": "1"} | row(0, allergy="ja")
    citizen.fill_in(1, **answer, gezien=posted_back(page(citizen.get("step", 1)), "gezien"))
    assert "kinderen" not in citizen.draft.answers
    assert page(citizen.get("step", 1)).find(id="id_kinderen-0-voornaam")["value"] == "Jan"


# --- Warnings


@pytest.fixture
def doubtful() -> Citizen:
    age = question("number", "Leeftijd", key="leeftijd", checks=[check("at_most", "12", "Dat is oud.", soft=True)])
    home = question("address", "Waar woont het kind?", key="thuis", required=False)
    builder.published_form(
        step("Kinderen", question("yes_no", "Kinderen?", key="heeft"), children(FIRST, age, home)),
        step("U", NAME, EMAIL),
    )
    return Citizen().start()


def children(*questions: dict[str, Any]) -> dict[str, Any]:
    has = builder.block_id("Kinderen?")
    return repeat("Uw kinderen", *questions, key="kinderen", minimum=1, maximum=3, when=when(rule(has, "is", "ja")))


def child(number: int, name: str, age: str, town: str = "") -> dict[str, str]:
    start = f"kinderen-{number}"
    home = {"street": "Statielei", "number": "1", "postcode": "2640", "town": town} if town else {}
    return {f"{start}-voornaam": name, f"{start}-leeftijd": age} | {
        f"{start}-thuis-{part}": text for part, text in home.items()
    }


TWO = {"heeft": "ja", "kinderen-rij": ["0", "1"]}
NOT_THERE = "Postcode 2640 hoort bij Mortsel, niet bij Gent. Klopt het adres?"


def test_warning_in_a_row_stands_at_its_place_and_is_asked_once(doubtful: Citizen) -> None:
    answer = TWO | child(0, "Jan", "6") | child(1, "Mia", "13", "Gent")
    warned = doubtful.fill_in(1, **answer)
    found = page(warned)
    assert errors(warned) == []
    assert [(link.get_text(), link["href"]) for link in found.select("[role=alert] a")] == [
        ("Kind 2: Dat is oud.", "#id_kinderen-1-leeftijd"),
        (f"Kind 2: {NOT_THERE}", "#id_kinderen-1-thuis-street"),
    ]
    first, second = found.select(".loket-row")[:2]
    assert [line.get_text() for line in first.select(".loket-warning")] == []
    assert [line.get_text() for line in second.select(".loket-warning")] == ["Dat is oud.", NOT_THERE]
    assert "kinderen" not in doubtful.draft.answers
    done = doubtful.fill_in(1, **answer, gewaarschuwd=posted_back(found, "gewaarschuwd"))
    assert done["Location"] == doubtful.address("step", 2)
    assert doubtful.draft.answers["kinderen"][1]["leeftijd"] == "13"
    doubtful.fill_in(2, naam="An", email="an@example.org")
    assert doubtful.send()["Location"] == doubtful.address("done")


@pytest.mark.parametrize(
    ("changed", "passes"),
    [
        ({"kinderen-0-leeftijd": "7"}, True),  # nothing was asked about that one
        ({"kinderen-1-voornaam": "Mieke"}, True),
        ({"kinderen-1-leeftijd": "14"}, False),
        ({"kinderen-0-leeftijd": "15"}, False),
        ({"kinderen-1-thuis-town": "Brugge"}, False),
    ],
)
def test_another_doubtful_answer_in_a_row_warns_again(doubtful: Citizen, changed: dict[str, str], passes: bool) -> None:
    answer = TWO | child(0, "Jan", "6") | child(1, "Mia", "13", "Gent")
    read = posted_back(page(doubtful.fill_in(1, **answer)), "gewaarschuwd")
    response = doubtful.fill_in(1, **(answer | changed), gewaarschuwd=read)
    assert (response.status_code == 302) is passes


def test_warning_waits_until_nothing_is_wrong(doubtful: Citizen) -> None:
    response = doubtful.fill_in(1, **TWO, **child(0, "", "6"), **child(1, "Mia", "13"))
    found = page(response)
    assert errors(response) == ["Kind 1: Vul “Voornaam” in."]
    assert not found.find("input", {"name": "gewaarschuwd"})
    assert [line.get_text() for line in found.select(".loket-row .loket-warning")] == ["Dat is oud."]


def test_group_that_does_not_apply_warns_of_nothing(doubtful: Citizen) -> None:
    answer = TWO | child(0, "Jan", "13") | {"heeft": "nee"}
    assert doubtful.fill_in(1, **answer)["Location"] == doubtful.address("step", 2)


def test_button_that_adds_a_row_warns_of_nothing(doubtful: Citizen) -> None:
    added = page(doubtful.fill_in(1, **TWO, **child(0, "Jan", "13"), **child(1, "", ""), **{"kinderen-erbij": "1"}))
    assert not added.select(".loket-warning")
    assert not added.select(".govuk-notification-banner")


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
