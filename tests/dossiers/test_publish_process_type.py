"""Publishing a process type: what is frozen, and what is refused."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.publishing import NotPublishable
from dossiers.models import LetterTemplate, ProcessType, ProcessVersion, Status
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def refusal(process_type: ProcessType) -> list[str]:
    with pytest.raises(NotPublishable) as refused:
        process_type.save_revision().publish()
    assert not ProcessVersion.objects.exists()
    assert not ProcessType.objects.get(pk=process_type.pk).live
    return [str(problem) for problem in refused.value.problems]


def test_publishing_freezes_statuses_steps_and_terms() -> None:
    version = town.published(town.draft_melding())
    assert [s.key for s in version.statuses.all()] == [
        "ontvangen",
        "ontvankelijk",
        "niet-ontvankelijk",
        "wacht-op-u",
        "afgehandeld",
    ]
    assert version.start.key == "ontvangen"
    assert [(s.label, s.target.key) for s in version.start.steps.all()] == [
        ("Aanvaarden", "ontvankelijk"),
        ("Weigeren", "niet-ontvankelijk"),
        ("Vragen", "wacht-op-u"),
    ]
    assert version.terms == [{"milestone": "decision", "days": 3}, {"milestone": "completed", "days": 20}]


def test_publishing_again_makes_a_new_version_and_leaves_the_old_one() -> None:
    process_type = town.draft_melding()
    first = town.published(process_type)
    process_type.refresh_from_db()
    process_type.name = "Melding van alles"
    second = town.published(process_type)
    assert (first.number, second.number) == (1, 2)
    assert ProcessVersion.objects.get(pk=first.pk).name == "Melding openbaar domein"


def test_a_draft_that_was_never_published_has_no_version() -> None:
    assert town.draft_melding().current_version is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"statuses": []}, "Voeg minstens één status toe"),
        ({"statuses": [town.status("Klaar", "completed")], "steps": []}, "mijlpaal 'Ontvangen'"),
        ({"steps": [town.step("Aanvaarden", ["Ontvangen"], "Nergens")]}, "Er is geen status 'Nergens'"),
        ({"steps": []}, "Geen enkele stap leidt hierheen"),
    ],
)
def test_a_broken_process_is_refused_in_the_editors_words(changes: dict[str, Any], expected: str) -> None:
    assert any(expected in problem for problem in refusal(town.draft_melding(**changes)))


def test_a_melding_that_can_end_without_decision_is_refused() -> None:
    process_type = town.draft_melding()
    process_type.steps = [*process_type.steps.raw_data, town.step("Meteen sluiten", ["Ontvangen"], "Afgehandeld")]
    assert "zonder dat ze ontvankelijk of niet ontvankelijk is verklaard" in " ".join(refusal(process_type))


def test_only_a_melding_needs_that_decision() -> None:
    process_type = town.draft_melding(kind="request")
    process_type.steps = [*process_type.steps.raw_data, town.step("Meteen sluiten", ["Ontvangen"], "Afgehandeld")]
    assert town.published(process_type).number == 1


def test_two_statuses_with_one_key_are_refused() -> None:
    process_type = town.draft_melding()
    process_type.statuses = [*process_type.statuses.raw_data, town.status("Ontvangen", "in_progress")]
    assert any("ontvangen" in problem for problem in refusal(process_type))


@pytest.mark.parametrize("change", ["UPDATE dossiers_status SET label = 'x'", "DELETE FROM dossiers_transition"])
def test_the_database_refuses_to_change_what_was_published(change: str) -> None:
    from django.db import connection

    town.melding()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Status.objects.filter(label="Ontvangen").exists()


# --- Details of statuses, steps, terms and routes ---------------------------------------------------------------------


def changed(process_type: ProcessType, number: int, **value: Any) -> list[dict[str, Any]]:
    """The statuses of a draft, one of them otherwise."""
    statuses = [dict(status) for status in process_type.statuses.raw_data]
    statuses[number] = statuses[number] | {"value": statuses[number]["value"] | value}
    return statuses


def result(label: str) -> dict[str, Any]:
    return {"type": "result", "value": {"label": label, "key": label.lower()}}


def term(milestone: str, days: int, **more: Any) -> dict[str, Any]:
    return {"type": "term", "value": {"milestone": milestone, "days": days} | more}


def steps_with(process_type: ProcessType, *more: dict[str, Any]) -> list[dict[str, Any]]:
    return [*process_type.steps.raw_data, *more]


@pytest.mark.parametrize(
    ("number", "value", "expected"),
    [
        (0, {"pauses": True}, "kan de klok niet stilstaan"),
        (4, {"pauses": True}, "kan de klok niet stilstaan"),
        (0, {"is_decision": True}, "kan geen beslissing zijn"),
        (3, {"is_decision": True}, "kan geen beslissing zijn"),
        (4, {"is_decision": True}, "moet dus de reden vragen"),
        (4, {"is_decision": True}, "moet dus een brief versturen"),
    ],
)
def test_a_status_that_makes_no_sense_is_refused(number: int, value: dict[str, Any], expected: str) -> None:
    process_type = town.draft_melding()
    process_type.statuses = changed(process_type, number, **value)
    assert expected in " ".join(refusal(process_type))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (town.step("Sluiten", ["Ontvankelijk"], "Afgehandeld", needs_result=True), "heeft er geen"),
        (
            town.step("Sluiten", ["Ontvankelijk"], "Afgehandeld", citizen_may=True),
            "kan alleen intrekken, of antwoorden",
        ),
        (town.step("Aanvaarden", ["Ontvangen"], "Ontvankelijk"), "twee stappen met de sleutel 'aanvaarden'"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(step: dict[str, Any], expected: str) -> None:
    process_type = town.draft_melding()
    process_type.steps = steps_with(process_type, step)
    assert expected in " ".join(refusal(process_type))


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([term("decision", 5), term("completed", 3)], "de kortste eerst"),
        ([term("decision", 3), term("decision", 5)], "twee termijnen tot dezelfde mijlpaal"),
        ([term("decision", 3, slip_days=2, slip_reason="druk")], "Kies dus een brief over uitstel"),
    ],
)
def test_terms_that_make_no_sense_are_refused(terms: list[dict[str, Any]], expected: str) -> None:
    assert expected in " ".join(refusal(town.draft_melding(terms=terms)))


def test_a_letter_about_delay_gives_the_new_day() -> None:
    letter = LetterTemplate.objects.create(name="Uitstel", subject="Het duurt langer", body="Even geduld.")
    assert "{uiterste_datum}" in " ".join(refusal(town.draft_melding(delay_letter=letter)))


def test_two_results_of_one_name_and_a_route_to_a_team_that_is_gone_are_refused() -> None:
    route = {"fact": "", "value": "", "place": "", "team": "9999", "assign": "nobody"}
    process_type = town.draft_melding(results=[result("Ja"), result("Ja")])
    process_type.routes = [{"type": "route", "value": route}]
    problems = " ".join(refusal(process_type))
    assert "Twee resultaten hebben dezelfde naam" in problems
    assert "Dit team bestaat niet meer" in problems


def test_publishing_freezes_all_of_it() -> None:
    process_type = town.draft_melding(results=[result("Hersteld")], survey=False, retention_years=5)
    task = {"type": "item", "value": {"text": "Kijken", "required": True}, "id": "a"}
    process_type.statuses = changed(process_type, 1, colour="purple", tasks=[task])
    finish = town.step("Klaar", ["Ontvankelijk"], "Afgehandeld", needs_result=True, groups=["Dossierbehandelaar"])
    withdraw = town.step("Antwoorden", ["Wacht op u"], "Ontvankelijk", citizen_may=True)
    process_type.steps = steps_with(process_type, finish, withdraw)
    version = town.published(process_type)
    status = version.statuses.get(key="ontvankelijk")
    step = status.steps.get(key="klaar")
    assert (status.colour, status.tasks) == ("purple", [{"text": "Kijken", "required": True}])
    assert (step.needs_result, step.groups) == (True, ["Dossierbehandelaar"])
    assert version.statuses.get(key="wacht-op-u").steps.get(key="antwoorden").citizen_may
    assert (version.results, version.survey, version.retention_years) == (
        [{"label": "Hersteld", "key": "hersteld"}],
        False,
        5,
    )
