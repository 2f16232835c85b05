"""A dossier that was not at its end after all: the question is stopped."""

from datetime import timedelta

import pytest

from dossiers import actions
from dossiers.models import SurveyInvitation, SurveyResponse
from integrations.actions import sweep
from integrations.models import Delivery
from tests.dossiers import finished
from tests.dossiers.finished import FRIDAY, NEXT_MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_dossier_that_is_opened_again_stops_the_mail_that_waits() -> None:
    finished.that_can_be_reopened()
    dossier = finished.refused()
    finished.take(dossier, "heropenen", at=FRIDAY + timedelta(minutes=5))
    assert SurveyInvitation.objects.get().cancelled_at == FRIDAY + timedelta(minutes=5)
    [mail] = Delivery.objects.filter(kind="survey")
    assert mail.state == Delivery.State.WITHDRAWN
    sweep(at=NEXT_MONDAY)
    mail.refresh_from_db()
    assert mail.sent_at is None


def test_a_wrong_click_that_is_corrected_stops_it_too() -> None:
    dossier = finished.refused()
    actions.correct_step(
        dossier=dossier, expected_version=dossier.version, reason="Verkeerd geklikt.", by=finished.an(), at=FRIDAY
    )
    assert SurveyInvitation.objects.get().cancelled_at == FRIDAY
    assert Delivery.objects.get(kind="survey").state == Delivery.State.WITHDRAWN
    finished.take(dossier, "weigeren", at=FRIDAY + timedelta(minutes=10))
    assert SurveyInvitation.objects.open(FRIDAY).count() == 1


def test_when_it_ends_again_the_citizen_is_asked_after_all() -> None:
    finished.that_can_be_reopened()
    dossier = finished.refused()
    finished.take(dossier, "heropenen")
    finished.take(dossier, "afwerken")
    first, second = SurveyInvitation.objects.order_by("event__sequence")
    assert first.cancelled_at
    assert second.is_open(FRIDAY)


def test_a_mail_that_left_leads_nowhere_any_more() -> None:
    dossier = finished.refused()
    sweep(at=NEXT_MONDAY)
    assert actions.cancel_invitation(dossier=dossier, at=NEXT_MONDAY) is True
    assert not SurveyInvitation.objects.get().is_open(NEXT_MONDAY)
    assert Delivery.objects.get(kind="survey").state == Delivery.State.SENT


def test_an_answer_that_was_given_stays() -> None:
    response = finished.answered(1, 2, 3)
    assert actions.cancel_invitation(dossier=response.invitation.dossier, at=FRIDAY + timedelta(hours=2)) is False
    assert SurveyInvitation.objects.get().cancelled_at is None
    assert SurveyResponse.objects.get().answers == (1, 2, 3)


def test_without_an_invitation_there_is_nothing_to_stop() -> None:
    assert actions.cancel_invitation(dossier=finished.refused(email=""), at=FRIDAY) is False
