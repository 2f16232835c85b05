"""The same form sent by eight requests at once; two new citizens with one identity."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from core.actors import Actor
from dossiers.models import Contact, Dossier
from forms import actions
from forms.models import Submission
from integrations.models import Delivery
from parties.models import Party
from tests import town
from tests.forms import builder
from tests.forms.test_submit import filled_draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

CLIENTS = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    barrier = Barrier(CLIENTS)

    def run(number: int) -> Any:
        try:
            barrier.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(run, range(CLIENTS)))


def test_one_draft_sent_by_eight_is_one_submission() -> None:
    draft = filled_draft(builder.published_form())
    tokens = at_once(lambda number: actions.submit(draft=draft, by=Actor.citizen(), at=town.MONDAY).token)
    assert set(tokens) == {draft.pk}
    counts = [model.objects.count() for model in (Submission, Dossier, Contact, Party, Delivery)]
    assert counts == [1, 1, 1, 1, 1]


def test_eight_forms_of_one_new_citizen_are_one_person_and_eight_dossiers() -> None:
    version = builder.published_form()
    drafts = [filled_draft(version) for _ in range(CLIENTS)]
    at_once(lambda number: actions.submit(draft=drafts[number], by=Actor.citizen(), at=town.MONDAY))
    assert Party.objects.count() == 1
    assert len(set(Dossier.objects.values_list("number", flat=True))) == CLIENTS
    assert Submission.objects.count() == CLIENTS
