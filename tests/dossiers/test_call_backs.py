"""We call back when we said we would: a window in which we work, tries that are counted, a contact when we spoke."""

from datetime import date, time, timedelta

import pytest

from core.models import User
from dossiers import actions
from dossiers.models import CallBack, Contact
from integrations.models import Delivery
from tests import town
from tests.dossiers import talking

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def nele() -> User:
    return talking.nele()


def morning() -> actions.Window:
    return actions.window_on(TUESDAY, time(9), time(12), now=town.MONDAY)


def promise(user: User, *, assignee: User | None = None, phone: str = "0470 12 34 56") -> CallBack:
    dossier = town.report().dossier
    conversation = talking.conversation(user, party=dossier.initiator, subject="Wanneer komt u?")
    return actions.call_back_later(
        conversation=conversation,
        dossier=dossier,
        process_version=None,
        window=morning(),
        phone=phone,
        team=None,
        assignee=assignee,
        **talking.by(user),
    )


def test_it_stands_in_the_dossier_and_with_whom_it_is_for(nele: User) -> None:
    call = promise(nele)
    assert (call.team, call.assignee, call.about, call.phone) == (town.team(), None, "Wanneer komt u?", "0470 12 34 56")
    event = call.dossier.events.last()
    assert (event.kind, event.reason) == ("call_back", "dinsdag 24 november tussen 9.00 en 12.00 uur")
    mail = Delivery.objects.get(payload__subject__startswith="Terugbellen")
    assert mail.payload["to"] == ["ruimte@mortsel.example"]
    assert "0470" not in mail.payload["text"]
    assert "Fatima" not in mail.payload["text"]


def test_the_contact_is_closed_and_in_the_dossier(nele: User) -> None:
    call = promise(nele)
    assert (call.contact.dossier, call.contact.party) == (call.dossier, call.dossier.initiator)
    assert call.contact.closed_at is not None


def test_in_a_new_dossier_when_there_is_none(nele: User) -> None:
    conversation = talking.conversation(nele, given_name="Mo Amrani", subject="Wie is bevoegd?")
    call = actions.call_back_later(
        conversation=conversation,
        dossier=None,
        process_version=talking.information(),
        window=morning(),
        phone="0470 12 34 56",
        team=None,
        assignee=nele,
        **talking.by(nele),
    )
    assert (call.dossier.subject, call.dossier.status.is_end, call.assignee) == ("Wie is bevoegd?", False, nele)


@pytest.mark.parametrize(
    ("day", "start", "end", "why"),
    [
        (date(2026, 11, 28), time(9), time(12), "Op die dag werken we niet"),
        (date(2026, 12, 25), time(9), time(12), "Op die dag werken we niet"),
        (TUESDAY, time(12), time(9), "Het einde moet na het begin komen"),
        (date(2026, 11, 20), time(9), time(12), "Dat tijdstip is voorbij"),
    ],
)
def test_when_nobody_can_call_we_promise_nothing(day: date, start: time, end: time, why: str) -> None:
    with pytest.raises(actions.WindowRefused, match=why):
        actions.window_on(day, start, end, now=town.MONDAY)


def test_a_number_that_cannot_exist_leaves_nothing_behind(nele: User) -> None:
    with pytest.raises(actions.StepRefused, match="Vul een telefoonnummer in"):
        promise(nele, phone="12")
    assert Contact.objects.count() == 1  # the one that opened the dossier


def test_having_spoken_is_a_contact_of_ours(nele: User) -> None:
    call = promise(nele)
    later = town.MONDAY + timedelta(days=1, hours=1)
    by = talking.by(nele)["by"]
    assert actions.spoke(call_back=call, said="Woensdag komt de ploeg.", by=by, at=later)
    contact = call.dossier.contacts.get(direction="out")
    assert (contact.channel, contact.party, contact.at) == ("phone", call.dossier.initiator, later)
    assert (contact.body, contact.handler) == ("Woensdag komt de ploeg.", nele)
    call.refresh_from_db()
    assert (call.outcome, call.done_by, call.tries) == ("spoken", nele, 1)
    assert not actions.spoke(call_back=call, said="", by=by, at=later)
    assert call.dossier.contacts.filter(direction="out").count() == 1


def test_when_nobody_answers_there_is_a_new_time(nele: User) -> None:
    call = promise(nele)
    by = talking.by(nele)["by"]
    afternoon = actions.window_on(TUESDAY, time(13), time(16), now=town.MONDAY)
    assert actions.nobody_answered(call_back=call, window=afternoon, by=by, at=town.MONDAY)
    call.refresh_from_db()
    assert (call.tries, call.from_at, call.done_at) == (1, afternoon.from_at, None)
    assert "Niemand nam op" in call.dossier.events.last().reason


def test_not_needed_any_more(nele: User) -> None:
    call = promise(nele)
    by = talking.by(nele)["by"]
    assert actions.not_needed(call_back=call, why="Hij kwam langs.", by=by, at=town.MONDAY)
    assert not actions.not_needed(call_back=call, why="", by=by, at=town.MONDAY)
    assert call.dossier.events.last().reason == "Niet meer nodig: Hij kwam langs."
    assert not CallBack.objects.open().exists()


def test_other_teams_see_none_of_it(nele: User) -> None:
    call = promise(nele)
    other = town.team("Vrije tijd")
    stranger = town.staff("piet", "dossiers.view_dossier", "dossiers.handle_dossier", teams=(other,))
    assert not CallBack.objects.visible_to(stranger).exists()
    assert list(CallBack.objects.visible_to(nele)) == [call]
    CallBack.objects.update(assignee=stranger)
    assert list(CallBack.objects.visible_to(stranger)) == [call]
