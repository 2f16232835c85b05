"""A wrong click is put right in sight: nothing is erased, readers of the history leave it out, the citizen hears it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import User
from dossiers.actions import Changed, StepRefused, correct_step, take_step
from dossiers.actions.terms import status_events
from dossiers.models import Dossier, Event
from integrations.actions import deliver
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def clerk() -> User:
    return town.clerk()


def accepted(clerk: User) -> Dossier:
    """A dossier that was accepted by mistake a moment ago."""
    dossier = town.report(at=timezone.now()).dossier
    by = Actor.staff(clerk)
    take_step(dossier=dossier, step="aanvaarden", expected_version=1, by=by, at=timezone.now())
    dossier.refresh_from_db()
    return dossier


def undo(dossier: Dossier, clerk: User, **more: object) -> Event:
    said = {"dossier": dossier, "expected_version": dossier.version, "reason": "Verkeerde knop."}
    event = correct_step(**said | {"by": Actor.staff(clerk), "at": timezone.now()} | more)
    dossier.refresh_from_db()
    return event


def test_the_dossier_is_back_where_it_was_and_the_history_shows_both(clerk: User) -> None:
    dossier = town.report(at=timezone.now()).dossier
    before = dossier.due_at
    take_step(dossier=dossier, step="aanvaarden", expected_version=1, by=Actor.staff(clerk), at=timezone.now())
    dossier.refresh_from_db()
    event = undo(dossier, clerk)
    assert (dossier.status.key, dossier.due_at, dossier.version) == ("ontvangen", before, 3)
    assert [e.kind for e in dossier.events.all()] == ["opened", "status", "corrected"]
    assert [e.milestone for e in status_events(dossier)] == ["received"]
    assert event.milestone == ""  # no reader takes it for reaching a milestone


def test_a_letter_that_did_not_leave_yet_is_withdrawn_and_the_citizen_hears_nothing(clerk: User) -> None:
    dossier = accepted(clerk)
    undo(dossier, clerk)
    assert Delivery.objects.get(key=f"dossier-{dossier.pk}-event-2").state == "withdrawn"
    assert Delivery.objects.count() == 2  # with the confirmation


def test_after_a_letter_that_left_the_citizen_hears_that_it_was_our_mistake(clerk: User) -> None:
    dossier = accepted(clerk)
    for delivery in Delivery.objects.order_by("pk"):
        deliver(delivery.pk, at=timezone.now())
    undo(dossier, clerk)
    told = Delivery.objects.latest("pk").payload
    assert told["to"] == ["fatima@example.org"]
    assert "Dat was een vergissing van ons" in told["text"]
    assert "Ontvangen (burger)" in told["text"]


def test_the_pause_that_was_a_mistake_never_was(clerk: User) -> None:
    dossier = town.report(at=timezone.now()).dossier
    before = dossier.due_at
    take_step(dossier=dossier, step="vragen", expected_version=1, by=Actor.staff(clerk), at=timezone.now())
    dossier.refresh_from_db()
    assert dossier.due_at is None
    undo(dossier, clerk, at=timezone.now() + timedelta(days=2))
    assert dossier.due_at == before


def test_two_wrong_steps_are_undone_one_after_the_other(clerk: User) -> None:
    dossier = accepted(clerk)
    take_step(dossier=dossier, step="afwerken", expected_version=2, by=Actor.staff(clerk), at=timezone.now())
    dossier.refresh_from_db()
    undo(dossier, clerk)
    assert dossier.status.key == "ontvankelijk"
    undo(dossier, clerk)
    assert dossier.status.key == "ontvangen"


def test_the_first_status_cannot_be_undone(clerk: User) -> None:
    with pytest.raises(StepRefused, match="geen stap"):
        undo(town.report().dossier, clerk)


def test_after_a_week_it_is_too_late(clerk: User) -> None:
    dossier = accepted(clerk)
    with pytest.raises(StepRefused, match="7 dagen"):
        undo(dossier, clerk, at=timezone.now() + timedelta(days=8))


def test_a_correction_says_why(clerk: User) -> None:
    with pytest.raises(StepRefused, match="waarom"):
        undo(accepted(clerk), clerk, reason=" ")


def test_whoever_comes_second_changes_nothing(clerk: User) -> None:
    dossier = accepted(clerk)
    with pytest.raises(Changed):
        undo(dossier, clerk, expected_version=1)
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvankelijk"


def test_the_page_says_what_happens_and_does_it_by_post_only(client: Client, clerk: User) -> None:
    dossier = accepted(clerk)
    client.force_login(clerk)
    address = reverse("dossiers:correct_step", args=[dossier.pk])
    page = client.get(address).content.decode()
    assert "Ontvankelijk" in page
    assert "Ontvangen" in page
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvankelijk"
    assert client.post(address, {"version": dossier.version, "reason": ""}).status_code == 422
    client.post(address, {"version": dossier.version, "reason": "Verkeerde knop"})
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvangen"


def test_the_second_clerk_finds_every_word_back(client: Client, clerk: User) -> None:
    dossier = accepted(clerk)
    client.force_login(clerk)
    typed = {"version": dossier.version, "reason": "Verkeerde knop, het was de rij eronder"}
    take_step(dossier=dossier, step="afwerken", expected_version=2, by=Actor.staff(clerk), at=timezone.now())
    response = client.post(reverse("dossiers:correct_step", args=[dossier.pk]), typed)
    assert response.status_code == 409
    assert typed["reason"] in response.content.decode()
    assert 'name="version" value="3"' in response.content.decode()


def test_who_may_only_look_corrects_nothing(client: Client, clerk: User) -> None:
    dossier = accepted(clerk)
    client.force_login(town.staff("reader", "dossiers.view_dossier", teams=(town.team(),)))
    assert client.get(reverse("dossiers:correct_step", args=[dossier.pk])).status_code in {302, 403}
    dossier.refresh_from_db()
    assert dossier.status.key == "ontvankelijk"


def test_a_dossier_of_another_team_is_not_there(client: Client, clerk: User) -> None:
    dossier = accepted(clerk)
    client.force_login(town.staff("else", "dossiers.view_dossier", "dossiers.handle_dossier"))
    assert client.get(reverse("dossiers:correct_step", args=[dossier.pk])).status_code == 404
