"""A citizen answers once; who wants contact becomes a follow-up that says nothing of the answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.actors import Actor
from core.triggers import open_door
from dossiers import actions
from dossiers.actions import surveys
from dossiers.models import Event, SurveyInvitation, SurveyResponse
from dossiers.models.event import EventKind
from integrations.models import Delivery
from tests.dossiers import finished
from tests.dossiers.finished import FRIDAY

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ALL_FOUR = {"result": 4, "speed": 4, "treatment": 4}


def give(invitation: SurveyInvitation, **changes: Any) -> SurveyResponse:
    at = changes.pop("at", FRIDAY)
    given = surveys.Answer(**{"scores": ALL_FOUR} | changes)
    return actions.answer(invitation=invitation, given=given, by=Actor.citizen(), at=at)


@pytest.fixture
def invitation() -> SurveyInvitation:
    finished.refused()
    return SurveyInvitation.objects.get()


def test_the_answer_is_kept_as_given(invitation: SurveyInvitation) -> None:
    give(invitation, scores={"result": 2, "speed": None, "treatment": 5}, remark="  Traag, maar vriendelijk.\n")
    response = SurveyResponse.objects.get()
    assert response.answers == (2, None, 5)
    assert (response.remark, response.contact_wish, response.at) == ("Traag, maar vriendelijk.", "", FRIDAY)
    invitation.refresh_from_db()
    assert invitation.answered_at == FRIDAY


def test_the_mail_that_waits_is_not_sent_to_who_answered(invitation: SurveyInvitation) -> None:
    give(invitation)
    assert Delivery.objects.get(kind="survey").state == Delivery.State.WITHDRAWN


def test_a_second_answer_is_refused_and_changes_nothing(invitation: SurveyInvitation) -> None:
    give(invitation)
    with pytest.raises(surveys.AlreadyAnswered):
        give(invitation, scores={"result": 1, "speed": 1, "treatment": 1})
    assert SurveyResponse.objects.get().answers == (4, 4, 4)


def test_too_late_is_too_late(invitation: SurveyInvitation) -> None:
    give_at = invitation.closes_at
    with pytest.raises(surveys.SurveyClosed):
        give(invitation, at=give_at)
    give(invitation, at=give_at - timedelta(seconds=1))


def test_a_question_that_was_stopped_takes_no_answer(invitation: SurveyInvitation) -> None:
    actions.cancel_invitation(dossier=invitation.dossier, at=FRIDAY)
    with pytest.raises(surveys.SurveyClosed):
        give(invitation)
    assert not SurveyResponse.objects.exists()


@pytest.mark.parametrize(("wish", "words"), [("mail", "via e-mail"), ("phone", "via de telefoon")])
def test_who_wants_contact_becomes_a_follow_up_without_score_or_words(
    invitation: SurveyInvitation, wish: str, words: str
) -> None:
    give(invitation, scores={"result": 1, "speed": 1, "treatment": 1}, remark="Onbeleefd!", contact_wish=wish)
    event = Event.objects.get(kind=EventKind.FOLLOW_UP)
    assert event.reason == f"De burger beantwoordde de tevredenheidsvragen en vraagt om contact {words}."
    mail = Delivery.objects.get(key=f"dossier-{event.dossier_id}-event-{event.sequence}")
    assert mail.payload["to"] == ["ruimte@mortsel.example"]
    for kept in ("Onbeleefd", "Fatima", "1"):
        assert kept not in mail.payload["text"].replace(event.dossier.number, "").split("http")[0]


def test_without_a_wish_nobody_is_told(invitation: SurveyInvitation) -> None:
    give(invitation, scores={"result": 1, "speed": 1, "treatment": 1})
    assert not Event.objects.filter(kind=EventKind.FOLLOW_UP).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"scores": ALL_FOUR | {"result": 0}},
        {"scores": ALL_FOUR | {"speed": 6}},
        {"scores": dict.fromkeys(ALL_FOUR)},
        {"contact_wish": "fax"},
    ],
)
def test_the_database_refuses_what_no_page_can_send(invitation: SurveyInvitation, wrong: dict[str, Any]) -> None:
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        give(invitation, **wrong)
    assert not SurveyResponse.objects.exists()


def test_an_answer_cannot_be_changed_or_removed_but_through_the_door_of_retention(invitation: SurveyInvitation) -> None:
    give(invitation, remark="Mijn naam is Fatima.")
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyResponse.objects.update(result=5)
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyResponse.objects.all().delete()
    with open_door(reason="test of retention"):
        SurveyResponse.objects.update(remark="")
    assert SurveyResponse.objects.get().remark == ""
