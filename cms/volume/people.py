"""Persons and associations, how to reach them, and where they live."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cms.volume.copying import copy, first_free
from cms.volume.names import Town
from parties.matching import match_key
from parties.models import Address, ContactPoint, Identifier, Party

STEP = 50_000
ASSOCIATION_OF = 25
"""One party in so many is an association."""
BEGUN = datetime(2020, 1, 2, 9, 0, tzinfo=UTC)


def make_parties(count: int, *, seed: int = 1) -> Iterator[int]:
    """Adds ``count`` parties; yields how many there are after each part."""
    town = Town(seed)
    for begun in range(0, count, STEP):
        size = min(STEP, count - begun)
        first = first_free(Party)
        parties = [_party(town, pk) for pk in range(first, first + size)]
        copy(Party, parties)
        points = [point for party in parties for point in _points(town, party)]
        for key, point in enumerate(points, start=first_free(ContactPoint)):
            point["id"] = key
        copy(ContactPoint, points)
        addresses = enumerate(parties, start=first_free(Address))
        copy(Address, (_address(town, key, party) for key, party in addresses))
        numbered = [party for party in parties if party["kind"] == Party.Kind.ORGANISATION]
        copy(Identifier, _numbers(numbered))
        yield begun + size


def _party(town: Town, pk: int) -> dict[str, Any]:
    association = pk % ASSOCIATION_OF == 0
    born = date(1925, 1, 1) + timedelta(days=town.random.randint(0, 36_000))
    return {
        "id": pk,
        "kind": Party.Kind.ORGANISATION if association else Party.Kind.PERSON,
        "name": town.association() if association else town.person(),
        "birth_date": None if association else born,
        "created_at": BEGUN + timedelta(minutes=pk),
    }


def _points(town: Town, party: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An e-mail address of one's own, and for two in three a phone number."""
    email = f"p{party['id']}@burger.example"
    values = [(ContactPoint.Kind.EMAIL, email)]
    if town.random.random() < 0.66:
        values.append((ContactPoint.Kind.PHONE, town.phone()))
    for kind, value in values:
        key = match_key(party["name"], value) if kind == ContactPoint.Kind.EMAIL else None
        yield {
            "id": 0,
            "party_id": party["id"],
            "kind": kind,
            "value": value,
            "as_given": value,
            "match_key": key,
            "created_at": party["created_at"],
        }


def _address(town: Town, key: int, party: dict[str, Any]) -> dict[str, Any]:
    kind = Address.Kind.HOME if party["kind"] == Party.Kind.PERSON else Address.Kind.SEAT
    return {"id": key, "party_id": party["id"], "kind": kind, "recorded_at": party["created_at"], **town.address()}


def _numbers(parties: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for key, party in enumerate(parties, start=first_free(Identifier)):
        body = 10_000_000 + party["id"]
        value = f"{body:08d}{97 - body % 97:02d}"
        yield {
            "id": key,
            "party_id": party["id"],
            "scheme": "kbo",
            "value": value,
            "lookup": value,
            "recorded_at": party["created_at"],
        }
