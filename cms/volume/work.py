"""Dossiers on the published processes, with their history, and the contacts that led to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from cms.volume.copying import copy, first_free
from core.actors import ActorKind
from dossiers.milestones import ENDS, PAUSES
from dossiers.models import Contact, Dossier, Event, NumberSequence, ProcessVersion, Status
from dossiers.models.event import EventKind
from parties.models import Party

STEP = 50_000
YEARS = 6
OPEN = 0.01
"""Of the dossiers; a town finishes its work."""
CHANNELS = ("web", "web", "web", "phone", "phone", "desk", "mail", "mail", "letter", "video")
SUBJECTS = (
    "Losse tegel;Put in de weg;Lamp brandt niet;Sluikstort;Overhangende takken;Attest van woonst;Inschrijving;"
    "Zaal huren;Geluidshinder;Verkeersbord weg;Parkeerkaart;Vraag over belasting;Groenonderhoud;Verstopt riooldeksel"
)
SUBJECT_LIST = SUBJECTS.split(";")


class NothingPublished(ValueError):
    """Without a published process no dossier can be made."""


@dataclass(frozen=True)
class Road:
    """A way through a process: the statuses from the first to where the dossier stands."""

    version: ProcessVersion
    statuses: list[Status]

    @property
    def end(self) -> Status:
        return self.statuses[-1]


def roads() -> tuple[list[Road], list[Road]]:
    """Through every process that runs: roads to an end, and roads that are still under way."""
    finished: list[Road] = []
    under_way: list[Road] = []
    for version in ProcessVersion.objects.select_related("process_type__team").order_by("pk"):
        if version.process_type.current_version != version:
            continue
        reached = {version.start.pk: Road(version, [version.start])}
        waiting = [version.start]
        while waiting:
            status = waiting.pop(0)
            for step in status.steps.select_related("target"):
                if step.target_id not in reached:
                    reached[step.target_id] = Road(version, [*reached[status.pk].statuses, step.target])
                    waiting.append(step.target)
        for road in reached.values():
            (finished if road.end.milestone in ENDS else under_way).append(road)
    if not finished or not under_way:
        raise NothingPublished("Publish a process first, or run: manage.py demo")
    return finished, under_way


def make_dossiers(count: int, contacts: int, *, seed: int = 2) -> Iterator[int]:
    """Adds ``count`` dossiers with ``contacts`` contacts in all; yields how many there are after each part.

    Each has the contact that opened it; the others are divided by chance.
    """
    finished, under_way = roads()
    random = Random(seed)  # noqa: S311  not for secrets
    numbers = {(each.prefix, each.year): each for each in NumberSequence.objects.all()}
    people = Party.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    first_person = Party.objects.order_by("pk").values_list("pk", flat=True).first() or 0
    now = timezone.now()
    handlers = {road.version.pk: [*road.version.process_type.team.members.all()] for road in (*finished, *under_way)}
    made_contacts = 0
    for begun in range(0, count, STEP):
        size = min(STEP, count - begun)
        dossiers: list[dict[str, Any]] = []
        events: list[dict[str, Any]] = []
        moments: list[dict[str, Any]] = []
        for pk in range(first_free(Dossier), first_free(Dossier) + size):
            is_open = random.random() < OPEN
            road = random.choice(under_way if is_open else finished)
            days = random.randint(0, 30) if is_open else random.randint(31, 365 * YEARS)
            opened = now - timedelta(days=days, minutes=random.randint(0, 1400))
            dossiers.append(
                {
                    "id": pk,
                    "number": _number(numbers, road.version.prefix, opened.year),
                    "process_version_id": road.version.pk,
                    "status_id": road.end.pk,
                    "initiator_id": random.randint(first_person, people),
                    "team_id": road.version.process_type.team_id,
                    "handler_id": _handler(random, handlers[road.version.pk]),
                    "subject": random.choice(SUBJECT_LIST),
                    "facts": {},
                    "first_contact_at": opened,
                    "opened_at": opened,
                    "due_at": opened + timedelta(days=30) if is_open and road.end.milestone not in PAUSES else None,
                }
            )
            events += _history(road, pk, opened)
        copy(Dossier, dossiers)
        for key, event in enumerate(events, start=first_free(Event)):
            event["id"] = key
        copy(Event, events)
        wanted = contacts * (begun + size) // count - made_contacts
        more = [random.choice(dossiers) for _each in range(max(0, wanted - size))]
        for key, (dossier, place) in enumerate(
            [*((dossier, 0) for dossier in dossiers[:wanted]), *((dossier, 1) for dossier in more)],
            start=first_free(Contact),
        ):
            moments.append(_contact(random, key, dossier, place))
        made_contacts += copy(Contact, moments)
        for sequence in numbers.values():
            NumberSequence.objects.update_or_create(
                prefix=sequence.prefix, year=sequence.year, defaults={"last": sequence.last}
            )
        yield begun + size


def _number(numbers: dict[tuple[str, int], NumberSequence], prefix: str, year: int) -> str:
    sequence = numbers.setdefault((prefix, year), NumberSequence(prefix=prefix, year=year))
    sequence.last += 1
    return f"{prefix}-{year}-{sequence.last:06d}"


def _handler(random: Random, members: list[Any]) -> int | None:
    return random.choice(members).pk if members and random.random() < 0.8 else None


def _history(road: Road, dossier: int, opened: datetime) -> Iterator[dict[str, Any]]:
    """What one event says, in the order in which it happened: a step every two days."""
    before = ""
    for sequence, status in enumerate(road.statuses, start=1):
        at = opened + timedelta(days=2 * (sequence - 1))
        yield {
            "id": 0,
            "dossier_id": dossier,
            "sequence": sequence,
            "kind": EventKind.STATUS if before else EventKind.OPENED,
            "from_status": before,
            "to_status": status.key,
            "milestone": status.milestone,
            "pauses": status.pauses,
            "actor_kind": ActorKind.STAFF if before else ActorKind.CITIZEN,
            "at": at,
            "recorded_at": at,
        }
        before = status.key


def _contact(random: Random, key: int, dossier: dict[str, Any], place: int) -> dict[str, Any]:
    """The one that opened the dossier, or a later one; a third of those come from us."""
    at = dossier["first_contact_at"] + timedelta(hours=place * random.randint(1, 400))
    return {
        "id": key,
        "channel": random.choice(CHANNELS),
        "direction": "out" if place and random.random() < 0.33 else "in",
        "at": at,
        "recorded_at": at,
        "closed_at": at,
        "party_id": dossier["initiator_id"],
        "party_match": "new" if place == 0 else "proven",
        "dossier_id": dossier["id"],
        "subject": dossier["subject"],
    }
