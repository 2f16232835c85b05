"""Who finished a dossier is asked once how satisfied he or she is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dossiers import actions
from dossiers.models import Dossier, ProcessVersion, SurveyInvitation
from integrations.actions import sweep
from integrations.models import Delivery
from integrations.sms_text import size
from tests import town
from tests.dossiers import finished
from tests.dossiers.finished import FRIDAY, NEXT_MONDAY
from tests.dossiers.test_notify import gateway

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def mails() -> list[Delivery]:
    return list(Delivery.objects.filter(kind="survey"))


@pytest.mark.parametrize("end", [finished.refused, finished.completed])
def test_the_mail_waits_for_the_next_working_day(end: Any) -> None:
    dossier = end()
    invitation = SurveyInvitation.objects.get()
    assert invitation.dossier == dossier
    assert invitation.event == dossier.events.latest("sequence")
    assert (invitation.asked_by, invitation.channel, invitation.team) == ("mail", "web", town.team())
    assert invitation.asked_at == NEXT_MONDAY
    [mail] = mails()
    assert mail.payload["to"] == ["fatima@example.org"]
    assert mail.payload["reply_to"] == "ruimte@mortsel.example"
    assert (mail.not_before, mail.expires_at) == (NEXT_MONDAY, invitation.closes_at)
    sweep(at=NEXT_MONDAY - timedelta(minutes=1))
    assert mails()[0].state == Delivery.State.QUEUED
    sweep(at=NEXT_MONDAY)
    assert mails()[0].state == Delivery.State.SENT


def test_the_mail_says_what_it_is_about_until_when_and_nothing_of_the_answer() -> None:
    dossier = finished.refused()
    text = mails()[0].payload["text"]
    assert mails()[0].payload["subject"] == "Hoe hebben we u geholpen?"
    assert f"Uw dossier {dossier.number} (Melding openbaar domein) is afgerond op vrijdag 27 november." in text
    assert SurveyInvitation.objects.get().address in text
    assert "tot en met woensdag 30 december" in text
    assert "Omdat." not in text


def test_a_step_that_ends_nothing_asks_nothing() -> None:
    finished.take(town.report().dossier, "aanvaarden")
    assert not SurveyInvitation.objects.exists()
    assert not mails()


def test_a_withdrawn_dossier_is_not_asked_about() -> None:
    process_type = town.draft_melding()
    process_type.statuses = [*process_type.statuses.raw_data, town.status("Ingetrokken", "withdrawn")]
    process_type.steps = [*process_type.steps.raw_data, town.step("Intrekken", ["Ontvangen"], "Ingetrokken")]
    town.published(process_type)
    finished.take(town.report().dossier, "intrekken")
    assert not SurveyInvitation.objects.exists()


def test_an_imported_dossier_is_not_asked_about() -> None:
    dossier = town.report().dossier
    Dossier.objects.update(origin="import")
    finished.take(dossier, "weigeren")
    assert not SurveyInvitation.objects.exists()


def test_information_is_not_asked_about() -> None:
    process_type = town.draft_melding(kind="information")
    town.published(process_type)
    finished.refused()
    assert ProcessVersion.objects.get().kind == "information"
    assert not SurveyInvitation.objects.exists()


def test_a_process_that_switched_the_questions_off_asks_none() -> None:
    town.published(town.draft_melding(survey=False))
    finished.refused()
    assert not SurveyInvitation.objects.exists()


def test_a_colleague_who_reports_is_not_asked() -> None:
    town.staff("piet", email="Piet@Mortsel.example")
    finished.refused(email="piet@mortsel.example")
    assert not SurveyInvitation.objects.exists()


def test_whoever_stays_anonymous_is_not_asked() -> None:
    town.published(town.draft_melding(anonymous_allowed=True))
    finished.refused(initiator=None, party_match="")
    assert not SurveyInvitation.objects.exists()


def test_without_an_address_the_code_goes_into_the_letter() -> None:
    finished.with_code_in_the_letter()
    dossier = finished.refused(email="")
    invitation = SurveyInvitation.objects.get()
    assert (invitation.asked_by, invitation.asked_at) == ("paper", FRIDAY)
    letter = dossier.notifications.latest("pk")
    assert f"http://127.0.0.1:8000/tevredenheid/ met code {invitation.printed_code}" in letter.text
    assert not mails()


def test_a_mobile_number_gets_a_text_message_with_the_code() -> None:
    gateway()
    finished.refused(email="", phone="0470 12 34 56")
    invitation = SurveyInvitation.objects.get()
    assert (invitation.asked_by, invitation.asked_at) == ("sms", NEXT_MONDAY)
    [message] = mails()
    assert (message.connector, message.not_before, message.expires_at) == ("sms", NEXT_MONDAY, invitation.closes_at)
    text = f"Hoe hebben we u geholpen? 3 vragen: http://127.0.0.1:8000/tevredenheid/ code {invitation.printed_code}"
    assert message.payload == {"to": "+32470123456", "text": text}
    assert size(text).parts == 1


def test_who_wants_letters_on_paper_gets_the_code_there() -> None:
    finished.with_code_in_the_letter()
    finished.refused(reply_by="print")
    assert SurveyInvitation.objects.get().asked_by == "paper"
    assert not mails()


def test_who_wants_no_messages_is_not_asked_but_may_be_at_the_desk() -> None:
    finished.with_code_in_the_letter()
    dossier = town.report().dossier
    Dossier.objects.update(muted_at=FRIDAY)
    finished.take(dossier, "weigeren")
    assert not SurveyInvitation.objects.exists()
    assert at_desk(dossier).asked_by == "desk"


def test_without_an_address_and_without_a_place_in_the_letter_nobody_is_asked() -> None:
    finished.refused(email="")
    assert not SurveyInvitation.objects.exists()


def test_who_gets_the_questions_by_mail_finds_no_code_in_the_letter() -> None:
    finished.with_code_in_the_letter()
    dossier = finished.refused()
    assert SurveyInvitation.objects.get().asked_by == "mail"
    assert "Wat vond u ervan?" not in dossier.notifications.latest("pk").text  # a mail with the link follows


def test_the_preview_of_the_letter_says_where_the_code_will_stand_and_changes_nothing() -> None:
    finished.with_code_in_the_letter()
    dossier = town.report(email="").dossier
    transition = dossier.possible_steps().get(key="weigeren")
    letter = actions.compose_letter(dossier=dossier, transition=transition, reason="Zo.", at=FRIDAY)
    assert letter is not None
    assert "(hier komt de link naar de vragen) met code (hier komt de code)" in letter.text
    assert not SurveyInvitation.objects.exists()


def test_the_preview_says_nothing_to_who_will_not_be_asked() -> None:
    finished.with_code_in_the_letter()
    finished.refused(email="")
    again = town.report(email="").dossier
    Dossier.objects.filter(pk=again.pk).update(initiator=SurveyInvitation.objects.get().dossier.initiator)
    again.refresh_from_db()
    transition = again.possible_steps().get(key="weigeren")
    letter = actions.compose_letter(dossier=again, transition=transition, reason="Zo.", at=FRIDAY)
    assert letter is not None
    assert "Wat vond u ervan?" not in letter.text  # the condition around it sees to that


def test_the_same_person_is_asked_once_in_thirty_days_about_a_process_type() -> None:
    finished.refused()
    finished.refused(at=FRIDAY + timedelta(days=1))
    assert SurveyInvitation.objects.count() == 1
    finished.refused(at=NEXT_MONDAY + timedelta(days=30))
    assert SurveyInvitation.objects.count() == 2


def test_somebody_else_is_asked_the_same_day() -> None:
    finished.refused()
    finished.refused(name="Jan Peeters", email="jan@example.org")
    assert SurveyInvitation.objects.count() == 2


def test_the_same_person_is_asked_about_another_process_type() -> None:
    finished.refused()
    other = town.published(town.draft_melding(name="Attest", prefix="ATT", kind="request"))
    finished.refused(process_version=other)
    assert SurveyInvitation.objects.count() == 2


def test_the_database_keeps_one_invitation_for_one_end_and_every_code_apart() -> None:
    finished.refused()
    finished.refused(name="Jan Peeters", email="jan@example.org")
    first, second = SurveyInvitation.objects.order_by("pk")
    for wrong in ({"event": first.event}, {"code": first.code}, {"closes_at": second.asked_at}, {"asked_by": "fax"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyInvitation.objects.filter(pk=second.pk).update(**wrong)


# --- At the desk ------------------------------------------------------------------------------------------------------


def at_desk(dossier: Dossier, **changes: Any) -> SurveyInvitation:
    return actions.invite_at_desk(**{"dossier": dossier, "by": finished.an(), "at": FRIDAY} | changes)


def test_at_the_desk_somebody_without_address_is_asked() -> None:
    invitation = at_desk(finished.refused(email=""))
    assert (invitation.asked_by, invitation.asked_at, invitation.is_open(FRIDAY)) == ("desk", FRIDAY, True)
    assert not mails()


def test_asking_at_the_desk_again_gives_the_same_code() -> None:
    dossier = finished.refused()
    assert at_desk(dossier) == at_desk(dossier) == SurveyInvitation.objects.get()
    assert SurveyInvitation.objects.get().asked_by == "mail"


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        ("open", "Over dit dossier stellen we de vragen niet."),
        ("answered", "De burger heeft al geantwoord."),
        ("late", "De tijd om te antwoorden is voorbij."),
        ("anonymous", "Wie anoniem blijft, vragen we niets."),
        ("colleague", "Een collega meldde dit. De vragen zijn voor burgers."),
        ("twice", "minder dan 30 dagen geleden"),
    ],
)
def test_at_the_desk_a_refusal_says_why(situation: str, reason: str) -> None:
    at = FRIDAY
    match situation:
        case "open":
            dossier = town.report().dossier
        case "answered":
            dossier = finished.answered(5, 5, 5).invitation.dossier
        case "late":
            dossier, at = finished.refused(), FRIDAY + timedelta(days=40)
        case "anonymous":
            town.published(town.draft_melding(anonymous_allowed=True))
            dossier = finished.refused(initiator=None, party_match="")
        case "colleague":
            town.staff("piet", email="piet@mortsel.example")
            dossier = finished.refused(email="piet@mortsel.example")
        case _:
            finished.refused()
            dossier = finished.refused()
    with pytest.raises(actions.StepRefused, match=reason):
        at_desk(dossier, at=at)
