"""Opening a dossier from a contact."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import Actor
from core.models import ClosingDay
from dossiers.actions import open_dossier
from dossiers.models import Contact, Dossier, Event, FollowLink, Notification
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_everything_that_must_follow_does_follow() -> None:
    opened = town.report()
    dossier = opened.dossier
    assert dossier.number == "MEL-2026-000001"
    assert dossier.status.milestone == "received"
    assert dossier.team == town.team()
    assert opened.contact.dossier == dossier
    assert opened.contact.party == dossier.initiator
    assert opened.contact.closed_at is not None
    event = dossier.events.get()
    assert (event.kind, event.milestone, event.actor_kind, event.at) == ("opened", "received", "citizen", town.MONDAY)


def test_the_answer_is_promised_three_working_days_later() -> None:
    dossier = town.report().dossier
    assert dossier.due_at == dossier.promised_at
    assert dossier.due_at is not None
    assert dossier.due_at.astimezone(town.BRUSSELS).date().isoformat() == "2026-11-26"


def test_a_closing_day_of_the_town_moves_the_term() -> None:
    ClosingDay.objects.create(day="2026-11-25", name="Brugdag")
    due = town.report().dossier.due_at
    assert due is not None
    assert due.astimezone(town.BRUSSELS).date().isoformat() == "2026-11-27"


def test_the_confirmation_waits_in_the_outbox_with_number_date_and_link() -> None:
    opened = town.report()
    delivery = Delivery.objects.get()
    assert delivery.payload["to"] == ["fatima@example.org"]
    assert delivery.payload["subject"] == "We hebben uw melding MEL-2026-000001"
    assert "ten laatste op donderdag 26 november" in delivery.payload["text"]
    assert opened.follow_link.address in delivery.payload["text"]
    assert Notification.objects.get().delivery == delivery


def test_numbers_count_per_prefix_and_year() -> None:
    first, second = town.report().dossier, town.report(name="Jan").dossier
    next_year = town.report(at=datetime(2027, 1, 4, 9, 0, tzinfo=town.BRUSSELS)).dossier
    assert [first.number, second.number, next_year.number] == ["MEL-2026-000001", "MEL-2026-000002", "MEL-2027-000001"]


def test_the_year_is_that_of_brussels() -> None:
    new_years_eve = datetime(2026, 12, 31, 23, 30, tzinfo=town.BRUSSELS)
    assert town.report(at=new_years_eve).dossier.number.startswith("MEL-2026-")


def test_nothing_is_left_behind_when_the_callers_transaction_fails() -> None:
    version = town.melding()

    @transaction.atomic
    def report_and_fail() -> None:
        town.report()
        raise RuntimeError("later in the same transaction")

    with pytest.raises(RuntimeError):
        report_and_fail()
    for model in (Dossier, Contact, Event, FollowLink, Notification, Delivery):
        assert not model.objects.exists()
    assert town.report(process_version=version).dossier.number == "MEL-2026-000001"


def test_a_contact_without_party_is_refused_where_anonymity_is_not_allowed() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        open_dossier(
            process_version=town.melding(),
            initiator=None,
            party_match="",
            channel="web",
            subject="Anoniem",
            by=Actor.citizen(),
            at=town.MONDAY,
        )
    assert not Dossier.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE dossiers_contact SET dossier_id = NULL",
        "UPDATE dossiers_contact SET party_id = NULL",
        "UPDATE dossiers_contact SET party_id = NULL, anonymous_reason = 'wil niet'",
        "UPDATE dossiers_contact SET direction = 'zz'",
        "UPDATE dossiers_contact SET party_match = 'zz'",
    ],
)
def test_the_database_refuses_a_contact_that_is_not_linked_or_makes_no_sense(change: str) -> None:
    town.report()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_database_allows_a_reasoned_anonymity() -> None:
    town.report()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dossiers_contact SET party_id = NULL, anonymous_allowed = %s, anonymous_reason = 'wil niet'", [True]
        )
    assert Contact.objects.get().party is None


@pytest.mark.parametrize("change", ["UPDATE dossiers_event SET milestone = 'completed'", "DELETE FROM dossiers_event"])
def test_the_database_refuses_to_rewrite_history(change: str) -> None:
    town.report()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Event.objects.get().milestone == "received"
