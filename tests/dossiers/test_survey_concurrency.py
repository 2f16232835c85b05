"""The same moment: one answer counts, one person is asked once, and ten wrong codes are ten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.actors import Actor
from dossiers import actions
from dossiers.actions import surveys
from dossiers.models import Event, SurveyInvitation, SurveyResponse
from dossiers.models.event import EventKind
from tests import town
from tests.dossiers import finished
from tests.dossiers.finished import FRIDAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def at_once(number: int, do: Callable[[int], str]) -> list[str]:
    barrier = Barrier(number)

    def run(which: int) -> str:
        try:
            barrier.wait()
            return do(which)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_the_same_answer_sent_at_once_counts_once() -> None:
    finished.refused()
    invitation = SurveyInvitation.objects.get()

    def send(which: int) -> str:
        scores = {"result": which % 5 + 1, "speed": 3, "treatment": 3}
        try:
            given = surveys.Answer(scores=scores, contact_wish="phone")
            actions.answer(invitation=invitation, given=given, by=Actor.citizen(), at=FRIDAY)
        except surveys.AlreadyAnswered:
            return "answered already"
        return "kept"

    assert sorted(at_once(6, send)) == ["answered already"] * 5 + ["kept"]
    assert SurveyResponse.objects.count() == 1
    assert Event.objects.filter(kind=EventKind.FOLLOW_UP).count() == 1


def test_two_dossiers_of_one_person_that_end_at_once_ask_once() -> None:
    dossiers = [town.report().dossier for _ in range(4)]
    by = finished.an()

    def end(which: int) -> str:
        actions.take_step(
            dossier=dossiers[which], step="weigeren", expected_version=1, reason="Omdat.", by=by, at=FRIDAY
        )
        return "done"

    assert at_once(4, end) == ["done"] * 4
    assert SurveyInvitation.objects.count() == 1


def test_an_answer_and_a_reopened_dossier_at_once_leave_one_truth() -> None:
    """Both take the dossier first: neither waits for the other for ever."""
    finished.that_can_be_reopened()
    dossier = finished.refused()
    invitation = SurveyInvitation.objects.get()
    by = finished.an()

    def do(which: int) -> str:
        if which:
            actions.take_step(dossier=dossier, step="heropenen", expected_version=2, by=by, at=FRIDAY)
            return "reopened"
        given = surveys.Answer(scores={"result": 1, "speed": 1, "treatment": 1}, contact_wish="mail")
        try:
            actions.answer(invitation=invitation, given=given, by=Actor.citizen(), at=FRIDAY)
        except surveys.SurveyClosed:
            return "closed"
        return "kept"

    answered, reopened = at_once(2, do)
    invitation.refresh_from_db()
    assert reopened == "reopened"
    assert (invitation.answered_at is not None) == (answered == "kept") == SurveyResponse.objects.exists()
    assert (invitation.cancelled_at is not None) == (answered == "closed")


def test_codes_guessed_at_once_do_not_slip_through() -> None:
    def guess(_which: int) -> str:
        try:
            surveys.find_by_code(typed="XXXXXXXX", address="198.51.100.7", at=FRIDAY)
        except surveys.TooManyCodes:
            return "stopped"
        return "wrong"

    answers = at_once(8, guess) + at_once(8, guess)
    assert answers.count("wrong") == surveys.TRIES_AN_HOUR
