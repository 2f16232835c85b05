"""Messages and workers at the same moment: no word is lost, and none is told twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from core.actors import Actor
from dossiers.actions.history import record
from dossiers.actions.notifying import notify
from dossiers.letters import Letter
from dossiers.models import Dossier
from dossiers.models.event import EventKind
from integrations import actions as outbox
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

TELLERS, EACH, WORKERS = 4, 5, 3


def test_eight_at_once_lose_no_word_and_tell_none_twice(mailoutbox: list[Any]) -> None:
    dossier = town.report().dossier
    Delivery.objects.update(created_at=town.MONDAY, next_try_at=town.MONDAY)
    barrier = Barrier(TELLERS + WORKERS)
    end = town.MONDAY + timedelta(minutes=10)

    def tell(number: int) -> None:
        try:
            barrier.wait()
            for turn in range(EACH):
                with transaction.atomic():
                    held = Dossier.objects.select_for_update().get(pk=dossier.pk)
                    at = town.MONDAY + timedelta(minutes=1)
                    event = record(held, EventKind.LETTER, by=Actor.system("Test"), at=at)
                    notify(held, event, Letter(f"Titel {number}.{turn};", f"Woord {number}.{turn};\n"), at=at)
        finally:
            connection.close()

    def work(_number: int) -> None:
        """Workers whose clock is ahead: they take the waiting message while others still add to it."""
        try:
            barrier.wait()
            for _turn in range(EACH * 2):
                outbox.sweep(at=end)
        finally:
            connection.close()

    with ThreadPoolExecutor(TELLERS + WORKERS) as pool:
        jobs = [pool.submit(tell, number) for number in range(TELLERS)]
        jobs += [pool.submit(work, number) for number in range(WORKERS)]
        for job in jobs:
            job.result()
    outbox.sweep(at=end + timedelta(minutes=20))

    told = "\n".join(str(mail.body) for mail in mailoutbox)
    for number in range(TELLERS):
        for turn in range(EACH):
            assert told.count(f"Woord {number}.{turn};") == 1
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"sent", "superseded"}
