"""Dossiers on the published processes with their history, and the contacts that led to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from cms.volume.around import TABLES as AROUND
from cms.volume.around import Around
from cms.volume.copying import Row, Rows, at_once, first_free
from cms.volume.names import Town
from cms.volume.people import ASSOCIATION_OF
from core.actors import ActorKind
from core.models import User
from dossiers.milestones import ENDS, PAUSES
from dossiers.models import Contact, Dossier, Event, NumberSequence, ProcessVersion, Status, Team
from dossiers.models.event import EventKind
from parties.models import Party

STEP = 20_000
RECENT = timedelta(days=31)
"""What is open was opened since; what is finished, before."""
LARGEST = 0.005
"""This share of the dossiers is of one association: 5,000 of a million."""
TALKER, TALKER_CONTACTS = 10, 300
"""Somebody with ten dossiers and three hundred contacts."""
UNLINKED_OF = 20
"""For so many open dossiers there is a contact of which nobody wrote down yet what it is about."""
ELSEWHERE = 0.2
"""Of the dossiers went to another team than that of their process."""
CHANNELS = ("web", "web", "web", "phone", "phone", "desk", "mail", "mail", "letter", "video")
SUBJECTS = (
    "Losse tegel;Put in de weg;Lamp brandt niet;Sluikstort;Overhangende takken;Attest van woonst;Inschrijving;"
    "Zaal huren;Geluidshinder;Verkeersbord weg;Parkeerkaart;Vraag over belasting;Groenonderhoud;Verstopt riooldeksel"
)
SUBJECT_LIST = SUBJECTS.split(";")
PLACES = Town().streets
TABLES = (Dossier, Event, Contact, *AROUND)


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


def make_dossiers(count: int, contacts: int, *, opened: int, years: int = 20, seed: int = 2) -> Iterator[int]:
    """Adds ``count`` dossiers, of which ``opened`` are open and the others were finished over so many years, with
    ``contacts`` contacts in all; yields how many there are after each part. All of them, or none.

    Each has the contact that opened it; the others are divided by chance.
    """
    if not count:
        return
    random = Random(f"{seed} {first_free(Dossier)}")  # noqa: S311  not for secrets; no code a second time
    made = _Made(count, contacts, min(opened, count // 2), timedelta(days=365 * years), random)
    with at_once(TABLES):
        for begun in range(0, count, STEP):
            size = min(STEP, count - begun)
            made.part(begun, size)
            yield begun + size


class _Made:
    """What is being made, part by part."""

    def __init__(self, count: int, contacts: int, opened: int, span: timedelta, random: Random) -> None:
        self.span = span
        self.count, self.contacts, self.opened, self.random = count, contacts, opened, random
        self.finished, self.under_way = roads()
        self.now = timezone.now()
        self.rows = Rows()
        self.numbers = {(each.prefix, each.year): each for each in NumberSequence.objects.all()}
        self.teams = list(Team.objects.order_by("pk"))
        self.members = {team.pk: list(team.members.values_list("pk", flat=True)) for team in self.teams}
        everybody = User.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
        self.around = Around(self.rows, random, self.now, staff=list(everybody), opened=self.opened)
        parties = Party.objects.order_by("pk").values_list("pk", flat=True)
        self.people = parties.first() or 0, parties.last() or 0
        self.largest = Party.objects.filter(kind="organisation").order_by("pk").values_list("pk", flat=True).first()
        busiest = Party.objects.filter(kind="person", dossiers__isnull=True).order_by("pk")
        self.talker = busiest.values_list("pk", flat=True).first() if self.opened else None
        self.made_contacts = 0

    def part(self, begun: int, size: int) -> None:
        wanted = self.contacts * (begun + size) // self.count - self.made_contacts
        self.made_contacts += wanted
        dossiers = [self.dossier(begun + place) for place in range(size)]
        for dossier, road in dossiers:
            events = self.history(dossier, road)
            first = self.contact(dossier, 0) if wanted else None
            self.around.add(dossier, road.version, road.end, events, first)
        more = max(0, wanted - size)
        if begun + size == self.count:
            unlinked = min(more, self.opened // UNLINKED_OF)
            self.unlinked(unlinked)
            more -= unlinked
        if self.talker and begun == 0:
            talked = min(more // 2, TALKER_CONTACTS)
            for place in range(talked):
                self.contact(dossiers[place % min(TALKER, size)][0], 1)
            more -= talked
        for _each in range(more):
            dossier, road = self.random.choice(dossiers)
            self.around.said(dossier, self.contact(dossier, 1))
        if begun + size == self.count:
            self.around.open_work()
            self.around.count()
        self.rows.write()
        for sequence in self.numbers.values():
            NumberSequence.objects.update_or_create(
                prefix=sequence.prefix, year=sequence.year, defaults={"last": sequence.last}
            )

    def dossier(self, place: int) -> tuple[Row, Road]:
        """The oldest first, as they come in; the last ones are open."""
        random = self.random
        is_open = place >= self.count - self.opened
        road = random.choice(self.under_way if is_open else self.finished)
        if is_open:
            opened = self.now - timedelta(minutes=random.randint(0, 60 * 24 * 31))
        else:
            age = self.span * (1 - (place + random.random()) / max(1, self.count - self.opened))
            opened = self.now - RECENT - max(age, timedelta(0))
        team, initiator = self.team(road), self.initiator(place)
        runs = is_open and road.end.milestone not in PAUSES
        due = opened + timedelta(days=28) if runs else None
        row: Row = {
            "number": self.number(road.version.prefix, opened.year),
            "process_version_id": road.version.pk,
            "status_id": road.end.pk,
            "initiator_id": initiator,
            "representative_id": initiator - 1 if initiator % ASSOCIATION_OF == 0 else None,
            "team_id": team,
            "handler_id": self.handler(team),
            "subject": random.choice(SUBJECT_LIST),
            "place": f"{random.choice(PLACES)} {random.randint(1, 250)}" if random.random() < 0.5 else "",
            "facts": {},
            "first_contact_at": opened,
            "opened_at": opened,
            "due_at": due,
            "promised_at": due,
            "has_news": is_open and random.random() < 0.05,
        }
        return {"id": self.rows.add(Dossier, **row), **row}, road

    def team(self, road: Road) -> int:
        own = road.version.process_type.team_id
        return self.random.choice(self.teams).pk if self.random.random() < ELSEWHERE else own

    def handler(self, team: int) -> int | None:
        members = self.members[team]
        return self.random.choice(members) if members and self.random.random() < 0.8 else None

    def initiator(self, place: int) -> int:
        if place < TALKER and self.talker:
            return self.talker
        if self.largest and self.random.random() < LARGEST:
            return self.largest
        return self.random.randint(*self.people)

    def number(self, prefix: str, year: int) -> str:
        sequence = self.numbers.setdefault((prefix, year), NumberSequence(prefix=prefix, year=year))
        sequence.last += 1
        return f"{prefix}-{year}-{sequence.last:06d}"

    def history(self, dossier: Row, road: Road) -> list[tuple[int, datetime]]:
        """The events in the order in which they happened, a step every two days; their numbers and moments."""
        before, found = "", []
        for sequence, status in enumerate(road.statuses, start=1):
            at = min(dossier["opened_at"] + timedelta(days=2 * (sequence - 1)), self.now)
            by = dossier["handler_id"] if before else None
            key = self.rows.add(
                Event,
                dossier_id=dossier["id"],
                sequence=sequence,
                kind=EventKind.STATUS.value if before else EventKind.OPENED.value,
                from_status=before,
                to_status=status.key,
                milestone=str(status.milestone),
                pauses=status.pauses,
                actor_kind=(ActorKind.STAFF if before else ActorKind.CITIZEN).value,
                actor_id=by,
                at=at,
                recorded_at=at,
            )
            found.append((key, at))
            before = status.key
        return found

    def contact(self, dossier: Row, place: int) -> Row:
        """The one that opened the dossier, or a later one; a third of those come from us."""
        random = self.random
        at = min(dossier["first_contact_at"] + timedelta(hours=place * random.randint(1, 400)), self.now)
        row = {
            "channel": random.choice(CHANNELS),
            "direction": "out" if place and random.random() < 0.33 else "in",
            "at": at,
            "recorded_at": at,
            "closed_at": at,
            "party_id": dossier["initiator_id"],
            "party_match": "proven" if place else "new",
            "given_email": f"p{dossier['initiator_id']}@burger.example",
            "dossier_id": dossier["id"],
            "subject": dossier["subject"],
            "handler_id": dossier["handler_id"],
        }
        return {"id": self.rows.add(Contact, **row), **row}

    def unlinked(self, number: int) -> None:
        """Somebody called, and nobody wrote down yet what it is about."""
        for _each in range(number):
            at = self.now - timedelta(minutes=self.random.randint(1, 10_000))
            nobody: dict[str, Any] = dict.fromkeys(["closed_at", "party_id", "dossier_id", "handler_id"])
            self.rows.add(
                Contact,
                channel="phone",
                direction="in",
                at=at,
                recorded_at=at,
                party_match="",
                given_email="",
                subject=self.random.choice(SUBJECT_LIST),
                **nobody,
            )
