"""What stands beside a conversation: everything that we know of who calls, and what can be done with it.

Upper floors add ways to go on (the forms that citizens fill in) in ``AppConfig.ready()``:
``desk.starters.register("forms", FormStarters())``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse

from core.models import User
from core.registry import Registry
from dossiers.models import CallBack, Contact, Conversation, Dossier, ProcessVersion, Transition
from dossiers.permissions import is_for
from parties.models import Party, PartyNote, Representation

MOST_SHOWN = 8
"""Rows of each list: who is on the phone waits."""


class Starters(Protocol):
    """Things of one kind that can be begun for who is on the phone."""

    def offered(self, user: User) -> list[tuple[str, str]]:
        """Key and label of each, in a fixed number of queries."""
        ...

    def begin(self, key: str, conversation: Conversation, request: HttpRequest) -> HttpResponse:
        """Begin it, and go there. Raises Http404 for a key that was not offered."""
        ...


starters: Registry[Starters] = Registry("way to go on with a conversation")


@dataclass(frozen=True)
class Picture:
    """Who it is, at once: what runs, what was said before on any channel, what we promised, what colleagues noted."""

    notes: list[PartyNote]
    organisations: list[Representation]
    representatives: list[Representation]
    dossiers: list[Dossier]
    contacts: list[Contact]
    call_backs: list[CallBack]

    @property
    def is_empty(self) -> bool:
        return not (self.dossiers or self.contacts or self.call_backs)


def picture(parties: Sequence[Party], *, user: User, day: date) -> Picture:
    """Of these parties together: the person, and the organisation that the person speaks for."""
    if not parties:
        return Picture([], [], [], [], [], [])
    keys = [party.pk for party in parties]
    theirs = Q(initiator__in=keys) | Q(representative__in=keys)
    seen = Dossier.objects.visible_to(user)
    contacts = Contact.objects.filter(party__in=keys, dossier__in=seen)
    calls = CallBack.objects.visible_to(user).open().filter(contact__party__in=keys)
    return Picture(
        notes=list(PartyNote.objects.shown().filter(party__in=keys).select_related("author")),
        organisations=list(Representation.objects.on(day).filter(person__in=keys).select_related("organisation")),
        representatives=list(Representation.objects.on(day).filter(organisation__in=keys).select_related("person")),
        dossiers=list(seen.open().filter(theirs).for_list().order_by("-first_contact_at", "-pk")[:MOST_SHOWN]),
        contacts=list(
            contacts.select_related("dossier__status", "handler", "party").order_by("-at", "-pk")[:MOST_SHOWN]
        ),
        call_backs=list(calls.select_related("team", "assignee", "dossier").order_by("until_at")[:MOST_SHOWN]),
    )


def processes() -> list[ProcessVersion]:
    """The newest published version of each process that runs, by name."""
    newer = ProcessVersion.objects.filter(process_type=OuterRef("process_type"), number__gt=OuterRef("number"))
    return list(ProcessVersion.objects.filter(~Exists(newer), process_type__live=True).order_by("name"))


def answers_at_once(user: User, versions: Sequence[ProcessVersion]) -> list[tuple[ProcessVersion, Transition]]:
    """Where this person can open a dossier and close it with one press."""
    first = Transition.objects.filter(version__in=versions, source__is_start=True)
    first = first.select_related("target", "letter", "version")
    steps = [step for step in first.order_by("order", "pk") if step.is_at_once and step.target.is_end]
    own = [step for step in steps if is_for(user, step)]
    return [(version, step) for version in versions for step in own if step.version_id == version.pk]
