"""Tasks come with a status, block the next step where the editor says so, and are ticked off by name."""

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from dossiers.actions import StepRefused, add_task, finish_task, take_step
from dossiers.models import Dossier, Task
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

VISIT = {"text": "Plaats bezoeken", "required": True}
PHOTO = {"text": "Foto nemen", "required": False}


def reported() -> Dossier:
    statuses = town.draft_melding().statuses.raw_data
    tasks = [{"type": "item", "value": VISIT, "id": "a"}, {"type": "item", "value": PHOTO, "id": "b"}]
    with_tasks = [statuses[0] | {"value": statuses[0]["value"] | {"tasks": tasks}}, *statuses[1:]]
    process_type = town.draft_melding(name="Melding met taken", statuses=with_tasks)
    return town.report(process_version=town.published(process_type)).dossier


def step(dossier: Dossier, name: str) -> None:
    dossier.refresh_from_db()
    by = Actor.staff(town.clerk(f"clerk-{User.objects.count()}"))
    take_step(dossier=dossier, step=name, expected_version=dossier.version, reason="Nee.", by=by, at=town.MONDAY)


def test_the_tasks_of_a_status_stand_in_a_new_dossier() -> None:
    assert [(t.text, t.required) for t in reported().tasks.all()] == [("Plaats bezoeken", True), ("Foto nemen", False)]


def test_what_must_be_done_first_holds_up_the_next_step() -> None:
    dossier = reported()
    with pytest.raises(StepRefused, match="Plaats bezoeken"):
        step(dossier, "aanvaarden")
    finish_task(task=dossier.tasks.get(text="Plaats bezoeken"), by=Actor.staff(town.clerk()), at=town.MONDAY)
    step(dossier, "aanvaarden")
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvankelijk"
    assert "Plaats bezoeken" in dossier.events.filter(kind="task_done").get().reason


def test_asking_the_citizen_does_not_wait_for_tasks_and_they_do_not_come_twice() -> None:
    dossier = reported()
    step(dossier, "vragen")
    assert dossier.tasks.open().count() == 2


@pytest.mark.parametrize("citizen_may", [True, False])
def test_an_answer_of_the_citizen_does_not_wait_for_what_we_must_still_do(citizen_may: bool) -> None:
    statuses = town.draft_melding().statuses.raw_data
    tasks = [{"type": "item", "value": VISIT, "id": "a"}]
    with_task = [statuses[0] | {"value": statuses[0]["value"] | {"tasks": tasks}}, *statuses[1:]]
    answered = town.step("Antwoord gekregen", ["Wacht op u"], "Ontvangen", citizen_may=citizen_may)
    steps = [*town.draft_melding(name="Nog een").steps.raw_data, answered]
    process_type = town.draft_melding(name="Melding met antwoord", statuses=with_task, steps=steps)
    dossier = town.report(process_version=town.published(process_type)).dossier
    step(dossier, "vragen")
    step(dossier, "antwoord-gekregen")
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvangen"
    assert [task.text for task in dossier.tasks.blocking()] == ["Plaats bezoeken"]
    with pytest.raises(StepRefused, match="Plaats bezoeken"):
        step(dossier, "aanvaarden")


def test_a_task_done_twice_is_done_once() -> None:
    dossier = reported()
    task = dossier.tasks.first()
    assert task is not None
    for name in ("an", "bo"):
        finish_task(task=task, by=Actor.staff(town.clerk(name, first_name=name.title())), at=town.MONDAY)
    task.refresh_from_db()
    assert str(task.done_by) == "An Claes"
    assert dossier.events.filter(kind="task_done").count() == 1


def test_a_task_without_words_is_refused() -> None:
    with pytest.raises(StepRefused, match="Zeg wat er moet gebeuren"):
        add_task(dossier=reported(), text=" ", by=Actor.staff(town.clerk()), at=town.MONDAY)


def test_a_colleague_writes_one_down_and_ticks_it_off_on_the_page(client: Client) -> None:
    dossier = town.report().dossier
    an = town.clerk()
    client.force_login(an)
    typed = {"text": "Aannemer bellen", "assignee": an.pk, "due_on": "2026-11-25"}
    client.post(reverse("dossiers:add_task", args=[dossier.pk]), typed)
    task = Task.objects.get()
    assert (task.text, task.assignee, str(task.due_on)) == ("Aannemer bellen", an, "2026-11-25")
    assert "Aannemer bellen" in client.get(dossier.get_absolute_url()).content.decode()
    client.post(reverse("dossiers:finish_task", args=[dossier.pk, task.pk]))
    task.refresh_from_db()
    assert task.done_by == an
    client.post(reverse("dossiers:reopen_task", args=[dossier.pk, task.pk]))
    task.refresh_from_db()
    assert task.done_at is None


def test_somebody_outside_the_team_cannot_be_asked(client: Client) -> None:
    dossier = town.report().dossier
    stranger = town.staff("else", "dossiers.view_dossier")
    client.force_login(town.clerk())
    client.post(reverse("dossiers:add_task", args=[dossier.pk]), {"text": "Bel", "assignee": stranger.pk})
    assert not Task.objects.exists()


def test_tasks_of_another_dossier_or_team_cannot_be_touched(client: Client) -> None:
    mine, other = town.report().dossier, town.report(name="Jan", email="jan@example.org").dossier
    task = add_task(dossier=other, text="Bellen", by=Actor.staff(town.clerk("bo")), at=town.MONDAY)
    client.force_login(town.clerk())
    assert client.post(reverse("dossiers:finish_task", args=[mine.pk, task.pk])).status_code == 404
    client.force_login(town.staff("else", "dossiers.view_dossier", "dossiers.handle_dossier"))
    assert client.post(reverse("dossiers:finish_task", args=[other.pk, task.pk])).status_code == 404
    client.force_login(town.staff("reader", "dossiers.view_dossier", teams=(town.team(),)))
    assert client.post(reverse("dossiers:finish_task", args=[other.pk, task.pk])).status_code in {302, 403}
    task.refresh_from_db()
    assert task.done_at is None
