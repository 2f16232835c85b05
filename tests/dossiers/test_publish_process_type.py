"""Publishing a process type: what is frozen, and what is refused."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.publishing import NotPublishable
from dossiers.models import ProcessType, ProcessVersion, Status
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
