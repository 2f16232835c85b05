"""An editor changed the process while dossiers run: they stay where they are until somebody moves them."""

import pytest

from core.actors import Actor
from core.models import User
from dossiers.actions import Changed, StepRefused, move_to_version, take_step
from dossiers.models import Dossier, ProcessType, ProcessVersion
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def newer(**changes: object) -> ProcessVersion:
    """The same process, published again."""
    process_type = ProcessType.objects.get(name="Melding openbaar domein")
    for name, value in changes.items():
        setattr(process_type, name, value)
    return town.published(process_type)


def renamed() -> ProcessVersion:
    """'Ontvangen' has another key and name; the decision may take five days."""
    process_type = ProcessType.objects.get(name="Melding openbaar domein")
    statuses = list(process_type.statuses.raw_data)
    statuses[0] = town.status("Nieuw", "received")
    steps = [
        town.step("Aanvaarden", ["Nieuw", "Wacht op u"], "Ontvankelijk"),
        town.step("Weigeren", ["Nieuw"], "Niet ontvankelijk"),
        town.step("Vragen", ["Nieuw"], "Wacht op u"),
        town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
    ]
    terms = [{"type": "term", "value": {"milestone": "decision", "days": 5}}]
    return newer(statuses=statuses, steps=steps, terms=terms)


def move(dossier: Dossier, version: ProcessVersion, **more: object) -> None:
    said = {"dossier": dossier, "expected_version": dossier.version, "version": version, "status_map": {}}
    by = Actor.staff(town.clerk(f"clerk-{User.objects.count()}"))
    move_to_version(**said | {"by": by, "at": town.MONDAY} | more)
    dossier.refresh_from_db()


def test_a_running_dossier_stays_on_its_version_and_terms() -> None:
    dossier = town.report().dossier
    newer(terms=[{"type": "term", "value": {"milestone": "decision", "days": 5}}])
    dossier.refresh_from_db()
    assert dossier.process_version.number == 1
    take_step(dossier=dossier, step="aanvaarden", expected_version=1, by=Actor.staff(town.clerk()), at=town.MONDAY)
    assert town.report(name="Jan", process_version=dossier.process_version).dossier.due_at is not None


def test_moved_it_follows_the_new_terms_and_keeps_what_was_promised() -> None:
    dossier = town.report().dossier
    promised = dossier.promised_at
    move(dossier, newer(terms=[{"type": "term", "value": {"milestone": "decision", "days": 5}}]))
    assert dossier.process_version.number == 2
    assert dossier.status.version_id == dossier.process_version_id
    assert dossier.due_at is not None
    assert dossier.due_at.astimezone(town.BRUSSELS).date().isoformat() == "2026-11-30"
    assert dossier.promised_at == promised
    event = dossier.events.last()
    assert (event.kind, event.milestone, event.reason) == ("moved", "", "Versie 1 → versie 2")


def test_a_status_that_is_called_otherwise_is_chosen() -> None:
    dossier = town.report().dossier
    version = renamed()
    with pytest.raises(StepRefused, match="geen status die past"):
        move(dossier, version)
    move(dossier, version, status_map={"ontvangen": "nieuw"})
    assert dossier.status.label == "Nieuw"


def test_a_move_never_goes_to_another_milestone() -> None:
    dossier = town.report().dossier
    with pytest.raises(StepRefused, match="geen status die past"):
        move(dossier, renamed(), status_map={"ontvangen": "ontvankelijk"})


def test_another_process_the_same_version_and_a_second_clerk_are_refused() -> None:
    dossier = town.report().dossier
    an = Actor.staff(town.clerk("bo"))
    other = town.published(town.draft_melding(name="Iets anders"))
    with pytest.raises(StepRefused, match="ander proces"):
        move(dossier, other)
    with pytest.raises(StepRefused, match="al op die versie"):
        move(dossier, dossier.process_version)
    with pytest.raises(Changed):
        move_to_version(dossier=dossier, expected_version=9, version=newer(), status_map={}, by=an, at=town.MONDAY)
    dossier.refresh_from_db()
    assert dossier.version == 1


def test_the_steps_of_the_new_version_are_offered_afterwards() -> None:
    dossier = town.report().dossier
    steps = ProcessType.objects.get(name="Melding openbaar domein").steps.raw_data
    move(dossier, newer(steps=[*steps, town.step("Doorsturen", ["Ontvangen"], "Niet ontvankelijk")]))
    assert "doorsturen" in [step.key for step in dossier.possible_steps()]
