"""Persons and organisations that nothing refers to any more: found, and erased so that nothing says who they were.

The row itself stays, without a name: the access log names its key, and so does the declaration of what was destroyed.
The mirror of ``parties/personal_data.py``: a floor that keeps more of a party registers an eraser here, in
``AppConfig.ready()``. What still refers to a party keeps it: ``parties.merging.references`` knows every foreign key.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import erasing, keeping
from core.actors import Actor
from core.models import AccessLog
from core.registry import Registry
from core.triggers import open_door
from parties.merging import references
from parties.models import (
    AccessRequest,
    Address,
    ContactPoint,
    EmailChange,
    Identifier,
    LookAlike,
    MergeChange,
    Party,
    PartyEvent,
    PartyImport,
    PartyNote,
    Recognition,
    Representation,
    SearchWord,
    Subject,
    Verification,
    WordKey,
)

CHUNK = 1000
LINKS = timedelta(days=30)
IMPORTS = timedelta(days=365)


class Eraser(Protocol):
    """What one floor keeps of people besides what refers to them."""

    def erase(self, parties: Collection[Party], *, at: datetime) -> None:
        """Forget it, in the caller's transaction. These are one party, with those that were merged into it."""
        ...


registry: Registry[Eraser] = Registry("eraser of parties")


@dataclass(frozen=True)
class DueParty:
    """Somebody whom nothing refers to any more, and since when nobody touched the record."""

    party: Party
    touched_on: date
    due_on: date
    years: int
    source: str


# --- Who is due


def due_after(after: int, *, most: int, at: datetime) -> tuple[int, list[DueParty]]:
    """Of the next ``most`` of the register, by key: where the walk came, and who is due. 0: at the end, begin anew."""
    found: list[DueParty] = []
    seen = 0
    while seen < most:
        rows = Party.objects.current().filter(pk__gt=after).order_by("pk")
        chunk = list(rows[: min(CHUNK, most - seen)])
        if not chunk:
            return 0, found
        seen += len(chunk)
        after = chunk[-1].pk
        found += due_among(chunk, at=at)
    return after, found


def due_among(parties: Iterable[Party], *, at: datetime) -> list[DueParty]:
    """In as many queries as there are things that refer to a party, however many parties these are."""
    kept = keeping.term_of(keeping.PARTIES)
    over = keeping.years_before(at, kept.years)
    old = {party.pk: party for party in parties if timezone.localdate(party.created_at) <= over}
    whose = _families(old)
    touched = {key: timezone.localdate(party.created_at) for key, party in old.items()}
    events = PartyEvent.objects.filter(party__in=whose).values("party").annotate(last=Max("at"))
    for event in events.order_by():
        key = whose[event["party"]]
        touched[key] = max(touched[key], timezone.localdate(event["last"]))
    busy = {whose[key] for key in _referred_to(whose, over)}
    return [
        DueParty(old[key], day, keeping.years_later(day, kept.years), kept.years, str(kept.source))
        for key, day in touched.items()
        if day <= over and key not in busy
    ]


def _families(parties: Collection[int]) -> dict[int, int]:
    """These, and those that were merged into them in one or more steps → which of these it is."""
    whose = {key: key for key in parties}
    level = list(whose)
    while level:
        rows = Party.objects.filter(merged_into__in=level).values_list("pk", "merged_into")
        merged = {key: whose[into] for key, into in rows if into}
        whose |= merged
        level = list(merged)
    return whose


def _referred_to(parties: Collection[int], over: date) -> set[int]:
    """Those that anything on an upper floor refers to, and those that spoke for somebody or were recognised until a day
    that is not over yet."""
    found: set[int] = set()
    for reference in references:
        if not reference.stays and not reference.model.startswith("parties."):
            rows = reference.rows.filter(**{f"{reference.field}__in": list(parties)})
            found |= set(rows.values_list(reference.field, flat=True))
    lasts = Q(until=None) | Q(until__gt=over)
    for model, field in ((Representation, "person"), (Representation, "organisation"), (Recognition, "party")):
        lasting = model._default_manager.filter(lasts, **{f"{field}__in": list(parties)})
        found |= set(lasting.values_list(field, flat=True))
    return found


# --- Erasing


@transaction.atomic
def erase(*, party: Party, by: Actor, at: datetime) -> bool:
    """Forget who this is; False when something refers to it again, or somebody touched it."""
    held = Party.objects.select_for_update().get(pk=party.pk)
    if held.anonymised_at or held.merged_into_id or not due_among([held], at=at):
        return False
    family = list(Party.objects.filter(pk__in=_families([held.pk])).order_by("pk"))
    for eraser in reversed(list(registry)):
        eraser.erase(family, at=at)
    PartyEvent.objects.record(held, PartyEvent.Kind.ERASED, by=by, at=at)
    return True


