"""Questions that come and go with the answers: on the server, page by page, without a script."""

from typing import Any

import pytest
from bs4 import BeautifulSoup

from core.publishing import NotPublishable
from dossiers.models import Dossier
from forms import schema
from forms.blocks import StepsBlock
from forms.branches import follow, follow_row
from forms.models import FormVersion, Submission, Upload
from forms.roles import Role
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, Citizen, group, question, rule, step, when

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LAMP = question("yes_no", "Gaat het over een lamp?", key="lamp")
WHICH = question("text", "Welke lamp?", key="welke", when=when(rule(LAMP, "is", "ja")))
WET = question("yes_no", "Is ze nat?", key="nat", when=when(rule(WHICH, "filled")))
PHOTO = question("photo", "Foto van de lamp", key="foto", required=False)
LAMP_STEP = step("Over de lamp", PHOTO, question("text", "Nummer", key="nummer"), when=when(rule(LAMP, "is", "ja")))
ME = step("U", NAME, EMAIL)


def compiled(*steps: dict[str, Any]) -> schema.Schema:
    return schema.build(title="T", intro="", privacy="", body=StepsBlock().to_python(list(steps)))


def applies(made: schema.Schema, role: str = Role.CITIZEN, **answers: Any) -> set[str]:
    return set(follow(made, answers, role).keys)


def text(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())


def shown(response: Any) -> list[str]:
    """Keys of the questions that a person sees on the page."""
    page = BeautifulSoup(response.content, "html.parser")
    boxes = page.select("[data-loket-question]")
    return [box["data-loket-question"] for box in boxes if not box.has_attr("hidden")]


# --- What applies


def test_chain_falls_with_its_first_link() -> None:
    """A hidden question counts as unanswered, whatever was filled in before: formidable's trap."""
    made = compiled(step("A", LAMP, WHICH, WET))
    assert applies(made, lamp="ja", welke="die") == {"lamp", "welke", "nat"}
    assert applies(made, lamp="nee", welke="die", nat="ja") == {"lamp"}


def test_conditions_work_across_steps_and_for_whole_steps() -> None:
    made = compiled(step("A", LAMP), LAMP_STEP, ME)
    assert follow(made, {"lamp": "ja"}, Role.CITIZEN).steps == [1, 2, 3]
    assert follow(made, {"lamp": "nee"}, Role.CITIZEN).steps == [1, 3]


def test_step_of_which_no_question_applies_is_left_out() -> None:
    made = compiled(step("A", LAMP), step("B", question("text", "X", key="x", when=when(rule(LAMP, "is", "ja")))), ME)
    assert follow(made, {"lamp": "nee"}, Role.CITIZEN).steps == [1, 3]


def test_group_shows_or_hides_as_one() -> None:
    made = compiled(step("A", LAMP, group("G", question("text", "X", key="x"), when=when(rule(LAMP, "is", "ja")))))
    assert applies(made, lamp="ja") == {"lamp", "x"}
    assert applies(made, lamp="nee") == {"lamp"}


def test_who_fills_in_decides_too() -> None:
    made = compiled(
        step("A", LAMP, question("text", "Naam vereniging", key="v", when=when(rule("@rol", "is", "vereniging"))))
    )
    assert applies(made, Role.ASSOCIATION) == {"lamp", "v"}
    assert applies(made, Role.CITIZEN) == {"lamp"}


PERIOD = question("date_range", "Wanneer?", key="periode")


