"""Several workers carry out one list while clerks write in its dossiers: each is destroyed once, nothing is left."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import DatabaseError, connection

from core.actors import Actor
from dossiers import actions
from dossiers.actions import retention
from dossiers.models import DestructionList, Dossier, Event, Note
from tests import town
from tests.dossiers import finished, talking
from tests.dossiers.test_retention import DUE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

WORKERS, CLERKS, DOSSIERS = 3, 2, 6


def test_each_is_destroyed_once_and_no_word_slips_in() -> None:
    town.published(town.draft_melding(retention_years=5))
    dossiers = [finished.completed(name=f"Burger {n}", email=f"b{n}@example.org") for n in range(DOSSIERS)]
    marc, officer = talking.in_role("Beheerder", "marc"), talking.in_role("Functionaris gegevensbescherming", "fg")
    retention.propose(at=DUE)
    made = DestructionList.objects.get()
    retention.prepare(made=made, by=Actor.staff(marc), at=DUE)
    retention.approve(made=made, number=DOSSIERS, by=Actor.staff(officer), at=DUE)
    barrier = Barrier(WORKERS + CLERKS)

    def work(number: int) -> int:
        try:
            barrier.wait()
            if number < WORKERS:
                return retention.destroy_approved(at=DUE)
            for dossier in reversed(dossiers):
                with suppress(DatabaseError):  # it was gone, or somebody else was busy
                    actions.write_note(dossier=dossier, text="Belde", by=finished.an(), at=DUE)
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS + CLERKS) as pool:
        done = list(pool.map(work, range(WORKERS + CLERKS)))

    retention.destroy_approved(at=DUE)
    made.refresh_from_db()
    assert made.state == "done"
    assert sum(done) <= DOSSIERS
    assert Dossier.objects.exclude(anonymised_at=None).count() == DOSSIERS
    assert Event.objects.filter(kind="anonymised").count() == DOSSIERS
    assert not Note.objects.exists()
