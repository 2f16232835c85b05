"""Dossiers that belong together: proposed when they look alike, and every reporter of one thing hears what happens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import User
from dossiers.actions import (
    Changed,
    StepRefused,
    correct_step,
    finish_task,
    look_alikes,
    relate,
    take_step,
    unrelate,
)
from dossiers.models import Dossier, Relation, Task
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

HOLE = {"facts": {"soort": "wegdek"}, "place": "Statielei 10, Mortsel"}


def two(**second: object) -> tuple[Dossier, Dossier]:
    both = {name: second[name] for name in ("process_version",) if name in second}
    first = town.report(**HOLE | both).dossier
    return first, town.report(**HOLE | {"name": "Jan", "email": "jan@example.org"} | second).dossier


def link(dossier: Dossier, other: Dossier, kind: str = "duplicate") -> Relation:
    by = Actor.staff(town.clerk(f"clerk-{User.objects.count()}"))
    return relate(dossier=dossier, other=other, kind=kind, by=by, at=town.MONDAY)


def step(dossier: Dossier, name: str, **more: object) -> None:
    dossier.refresh_from_db()
    by = Actor.staff(town.clerk(f"clerk-{User.objects.count()}"))
    take_step(dossier=dossier, step=name, expected_version=dossier.version, by=by, at=town.MONDAY, **more)


@pytest.mark.parametrize(
    ("second", "alike"),
    [
        ({}, True),
        ({"place": "statielei 10 MORTSEL"}, True),
        ({"place": "Statielei 101, Mortsel"}, False),
        ({"place": ""}, False),
        ({"facts": {"soort": "groen"}}, False),
        ({"at": town.MONDAY + timedelta(days=29)}, False),
        ({"at": town.MONDAY + timedelta(days=27)}, True),
    ],
)
def test_the_same_place_kind_and_weeks_look_alike(second: dict[str, object], alike: bool) -> None:
    first, other = two(**second)
    assert (look_alikes(other, Dossier.objects.all()) == [first]) == alike


def test_what_is_finished_linked_or_hidden_is_not_proposed() -> None:
    first, other = two()
    assert look_alikes(other, Dossier.objects.none()) == []
    link(other, first, "related")
    assert look_alikes(other, Dossier.objects.all()) == []
    assert look_alikes(first, Dossier.objects.all()) == []


def test_every_reporter_hears_what_becomes_of_the_original() -> None:
    original, duplicate = two()
    link(duplicate, original)
    step(original, "aanvaarden")
    duplicate.refresh_from_db()
    assert duplicate.status.key == "ontvankelijk"
    assert (duplicate.events.last().actor_kind, duplicate.events.last().actor_name) == ("rule", "Volgt het origineel")
    told = {d.payload["to"][0]: d.payload["subject"] for d in Delivery.objects.order_by("-pk")[:2]}
    assert told["jan@example.org"] == f"Melding {duplicate.number}: we pakken het aan"
    assert told["fatima@example.org"] == f"Melding {original.number}: we pakken het aan"


def test_a_late_duplicate_catches_up_when_it_is_linked() -> None:
    original, duplicate = two()
    step(original, "aanvaarden")
    step(original, "afwerken")
    link(duplicate, original)
    duplicate.refresh_from_db()
    assert duplicate.status.key == "afgehandeld"
    assert [e.milestone for e in duplicate.events.filter(kind="status")] == ["admissible", "completed"]


def test_the_work_stays_in_the_original() -> None:
    task = [{"type": "item", "value": {"text": "Plaats bezoeken", "required": True}, "id": "a"}]
    statuses = town.draft_melding().statuses.raw_data
    with_task = [each | {"value": each["value"] | {"tasks": task}} for each in statuses]
    version = town.published(town.draft_melding(name="Melding met taken", statuses=with_task))
    original, duplicate = two(process_version=version)
    link(duplicate, original)
    finish_task(task=original.tasks.get(), by=Actor.staff(town.clerk("bob")), at=town.MONDAY)
    step(original, "aanvaarden")
    duplicate.refresh_from_db()
    assert duplicate.status.key == "ontvankelijk"  # nobody visits one hole twice
    assert duplicate.tasks.count() == 1  # from before it was known to be one
    handler = town.clerk("eva")
    Dossier.objects.update(handler=handler)
    assert {task.dossier for task in Task.objects.waiting_for(handler)} == {original}


def test_a_duplicate_that_cannot_follow_asks_a_colleague_to_look() -> None:
    original, duplicate = two()
    link(duplicate, original)
    step(duplicate, "weigeren", reason="Dubbel.")
    other = town.report(**HOLE | {"name": "Els", "email": "els@example.org"}).dossier
    link(other, original)
    step(other, "aanvaarden")
    step(original, "weigeren", reason="Privégrond.")
    other.refresh_from_db()
    assert other.status.key == "ontvankelijk"
    assert other.events.filter(kind="follow_up").exists()
    duplicate.refresh_from_db()
    assert duplicate.status.key == "niet-ontvankelijk"  # finished: left alone


def test_a_step_of_the_original_that_was_a_mistake_asks_a_look_at_its_duplicates() -> None:
    original, duplicate = two()
    link(duplicate, original)
    step(original, "weigeren", reason="Privégrond.")
    original.refresh_from_db()
    by = Actor.staff(town.clerk("zoe"))
    correct_step(dossier=original, expected_version=original.version, reason="Mis.", by=by, at=timezone.now())
    duplicate.refresh_from_db()
    assert duplicate.status.key == "niet-ontvankelijk"  # its reporter was told so; a person decides what to say now
    assert original.number in duplicate.events.filter(kind="follow_up").get().reason


def test_a_circle_a_chain_and_a_second_original_are_refused() -> None:
    first, second = two()
    third = town.report(name="Els", email="els@example.org").dossier
    link(second, first)
    for here, there, kind, reason in (
        (first, second, "duplicate", "andersom"),
        (first, second, "related", "al gekoppeld"),
        (third, second, "duplicate", "zelf een dubbel"),
        (second, third, "duplicate", f"{second.number} is hetzelfde als {first.number}"),
        (first, third, "duplicate", "heeft zelf dubbels"),
        (first, first, "related", "zichzelf"),
        (first, third, "vreemd", "Kies hoe"),
    ):
        with pytest.raises(StepRefused, match=reason):
            link(here, there, kind)
    assert Relation.objects.count() == 1


def test_a_part_has_one_whole() -> None:
    first, second = two()
    third = town.report(name="Els", email="els@example.org").dossier
    link(second, first, "part")
    with pytest.raises(StepRefused, match=f"{second.number} is een deel van {first.number}"):
        link(second, third, "part")
    with pytest.raises(StepRefused, match="al gekoppeld"):
        link(second, first, "related")


def test_of_three_reports_the_first_is_the_original_and_a_duplicate_is_proposed_no_more(client: Client) -> None:
    first, second = two(at=town.MONDAY + timedelta(hours=1))
    els = {"name": "Els", "email": "els@example.org", "at": town.MONDAY + timedelta(days=1)}
    third = town.report(**HOLE | els).dossier
    client.force_login(town.clerk())
    page = client.get(first.get_absolute_url()).content.decode()
    assert f"{second.number} is hetzelfde als dit" in page
    assert f"Is hetzelfde als {first.number}" in client.get(second.get_absolute_url()).content.decode()
    client.post(reverse("dossiers:relate", args=[first.pk]), {"kind": "original", "number": second.number})
    relation = Relation.objects.get()
    assert (relation.dossier, relation.other, relation.kind) == (second, first, "duplicate")
    everybody = Dossier.objects.all()
    assert (look_alikes(first, everybody), look_alikes(second, everybody)) == ([third], [])
    assert look_alikes(third, everybody) == [first]


def test_unlinked_they_go_their_own_ways_again() -> None:
    original, duplicate = two()
    relation = link(duplicate, original)
    unrelate(relation=relation, by=Actor.staff(town.clerk("zoe")), at=town.MONDAY)
    step(original, "aanvaarden")
    duplicate.refresh_from_db()
    assert duplicate.status.key == "ontvangen"
    assert original.events.filter(kind="unlinked").count() == duplicate.events.filter(kind="unlinked").count() == 1


def test_a_clerk_links_what_is_proposed_and_nothing_that_is_hidden(client: Client) -> None:
    original, duplicate = two()
    hidden = town.report(name="Els", email="els@example.org").dossier
    Dossier.objects.filter(pk=hidden.pk).update(team=town.team("Elders"))
    client.force_login(town.clerk())
    assert f"Is hetzelfde als {original.number}" in client.get(duplicate.get_absolute_url()).content.decode()
    address = reverse("dossiers:relate", args=[duplicate.pk])
    refused = client.post(address, {"kind": "related", "number": hidden.number})
    assert refused.status_code == 422
    assert hidden.number in refused.content.decode()
    client.post(address, {"kind": "duplicate", "number": original.number.lower()})
    relation = Relation.objects.get()
    assert original.number in client.get(duplicate.get_absolute_url()).content.decode()
    client.post(reverse("dossiers:unrelate", args=[original.pk, relation.pk]))
    assert not Relation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_steps_and_links_at_once_never_wait_for_each_other_in_a_circle() -> None:
    original = town.report(**HOLE).dossier
    others = [town.report(**HOLE | {"name": f"B{n}", "email": f"b{n}@example.org"}).dossier for n in range(3)]
    clerks = [Actor.staff(town.clerk(f"clerk{n}")) for n in range(8)]
    link(others[0], original)
    original.refresh_from_db()
    others[0].refresh_from_db()
    barrier = Barrier(8)

    def work(number: int) -> str:
        try:
            barrier.wait()
            if number < 3:
                seen = original.version
                take_step(dossier=original, step="aanvaarden", expected_version=seen, by=clerks[number], at=town.MONDAY)
            elif number < 6:
                other = others[number - 3]
                relate(dossier=other, other=original, kind="duplicate", by=clerks[number], at=town.MONDAY)
            else:
                seen = others[0].version
                take_step(dossier=others[0], step="vragen", expected_version=seen, by=clerks[number], at=town.MONDAY)
            return "done"
        except (Changed, StepRefused) as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(8)))
    assert answers[:3].count("done") <= 1
    assert Relation.objects.count() == 3  # the first was there already
    original.refresh_from_db()
    for other in Dossier.objects.duplicates_of(original) if original.status.key == "ontvankelijk" else []:
        followed = other.status.key == "ontvankelijk"
        assert followed or other.events.filter(kind="follow_up").exists(), other.status
