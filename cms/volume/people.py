"""Persons and associations, how to reach them, where they live, and what a register gathers about them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from cms.volume.copying import Row, Rows, at_once, first_free
from cms.volume.names import Town
from core.actors import ActorKind
from core.models import User
from parties.matching import match_key
from parties.models import (
    Address,
    ContactPoint,
    Identifier,
    LookAlike,
    Party,
    PartyEvent,
    PartyNote,
    Recognition,
    RecognitionCategory,
    Representation,
    SearchWord,
    WordKey,
)
from parties.search_guards import words_at_once

STEP = 50_000
ASSOCIATION_OF = 25
"""One party in so many is an association; the one before speaks for it."""
SOME_ALIKE = 60
"""Among the first so many, so that also a small town has a page of possible duplicates."""
BEGUN = datetime(2006, 1, 2, 9, 0, tzinfo=UTC)
TABLES = (
    Party, ContactPoint, Address, Identifier, PartyEvent, PartyNote, Representation, Recognition, LookAlike,
    SearchWord, WordKey,
)  # fmt: skip


def make_parties(count: int, *, seed: int = 1) -> Iterator[int]:
    """Adds ``count`` parties; yields how many there are after each part. All of them, or none."""
    if not count:
        return
    town, rows = Town(seed), Rows()
    author = User.objects.order_by("pk").first()
    categories = list(RecognitionCategory.objects.order_by("pk").values_list("pk", flat=True))
    with at_once(TABLES), words_at_once():
        first = first_free(Party)
        for begun in range(0, count, STEP):
            size = min(STEP, count - begun)
            for number in range(first + begun, first + begun + size):
                party = _party(town, number)
                rows.add(Party, **party)
                _reached(town, rows, party)
                _known(town, rows, party, first=first, author=author, categories=categories)
            rows.write()
            yield begun + size


def _party(town: Town, pk: int) -> Row:
    association = pk % ASSOCIATION_OF == 0
    born = date(1925, 1, 1) + timedelta(days=town.random.randint(0, 36_000))
    return {
        "id": pk,
        "kind": Party.Kind.ORGANISATION.value if association else Party.Kind.PERSON.value,
        "name": town.association() if association else town.person(),
        "birth_date": None if association else born,
        "created_at": BEGUN + timedelta(minutes=10 * pk),
    }


def _reached(town: Town, rows: Rows, party: Row) -> None:
    """An e-mail address of one's own, for two in three a phone number; an address; of an association its number."""
    of = {"party_id": party["id"]}
    email = f"p{party['id']}@burger.example"
    points: list[tuple[str, str, str | None]] = [("email", email, match_key(party["name"], email))]
    if town.random.random() < 0.66:
        points.append(("phone", town.phone(), None))
    for kind, value, key in points:
        rows.add(
            ContactPoint, kind=kind, value=value, as_given=value, match_key=key, created_at=party["created_at"], **of
        )
    kind = "home" if party["kind"] == "person" else "seat"
    rows.add(Address, kind=kind, recorded_at=party["created_at"], **town.address(), **of)
    if party["kind"] == "organisation":
        body = 10_000_000 + party["id"]
        value = f"{body:08d}{97 - body % 97:02d}"
        rows.add(Identifier, scheme="kbo", value=value, lookup=value, recorded_at=party["created_at"], **of)


def _known(town: Town, rows: Rows, party: Row, *, first: int, author: User | None, categories: list[int]) -> None:
    """Its history; of associations who speaks for them and what they are recognised as; a note, and who it may be."""
    of, chance = {"party_id": party["id"]}, town.random.random()
    rows.add(PartyEvent, kind="registered", actor_kind=ActorKind.CITIZEN.value, at=party["created_at"], **of)
    before = party["id"] - 1
    if party["kind"] == "organisation" and before >= first:
        since = party["created_at"].date()
        rows.add(Representation, person_id=before, organisation_id=party["id"], role="voorzitter", since=since)
        if chance < 0.2 and categories:
            rows.add(Recognition, category_id=categories[party["id"] % len(categories)], since=since, **of)
    elif chance < 0.01 and author:
        rows.add(PartyNote, text="Hoort slecht: spreek luid.", at=party["created_at"], author_id=author.pk, **of)
    elif (chance < 0.015 or party["id"] < first + SOME_ALIKE) and before >= first:
        reasons, weight = (["birth_date"], 4) if chance < 0.012 else (["name"], 1)
        pair = {"first_id": before, "second_id": party["id"]}
        rows.add(LookAlike, reasons=reasons, weight=weight, found_at=party["created_at"], **pair)
