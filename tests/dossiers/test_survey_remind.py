"""One reminder, a week after the mail, to who did not answer."""

from datetime import datetime, timedelta

import pytest
from django_q.models import Schedule

from dossiers import actions
from dossiers.models import SurveyInvitation
from integrations.actions import sweep
from integrations.models import Delivery
from tests import town
from tests.dossiers import finished
from tests.dossiers.finished import NEXT_MONDAY
from tests.dossiers.test_notify import gateway

pytestmark = [pytest.mark.django_db, pytest.mark.both]

A_WEEK_LATER = datetime(2026, 12, 7, 9, 0, tzinfo=town.BRUSSELS)


def reminders() -> list[Delivery]:
    return list(Delivery.objects.filter(key__endswith="-reminder"))


@pytest.fixture
def invitation() -> SurveyInvitation:
    finished.refused()
    sweep(at=NEXT_MONDAY)
    return SurveyInvitation.objects.get()


def test_it_comes_a_week_later_and_once(invitation: SurveyInvitation) -> None:
    assert actions.remind_due(at=A_WEEK_LATER - timedelta(minutes=1)) == 0
    assert actions.remind_due(at=A_WEEK_LATER) == 1
    assert actions.remind_due(at=A_WEEK_LATER) == 0
    assert actions.remind_due(at=A_WEEK_LATER + timedelta(days=9)) == 0
    [mail] = reminders()
    assert mail.payload["to"] == ["fatima@example.org"]
    assert mail.payload["subject"] == "Herinnering: hoe hebben we u geholpen?"
    assert invitation.address in mail.payload["text"]
    assert "Dit is de enige herinnering die we sturen." in mail.payload["text"]
    assert mail.expires_at == invitation.closes_at


def test_who_answered_is_not_reminded() -> None:
    finished.answered(4, 4, 4)
    sweep(at=NEXT_MONDAY)
    assert actions.remind_due(at=A_WEEK_LATER) == 0


def test_after_the_last_day_nobody_is_reminded(invitation: SurveyInvitation) -> None:
    assert actions.remind_due(at=invitation.closes_at) == 0


def test_whose_dossier_was_opened_again_is_not_reminded(invitation: SurveyInvitation) -> None:
    actions.cancel_invitation(dossier=invitation.dossier, at=NEXT_MONDAY)
    assert actions.remind_due(at=A_WEEK_LATER) == 0


def test_nobody_is_reminded_of_a_mail_that_did_not_leave() -> None:
    finished.refused()
    assert actions.remind_due(at=A_WEEK_LATER) == 0
    sweep(at=A_WEEK_LATER)
    assert actions.remind_due(at=A_WEEK_LATER) == 1


def test_a_text_message_is_repeated_as_a_text_message() -> None:
    gateway()
    finished.refused(email="", phone="0470 12 34 56")
    Delivery.objects.filter(kind="survey").update(state=Delivery.State.SENT, sent_at=NEXT_MONDAY, next_try_at=None)
    assert actions.remind_due(at=A_WEEK_LATER) == 1
    [message] = reminders()
    assert (message.connector, message.payload["to"]) == ("sms", "+32470123456")
    code = SurveyInvitation.objects.get().printed_code
    assert message.payload["text"].startswith("Herinnering: hoe hebben we u geholpen? 3 vragen: ")
    assert message.payload["text"].endswith(f"/tevredenheid/ code {code}")


def test_a_code_on_paper_is_not_followed_by_a_mail() -> None:
    finished.with_code_in_the_letter()
    finished.refused(email="")
    assert actions.remind_due(at=A_WEEK_LATER) == 0


def test_the_job_comes_round_by_itself() -> None:
    assert set(Schedule.objects.filter(func__startswith="dossiers.tasks.").values_list("func", flat=True)) >= {
        "dossiers.tasks.remind_of_survey",
        "dossiers.tasks.purge_code_tries",
    }


def test_many_reminders_cost_few_queries_each(
    invitation: SurveyInvitation, django_assert_max_num_queries: object
) -> None:
    for number in range(4):
        finished.refused(name=f"Burger {number}", email=f"b{number}@example.org")
    sweep(at=NEXT_MONDAY)
    with django_assert_max_num_queries(60):  # type: ignore[operator]  a job, not a page: each is a mail of its own
        assert actions.remind_due(at=A_WEEK_LATER) == 5