class RegisterEraser:
    """Everything of this floor."""

    def erase(self, parties: Collection[Party], *, at: datetime) -> None:
        keys = [party.pk for party in parties]
        words = set(SearchWord.objects.filter(party__in=keys).values_list("word", flat=True))
        asked = AccessRequest.objects.filter(party__in=keys)
        erasing.doom(*(request.file for request in asked), at=at)
        asked.delete()
        numbers = [str(key) for key in Identifier.objects.filter(party__in=keys).values_list("pk", flat=True)]
        EmailChange.objects.filter(point__party__in=keys).delete()
        for model in (ContactPoint, Address, Identifier, PartyNote, Verification, Recognition, Subject):
            model._default_manager.filter(party__in=keys).delete()
        Representation.objects.filter(Q(person__in=keys) | Q(organisation__in=keys)).delete()
        LookAlike.objects.filter(Q(first__in=keys) | Q(second__in=keys)).delete()
        MergeChange.objects.filter(Q(merge__kept__in=keys) | Q(merge__lost__in=keys)).delete()
        Party.objects.filter(pk__in=keys).update(
            name="", birth_date=None, ended_on=None, preference="", anonymised_at=at, version=F("version") + 1
        )
        borne = SearchWord.objects.filter(word=OuterRef("word"))
        WordKey.objects.filter(~Exists(borne), word__in=words).delete()
        with open_door(reason="retention of a contact"):
            PartyEvent.objects.filter(party__in=keys).update(what="")
            # Who looked, and when, stays; why may say whom it was about.
            AccessLog.objects.about(
                {"parties.party": [str(key) for key in keys], "parties.identifier": numbers}
            ).exclude(reason="").update(reason="")


# --- Technical terms


def forget_used_links(at: datetime) -> None:
    """Links that confirm an e-mail address: used, or too old."""
    EmailChange.objects.filter(expires_at__lt=at - LINKS).delete()


def forget_imports(at: datetime) -> None:
    """That a list was taken over, from which file and with which columns."""
    over = (PartyImport.State.DONE, PartyImport.State.DISCARDED)
    PartyImport.objects.filter(state__in=over, touched_at__lt=at - IMPORTS).delete()


def declare() -> None:
    """For ``AppConfig.ready()``."""
    registry.register("register", RegisterEraser())
    term, terms = erasing.Term, erasing.terms
    terms.register(
        "access archives",
        term(
            what=_("Archives for who asked what we know of them"),
            kept=_("30 days after they were made"),
            why=_("By then they were downloaded. That it was asked stays in the history."),
        ),
    )
    terms.register(
        "merge journals",
        term(
            what=_("What stood in two records before they were merged"),
            kept=_("30 days"),
            why=_("So long a merge can be undone. That they were merged stays."),
        ),
    )
    terms.register(
        "import files",
        term(
            what=_("Lists of persons and associations that are taken over"),
            kept=_("Until they are taken over; 7 days when nobody does"),
            why=_("What they say stands in the register by then."),
        ),
    )
    terms.register(
        "imports",
        term(
            what=_("That a list was taken over: the name of the file and its columns"),
            kept=_("1 year"),
            why=_("So long it can be asked where a record came from."),
            run=forget_imports,
        ),
    )
    terms.register(
        "e-mail changes",
        term(
            what=_("Links with which somebody confirms an e-mail address"),
            kept=_("30 days after they stopped working"),
            why=_("So long it can be asked why an address was or was not changed."),
            run=forget_used_links,
        ),
    )
    terms.register(
        "search words",
        term(
            what=_("Words that the search knows and that nobody in the register bears any more"),
            kept=_("Until the next night"),
            why=_("They led to nobody any more."),
        ),
    )
    for model in ("ContactPoint", "Address", "Identifier", "PartyNote", "AccessRequest", "Recognition", "Subject"):
        erasing.goes_with_party(f"parties.{model}")
    erasing.goes_with_party("parties.Party", "name birth_date ended_on")
    erasing.goes_with_party("parties.Representation")
    erasing.goes_with_party("parties.LookAlike")
    erasing.goes_with_party("parties.SearchWord")
    erasing.goes_with_party("parties.PartyEvent", "what")
    erasing.stays("parties.Party", "language", why="says nothing of who it was once the rest is gone")
    erasing.goes_by_itself("parties.MergeChange", term="merge journals")
    erasing.stays("parties.Merge", "marks", why="numbers of rows")
    erasing.goes_by_itself("parties.EmailChange", term="e-mail changes")
    erasing.goes_by_itself("parties.PartyImport", "file", term="import files")
    erasing.goes_by_itself("parties.PartyImport", "name headings mapping errors", term="imports")
    erasing.goes_by_itself("parties.WordKey", term="search words")
    erasing.stays("parties.RecognitionCategory", why="what the town recognises associations as")