@pytest.mark.parametrize(
    ("until", "extra"), [("2026-12-01", set()), ("2026-12-02", {"ontbijt"}), ("2026-12-03", {"ontbijt", "schoonmaak"})]
)
def test_condition_looks_at_the_nights_and_days_of_a_period(until: str, extra: set[str]) -> None:
    nights = when(rule(f"{PERIOD['id']}.nachten", "at_least", "1"), rule(PERIOD, "after", "30/11/2026"))
    days = when(rule(f"{PERIOD['id']}.dagen", "greater", "2"))
    breakfast = question("yes_no", "Ontbijt?", key="ontbijt", when=nights)
    cleaning = question("yes_no", "Schoonmaak?", key="schoonmaak", when=days)
    period = {"from": "2026-12-01", "until": until}
    made = compiled(step("A", PERIOD, breakfast, cleaning))
    assert applies(made, periode=period) == {"periode"} | extra
    assert applies(made) == {"periode"}
    rows = compiled(step("A", builder.repeat("Verblijven", PERIOD, breakfast, cleaning, key="verblijven")))
    row = {"periode": period}
    inner = rows["steps"][0]["fields"][0]["parameters"]["fields"]
    assert follow_row(inner, row, Role.CITIZEN).keys == {"periode"} | extra


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([("is", "veel")], "een getal"),
        ([("before", "1/12/2026")], "past niet bij"),
        ([("less", "3"), ("greater", "4")], "kan nooit kloppen"),
    ],
)
def test_unsound_condition_on_nights_is_refused(rules: list[tuple[str, str]], message: str) -> None:
    nights = f"{PERIOD['id']}.nachten"
    late = question("text", "X", key="x", when=when(*(rule(nights, test, value) for test, value in rules)))
    with pytest.raises(NotPublishable) as refusal:
        builder.published_form(step("A", PERIOD, late), ME)
    assert any(message in str(problem) for problem in refusal.value.problems), refusal.value.problems


def test_any_and_nested_rules() -> None:
    other = question("yes_no", "Anders?", key="anders")
    nested = when(rule(LAMP, "is", "ja"), [rule(other, "is", "ja"), rule(other, "empty")])
    made = compiled(step("A", LAMP, other, question("text", "X", key="x", when=nested)))
    assert "x" in applies(made, lamp="ja", anders="ja")
    assert "x" in applies(made, lamp="ja")
    assert "x" not in applies(made, lamp="ja", anders="nee")
    assert "x" not in applies(made, lamp="nee", anders="ja")


# --- Page by page


@pytest.fixture
def version() -> FormVersion:
    return builder.published_form(step("Lamp", LAMP, WHICH, WET), LAMP_STEP, ME)


def test_the_page_shows_what_applies_and_asks_on(version: FormVersion) -> None:
    citizen = Citizen().start()
    page = citizen.get("step", 1)
    assert shown(page) == ["lamp"]
    page = citizen.fill_in(1, lamp="ja", welke="", gezien="lamp")
    assert page.status_code == 200
    assert shown(page) == ["lamp", "welke"]
    assert "vragen bij gekomen" in text(page)
    assert "Er is een probleem" not in text(page), "it is no mistake not to answer what was not asked yet"
    page = citizen.fill_in(1, lamp="ja", welke="", gezien="lamp,welke")
    assert "Er is een probleem" in text(page)
    page = citizen.fill_in(1, lamp="ja", welke="Die", gezien="lamp,welke")
    assert shown(page) == ["lamp", "welke", "nat"]
    assert BeautifulSoup(page.content, "html.parser").find("input", {"name": "welke"})["value"] == "Die"
    done = citizen.fill_in(1, lamp="ja", welke="Die", nat="nee", gezien="lamp,nat,welke")
    assert done["Location"] == citizen.address("step", 2)


def test_steps_that_do_not_apply_are_skipped_both_ways(version: FormVersion) -> None:
    citizen = Citizen().start()
    assert citizen.fill_in(1, lamp="nee")["Location"] == citizen.address("step", 3)
    page = citizen.get("step", 3)
    assert "Stap 2 van 2" in text(page)
    back = BeautifulSoup(page.content, "html.parser").select_one(".govuk-back-link")["href"]
    assert back == citizen.address("step", 1)


