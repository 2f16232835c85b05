"""The overview of a form's logic, comparing versions, and hints on what is hard to read."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from forms.comparison import changes
from forms.editing import raw_body
from forms.models import FormDefinition
from forms.overview import drawing, overview
from forms.readability import hard_to_read
from tests import town
from tests.forms import builder
from tests.forms.builder import EMAIL, NAME, block_id, question, step

pytestmark = [pytest.mark.django_db, pytest.mark.both]

OPTIONS = [{"type": "item", "id": block_id(label), "value": {"label": label}} for label in ("Container", "Steiger")]
KIND = question("choice", "Wat komt er?", options=OPTIONS)
DAYS = question("number", "Hoeveel dagen?")


def rule(asked: dict[str, Any], test: str, value: str = "") -> dict[str, Any]:
    return {"type": "rule", "value": {"question": asked["id"], "test": test, "value": value}}


def when(*rules: dict[str, Any], mode: str = "all") -> dict[str, Any]:
    return {"mode": mode, "rules": list(rules)}


def days_of_a_container(**changes: Any) -> dict[str, Any]:
    factors = [{"question": DAYS["id"], "number": None}, {"question": "", "number": "2.5"}]
    line = {"label": "Dagen", "factors": factors, "when": when(rule(KIND, "is", "Container"))}
    return question("calculated", "Prijs", lines=[line], unit="money", minimum="10", shown=True, **changes)


def form(**of_height: Any) -> FormDefinition:
    height = question(
        "number", "Hoe hoog?", required=False,
        when=when(rule(KIND, "is", "Steiger"), rule(DAYS, "at_least", "3"), mode="any"),
        checks=[{"check": "at_most", "value": "30", "message": "Dat is te hoog.", "soft": True}],
        **of_height,
    )  # fmt: skip
    return builder.draft_form(step("Wat", KIND, DAYS, height), step("Prijs", days_of_a_container(), NAME, EMAIL))


def changed(old: FormDefinition, **values: Any) -> list[str]:
    """What is said after these values of the question about height were changed."""
    before = old.draft_schema()
    body = old.body.get_prep_value()
    body[0]["value"]["questions"][2]["value"] |= values
    old.body = body
    return [f"{change.where}: {change.what}" for change in changes(before, old.draft_schema())]


# --- In words ---------------------------------------------------------------------------------------------------------


def test_overview_says_when_and_how() -> None:
    height = overview(form().draft_schema())[0].lines[2]
    assert height.when == "“Wat komt er?” is “Steiger” of “Hoeveel dagen?” is minstens 3"
    assert height.checks == ["Dat is te hoog. (een waarschuwing)"]
    price = overview(form_again().draft_schema())[1].lines[0]
    assert price.calculation == [
        "Dagen: “Hoeveel dagen?” × 2,5 (alleen als “Wat komt er?” is “Container”)",
        "minstens 10",
    ]


def form_again() -> FormDefinition:
    return FormDefinition.objects.get()


def test_nights_of_a_period_are_said_and_drawn() -> None:
    stay = question("date_range", "Wanneer?")
    nights = stay | {"id": f"{stay['id']}.nachten"}
    factors = [{"question": nights["id"], "number": None}, {"question": "", "number": "30"}]
    cost = question("calculated", "Prijs", lines=[{"label": "Huur", "factors": factors, "when": when()}], unit="money")
    cleaning = question("yes_no", "Schoonmaak?", when=when(rule(nights, "at_least", "2")))
    made = builder.draft_form(step("Huren", stay, cleaning, cost), step("U", NAME, EMAIL)).draft_schema()
    _stay, cleaned, priced = overview(made)[0].lines
    assert cleaned.when == "“Wanneer?” (aantal nachten) is minstens 2"
    assert priced.calculation == ["Huur: “Wanneer?” (aantal nachten) × 30"]
    assert [arrow.words for arrow in drawing(made).arrows] == [cleaned.when]


def test_drawing_has_an_arrow_from_each_deciding_question() -> None:
    drawn = drawing(form().draft_schema())
    assert len(drawn.boxes) == 2
    assert len(drawn.arrows) == 2
    assert [row.conditional for row in drawn.boxes[0].rows] == [False, False, True]


# --- Compared ---------------------------------------------------------------------------------------------------------


def test_nothing_changed_is_nothing() -> None:
    assert changed(form()) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"label": "Wat is de hoogte?"}, ["Vraag “Wat is de hoogte?”: Was “Hoe hoog?”, wordt “Wat is de hoogte?”"]),
        ({"required": True}, ["Vraag “Hoe hoog?”: Moet nu beantwoord worden"]),
        ({"hint": "In meter"}, ["Vraag “Hoe hoog?”: Uitleg: Toegevoegd: “In meter”"]),
        ({"checks": []}, ["Vraag “Hoe hoog?”: Controle weg: Dat is te hoog. (een waarschuwing)"]),
    ],
)
def test_change_of_a_question_is_told(values: dict[str, Any], said: list[str]) -> None:
    definition = form(key="hoogte")
    assert changed(definition, **values) == said


def test_condition_removed_is_told() -> None:
    (said,) = changed(form(), when=when())
    assert said.startswith("Vraag “Hoe hoog?”: Wordt nu altijd getoond.")


def test_added_removed_and_moved_questions_are_told() -> None:
    old = form().draft_schema()
    definition = form_again()
    definition.body = [
        step("Wat", DAYS, KIND, question("text", "Waar?")),
        step("Prijs", days_of_a_container(), EMAIL, NAME),
    ]
    said = [f"{change.where}: {change.what}" for change in changes(old, definition.draft_schema())]
    assert "Vraag “Hoe hoog?”: Verwijderd" in said
    assert any(line.startswith("Vraag “Waar?”: Nieuw") for line in said)
    assert sum("andere plaats" in line for line in said) == 2


def test_renamed_choice_is_the_same_choice() -> None:
    definition = form()
    builder.publish(definition)
    definition = form_again()
    old = definition.current_version.schema
    body = raw_body(definition)
    body[0]["value"]["questions"][0]["value"]["options"][1]["value"]["label"] = "Stelling"
    definition.body = body
    said = [change.what for change in changes(old, definition.draft_schema()) if "Keuze" in change.what]
    assert said == ["Keuze: Was “Steiger”, wordt “Stelling”"]


# --- Easy to read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Wat is er stuk?",
        "Geef uw naam. We bellen u morgen.",
        "U krijgt een brief van ons als we weten wanneer we langskomen.",
        "Het wordt morgen warm.",
        "",
    ],
)
def test_plain_text_has_no_hints(text: str) -> None:
    assert list(hard_to_read(text)) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("U moet " + "heel " * 20 + "lang lezen.", "zin van 24 woorden"),
        ("Uw omgevingsvergunningsaanvraag", "omgevingsvergunningsaanvraag"),
        ("De aanvraag wordt door de dienst behandeld.", "worden"),
        ("Gelieve te bellen indien u vragen hebt.", "als"),
    ],
)
def test_hard_text_gets_a_hint(text: str, hint: str) -> None:
    assert any(hint in said for said in hard_to_read(text)), list(hard_to_read(text))


def test_hints_never_keep_a_form_from_being_published() -> None:
    definition = form(hint="De aanvraag wordt door de dienst behandeld, indien volledig.")
    assert len(definition.warnings()) == 2
    assert definition.warnings()[0].block == block_id("Hoe hoog?")
    assert definition.problems() == []


# --- Screens ----------------------------------------------------------------------------------------------------------


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.content, "html.parser").select_one("main").get_text(" ").split())


def test_overview_is_about_the_draft(browser: Client) -> None:
    definition = form()
    definition.title = "Net bewaard"
    definition.save_revision()
    page = text(browser.get(reverse("form_overview", args=[definition.pk])))
    assert "Net bewaard" in page
    assert "Alleen als “Wat komt er?” is “Steiger”" in page


def test_compare_shows_what_publishing_would_change(browser: Client) -> None:
    definition = form()
    builder.publish(definition)
    definition = form_again()
    definition.body = [step("Wat", KIND, DAYS, NAME, EMAIL)]
    definition.save_revision()
    page = text(browser.get(reverse("form_compare", args=[definition.pk])))
    assert "Vraag “Hoe hoog?” Verwijderd" in page
    assert browser.get(reverse("form_compare", args=[definition.pk]), {"van": "9"}).status_code == 404


def test_old_version_becomes_the_draft_again_and_stays_unpublished(browser: Client) -> None:
    definition = form()
    builder.publish(definition)
    definition = form_again()
    definition.body = [step("Wat", NAME, EMAIL)]
    second = builder.publish(definition)
    response = browser.post(reverse("form_restore", args=[definition.pk, 1]))
    assert response.status_code == 302
    definition = form_again()
    assert definition.current_version == second
    assert definition.get_latest_revision_as_object().body[0].value["questions"][0].value["label"] == "Wat komt er?"


def test_locked_form_is_not_restored(browser: Client) -> None:
    definition = form()
    builder.publish(definition)
    FormDefinition.objects.update(locked=True, locked_by=town.staff("ann"))
    browser.post(reverse("form_restore", args=[definition.pk, 1]))
    assert form_again().latest_revision.created_at < form_again().versions.get().compiled_at


def test_screens_are_for_editors_only(client: Client) -> None:
    definition = form()
    builder.publish(definition)
    client.force_login(town.staff("an"))
    for address in ("form_overview", "form_compare"):
        assert client.get(reverse(address, args=[definition.pk])).status_code in {302, 403}
    assert client.post(reverse("form_restore", args=[definition.pk, 1])).status_code in {302, 403}
    client.force_login(town.staff("bea", "forms.view_formdefinition"))
    assert client.post(reverse("form_restore", args=[definition.pk, 1])).status_code in {302, 403}
    assert not FormDefinition.objects.get().revisions.count() > 1


def test_facts_for_the_builder_know_every_type(browser: Client) -> None:
    known = browser.get(reverse("form_builder_facts")).json()
    assert known["types"]["number"]["kind"] == "number"
    assert known["types"]["yes_no"]["choices"] == [["ja", "Ja"], ["nee", "Nee"]]
    assert known["tests"]["presence"] == ["filled", "empty"]


def test_problem_knows_its_block() -> None:
    definition = builder.draft_form(step("Wie", NAME, EMAIL, question("choice", "Wat?", options=[])))
    assert {problem.block for problem in definition.problems()} == {block_id("Wat?")}
