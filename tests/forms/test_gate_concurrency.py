"""Eight at once for the last three places, or at the limit of one address: as many pass as there is room for."""

from collections.abc import Callable
from typing import Any

import pytest

from core.actors import Actor
from dossiers.models import Dossier
from forms import actions
from forms.gate import Refused, Visitor
from forms.limits import Reason
from forms.models import FormDefinition, FormDraft, RateCount, Submission, SubmissionCount, UsageCount
from forms.roles import Role
from tests import town
from tests.forms import builder
from tests.forms.test_submit import filled_draft
from tests.forms.test_submit_concurrency import CLIENTS, at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]

SOMEWHERE = Visitor(address="198.51.100.7", browser="one", device="phone")


def try_all(work: Callable[[int], Any]) -> list[Any]:
    """What each of eight got: a result, or why not."""

    def attempt(number: int) -> Any:
        try:
            return work(number)
        except Refused as refusal:
            return refusal.reason

    return at_once(attempt)


def test_three_places_for_eight() -> None:
    version = builder.published_form()
    earlier = [filled_draft(version) for _ in range(2)]
    for draft in earlier:
        actions.submit(draft=draft, by=Actor.citizen(), at=town.MONDAY)
    FormDefinition.objects.update(max_submissions=5)
    drafts = [filled_draft(version) for _ in range(CLIENTS)]
    results = try_all(lambda number: actions.submit(draft=drafts[number], by=Actor.citizen(), at=town.MONDAY))
    assert sum(isinstance(result, Submission) for result in results) == 3
    assert results.count(Reason.FULL) == CLIENTS - 3
    assert Submission.objects.count() == Dossier.objects.count() == SubmissionCount.objects.get().number == 5
    kept = FormDraft.objects.filter(submitted_at=None)
    assert [draft.answers["naam"] for draft in kept] == ["Fatima El Amrani"] * (CLIENTS - 3)


def test_one_form_sent_by_eight_for_the_last_place() -> None:
    FormDefinition.objects.filter(pk=builder.published_form().definition_id).update(max_submissions=1)
    draft = filled_draft(FormDefinition.objects.get().latest_version())
    results = try_all(lambda number: actions.submit(draft=draft, by=Actor.citizen(), at=town.MONDAY))
    assert len({result.pk for result in results}) == 1
    assert SubmissionCount.objects.get().number == 1


def test_one_address_at_its_limit() -> None:
    version = builder.published_form(max_per_address=3, max_per_browser=0)
    drafts = [filled_draft(version) for _ in range(CLIENTS)]
    results = try_all(
        lambda number: actions.submit(draft=drafts[number], by=Actor.citizen(), at=town.MONDAY, visitor=SOMEWHERE)
    )
    assert sum(isinstance(result, Submission) for result in results) == 3
    assert results.count(Reason.TOO_MANY) == CLIENTS - 3
    assert RateCount.objects.get().number == SubmissionCount.objects.get().number == Submission.objects.count() == 3


def test_eight_who_start_at_once_are_counted_as_eight() -> None:
    version = builder.published_form(max_starts_per_address=6)
    results = try_all(
        lambda number: actions.start(
            version=version, role=Role.CITIZEN, by=Actor.citizen(), at=town.MONDAY, visitor=SOMEWHERE
        )
    )
    assert results.count(Reason.TOO_MANY) == 2
    assert FormDraft.objects.count() == 6
    assert dict(UsageCount.objects.values_list("what", "number")) == {"started": 6, "device": 6}