def test_hidden_answers_are_kept_while_editing_and_dropped_when_sent(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, lamp="ja", welke="Die", nat="nee")
    citizen.fill_in(2, nummer="12", foto=builder.picture())
    citizen.fill_in(3, naam="An", email="an@example.org")
    citizen.fill_in(1, back_to_check=True, lamp="nee", welke="Die", nat="nee")
    assert citizen.draft.answers["welke"] == "Die", "kept, for who changes his mind"
    assert "Welke lamp?" not in text(citizen.get("check"))
    citizen.fill_in(1, back_to_check=True, lamp="ja", welke="Die", nat="nee")
    assert "Die" in text(citizen.get("check"))
    citizen.fill_in(1, back_to_check=True, lamp="nee", welke="Die", nat="nee")
    citizen.send()
    asked = [answer["key"] for part in Submission.objects.get().answers["steps"] for answer in part["answers"]]
    assert asked == ["lamp", "naam", "email"]
    assert not Upload.objects.exists(), "a picture of a step that does not apply goes too"
    assert Dossier.objects.count() == 1


def test_change_that_asks_for_more_leads_there_and_not_back_to_check(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, lamp="nee")
    citizen.fill_in(3, naam="An", email="an@example.org")
    changed = citizen.fill_in(1, back_to_check=True, lamp="ja", welke="Die", nat="ja")
    assert changed["Location"] == citizen.address("step", 2)


def test_required_question_that_does_not_apply_keeps_nobody_from_sending(version: FormVersion) -> None:
    citizen = Citizen().start()
    citizen.fill_in(1, lamp="nee")
    citizen.fill_in(3, naam="An", email="an@example.org")
    assert citizen.send()["Location"] == citizen.address("done")


def test_posting_a_hidden_answer_reveals_nothing(version: FormVersion) -> None:
    """Somebody sends the answer to a hidden question along: what hangs on it stays hidden."""
    citizen = Citizen().start()
    assert citizen.fill_in(1, lamp="nee", welke="Die", nat="")["Location"] == citizen.address("step", 3)


# --- Publishing


def x(*rules: Any) -> dict[str, Any]:
    """A question with this condition."""
    return question("text", "X", key="x", when=when(*rules))


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([step("A", WHICH, LAMP)], "komt later"),
        ([step("A", x(rule(builder.block_id("X"), "is", "y")))], "eigen vraag"),
        ([step("A", x(rule("weg", "is", "y")))], "niet meer is"),
        ([step("A", LAMP, x(rule(LAMP, "is", "misschien")))], "er niet meer"),
        ([step("A", LAMP, x(rule(LAMP, "greater", "3")))], "past niet bij"),
        ([step("A", LAMP, x(rule(LAMP, "is")))], "noemt geen antwoord"),
        ([step("A", LAMP, x(rule(LAMP, "empty")))], "nooit"),
        ([step("A", LAMP, x(rule(LAMP, "is", "ja"), rule(LAMP, "is", "nee")))], "nooit"),
        ([step("A", LAMP, WHICH, x(rule(LAMP, "is", "nee"), rule(WHICH, "filled")))], "nooit"),
        ([step("A", LAMP, when=when(rule(LAMP, "is", "ja")))], "komt later"),
        ([step("A", LAMP), step("B", NAME, EMAIL, when=when(rule(LAMP, "is", "ja")))], "naam"),
    ],
)
def test_unsound_condition_is_refused_where_it_stands(steps: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(NotPublishable) as refusal:
        builder.published_form(*steps, *([] if message == "naam" else [ME]))
    assert any(message in str(problem) for problem in refusal.value.problems), refusal.value.problems


def test_condition_stays_right_when_a_choice_is_reworded() -> None:
    """The editor picked an option by its block; its label changes, its value and the condition do not."""
    option = {"type": "item", "id": builder.block_id("optie"), "value": {"label": "Lamp"}}
    other = {"type": "item", "id": builder.block_id("optie 2"), "value": {"label": "Put"}}
    what = question("choice", "Wat?", key="wat", options=[option, other])
    more = question("text", "Welke?", key="welke", when=when(rule(what, "is", option["id"])))
    definition = builder.draft_form(step("A", what, more), ME)
    first = builder.publish(definition).schema["steps"][0]["fields"][1]["parameters"]["when"]
    option["value"]["label"] = "Straatlamp"
    definition.body = [step("A", what, more), ME]
    second = builder.publish(definition).schema["steps"][0]["fields"][1]["parameters"]["when"]
    assert first == second
    assert first["rules"][0]["value"] == "lamp"
