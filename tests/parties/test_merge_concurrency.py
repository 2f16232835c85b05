"""Merging while others work: merges that cross, and a citizen who comes in at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from core.actors import Actor
from dossiers.models import Contact
from parties import merging
from parties.actions import resolve
from parties.merging import MergeRefused
from parties.models import ContactPoint, Merge, Party
from parties.remaining import remaining

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
BY = Actor.system("test")


def two() -> tuple[Party, Party]:
    return Party.objects.create(name="Jan Peeters"), Party.objects.create(name="Johannes Peeters")


def put_together(kept: Party, lost: Party) -> bool:
    try:
        merging.merge(kept=kept, lost=lost, choices={}, by=BY, at=AT)
    except MergeRefused:
        return False
    return True


def at_once(*works: Callable[[], object]) -> list[object]:
    start = Barrier(len(works), timeout=30)

    def run(work: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_two_merges_that_cross_one_happens() -> None:
    for _round in range(10):
        one, other = two()
        done = at_once(lambda: put_together(one, other), lambda: put_together(other, one))  # noqa: B023
        assert sorted(map(bool, done)) == [False, True]
        one.refresh_from_db()
        other.refresh_from_db()
        assert {one.merged_into_id is None, other.merged_into_id is None} == {True, False}
    assert Merge.objects.count() == 10


def test_what_a_citizen_brings_in_at_that_moment_is_with_the_one_that_remains() -> None:
    for number in range(15):
        kept, lost = two()
        name, email = f"Jef {number}", f"jef{number}@example.org"
        Party.objects.filter(pk=lost.pk).update(name=name)
        lost.refresh_from_db()
        known = resolve(name=name, email=email, by=BY, at=AT).party
        put_together(lost, known)

        def come_in(name: str = name, email: str = email) -> Party:
            with transaction.atomic():
                party = resolve(name=name, email=email, by=BY, at=AT).party
                Contact.objects.create(channel="web", at=AT, party=party, subject="Tegel")
                return party

        merged, party = at_once(lambda: put_together(kept, lost), come_in)  # noqa: B023
        assert merged or Party.objects.get(pk=lost.pk).merged_into_id is None
        end = kept if merged else lost
        assert Contact.objects.get(party=end).subject == "Tegel", party
        assert not Contact.objects.exclude(party=end).exists()
        Contact.objects.all().delete()


def test_whoever_works_with_one_of_them_for_long_is_not_disturbed() -> None:
    """The merge gives up and says so. SQLite has one writer at a time: there it waits its turn."""
    kept, lost = two()
    ContactPoint.objects.create(party=lost, kind="email", value="j@x.be", as_given="j@x.be", match_key="k")
    held, done = Event(), Event()

    def work() -> None:
        try:
            with transaction.atomic():
                Contact.objects.create(channel="web", at=AT, party=remaining(lost), subject="Tegel")
                held.set()
                assert done.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        assert held.wait(30)
        if connection.vendor == "postgresql":
            with pytest.raises(MergeRefused, match="werkt nu"):
                merging.merge(kept=kept, lost=lost, choices={}, by=BY, at=AT)
        done.set()
        working.result()
    assert put_together(kept, lost)
    assert Contact.objects.get().party == kept
