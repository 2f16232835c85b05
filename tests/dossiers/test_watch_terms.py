"""Warnings and escalations, once each and in working hours; citizens whose promised day passes hear of it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import Actor
from core.models import ClosingDay
from dossiers.actions import recalculate_terms, take_step, watch_terms
from dossiers.models import Dossier, LetterTemplate, ProcessVersion
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

# The decision is due on Thursday 26 November.
WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=town.BRUSSELS)
MONDAY_AFTER = datetime(2026, 11, 30, 9, 0, tzinfo=town.BRUSSELS)


def watched(**term: object) -> ProcessVersion:
    terms = [{"type": "term", "value": {"milestone": "decision", "days": 3} | term}]
    letter = LetterTemplate.objects.create(
        name="Uitstel", subject="Uitstel {nummer}", body="Want {reden}. Ten laatste op {uiterste_datum}."
    )
    return town.published(town.draft_melding(name="Bewaakt", terms=terms, delay_letter=letter))


def mails() -> list[dict]:
    return [delivery.payload for delivery in Delivery.objects.filter(kind="terms").order_by("pk")]


def test_the_handler_is_warned_once_and_without_a_handler_the_team() -> None:
    version = watched(warn_days=1)
    mine, nobodys = (town.report(process_version=version, name=name).dossier for name in ("Fatima", "Jan"))
    an = town.staff("an", email="an@mortsel.example")
    Dossier.objects.filter(pk=mine.pk).update(handler=an)
    assert watch_terms(at=WEDNESDAY - timedelta(days=1)) == 0
    assert watch_terms(at=WEDNESDAY) == 2
    assert watch_terms(at=WEDNESDAY + timedelta(hours=1)) == 0
    told = {mail["to"][0]: mail["text"] for mail in mails()}
    assert mine.number in told["an@mortsel.example"]
    assert nobodys.number in told["ruimte@mortsel.example"]
    assert "nog 1 werkdag" in told["an@mortsel.example"].lower()
    assert "Fatima" not in told["an@mortsel.example"]  # a mailbox is no place for names


def test_everything_of_one_reader_stands_in_one_mail() -> None:
    version = watched(warn_days=1)
    numbers = [town.report(process_version=version, name=f"Burger {n}").dossier.number for n in range(3)]
    assert watch_terms(at=WEDNESDAY) == 1
    (mail,) = mails()
    assert all(number in mail["text"] for number in numbers)
    assert mail["subject"] == "3 dossiers vragen uw aandacht"


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 25, 7, 59, tzinfo=town.BRUSSELS),
        datetime(2026, 11, 25, 17, 0, tzinfo=town.BRUSSELS),
        datetime(2026, 11, 28, 10, 0, tzinfo=town.BRUSSELS),
        datetime(2026, 12, 25, 10, 0, tzinfo=town.BRUSSELS),
    ],
    ids=["before eight", "after five", "Saturday", "Christmas"],
)
def test_nobody_gets_an_alarm_outside_working_hours(at: datetime) -> None:
    town.report(process_version=watched(warn_days=1, escalate_days=0))
    assert watch_terms(at=at) == 0
    assert not mails()


def test_what_is_late_is_escalated_to_whom_the_editor_named() -> None:
    dossier = town.report(process_version=watched(escalate_days=2, escalate_to="hoofd@mortsel.example")).dossier
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=town.BRUSSELS)
    assert watch_terms(at=friday) == 0  # one working day late
    assert watch_terms(at=MONDAY_AFTER) == 1
    (mail,) = mails()
    assert mail["to"] == ["hoofd@mortsel.example"]
    assert dossier.number in mail["text"]
    assert "2 werkdagen te laat" in mail["text"]


def test_a_due_date_that_moves_is_warned_of_again() -> None:
    town.report(process_version=watched(warn_days=1))
    watch_terms(at=WEDNESDAY)
    ClosingDay.objects.create(day="2026-11-26", name="Brugdag")
    recalculate_terms()
    assert watch_terms(at=WEDNESDAY + timedelta(hours=1)) == 1  # due on Friday now, one working day from today


def test_what_is_paused_or_finished_is_left_alone() -> None:
    version = watched(warn_days=5, escalate_days=0, slip_days=2, slip_reason="het is druk")
    waiting, refused = (town.report(process_version=version, name=name).dossier for name in ("Fatima", "Jan"))
    by = Actor.staff(town.clerk())
    take_step(dossier=waiting, step="vragen", expected_version=1, by=by, at=town.MONDAY)
    take_step(dossier=refused, step="weigeren", expected_version=1, reason="Nee.", by=by, at=town.MONDAY)
    assert watch_terms(at=MONDAY_AFTER) == 0


def test_a_citizen_whose_promised_day_passed_hears_why_and_until_when() -> None:
    dossier = town.report(process_version=watched(slip_days=2, slip_reason="het is uitzonderlijk druk")).dossier
    at = datetime(2026, 11, 26, 16, 0, tzinfo=town.BRUSSELS)
    assert watch_terms(at=at) == 0  # the promised day itself
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=town.BRUSSELS)
    assert watch_terms(at=friday) == 1
    dossier.refresh_from_db()
    text = Delivery.objects.latest("pk").payload["text"]
    assert "Want het is uitzonderlijk druk. Ten laatste op dinsdag 1 december." in text
    assert dossier.events.last().actor_kind == "rule"
    assert dossier.due_at is not None
    assert dossier.due_at < friday  # the term itself did not get longer
    assert watch_terms(at=friday + timedelta(hours=1)) == 0


def test_queries_do_not_grow_with_what_is_not_due() -> None:
    version = watched(warn_days=1)
    town.report(process_version=version)
    watch_terms(at=WEDNESDAY)
    with CaptureQueriesContext(
        connection,
    ) as first:
        watch_terms(at=WEDNESDAY)
    for number in range(5):
        town.report(process_version=version, name=f"Burger {number}", at=WEDNESDAY)
    with CaptureQueriesContext(connection) as second:
        watch_terms(at=WEDNESDAY)
    assert len(second) <= len(first) + 1  # one prefetch of events more, whatever their number
