"""The citizen was in touch earlier than was written down: the term follows, the promise stays, the history says why."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from dossiers.actions import StepRefused, correct_first_contact, take_step
from dossiers.models import Dossier
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TUESDAY = town.MONDAY + timedelta(days=1)


def correct(dossier: Dossier, **more: object) -> None:
    said = {"dossier": dossier, "expected_version": dossier.version, "reason": "Postdatum op de brief."}
    said |= {"first_contact_at": town.MONDAY - timedelta(days=3), "by": Actor.staff(town.clerk()), "at": TUESDAY}
    correct_first_contact(**said | more)
    dossier.refresh_from_db()


def test_the_term_counts_from_the_right_day_and_the_promise_stays() -> None:
    dossier = town.report().dossier
    promised = dossier.promised_at
    correct(dossier)  # Friday 20 November: the third working day is Wednesday 25 November
    assert dossier.due_at is not None
    assert dossier.due_at.astimezone(town.BRUSSELS).date().isoformat() == "2026-11-25"
    assert dossier.promised_at == promised
    assert dossier.events.last().reason == "Postdatum op de brief."


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"first_contact_at": TUESDAY + timedelta(hours=1)}, "toekomst"),
        ({"reason": "  "}, "hoe u dat weet"),
    ],
)
def test_what_cannot_be_is_refused(more: dict[str, object], reason: str) -> None:
    with pytest.raises(StepRefused, match=reason):
        correct(town.report().dossier, **more)


def test_not_after_the_first_step() -> None:
    dossier = town.report().dossier
    take_step(dossier=dossier, step="aanvaarden", expected_version=1, by=Actor.staff(town.clerk("bo")), at=TUESDAY)
    dossier.refresh_from_db()
    with pytest.raises(StepRefused, match="na de eerste stap"):
        correct(dossier, first_contact_at=TUESDAY + timedelta(hours=1), at=TUESDAY + timedelta(days=1))


def test_the_page_takes_a_day_and_an_hour_and_says_what_is_wrong_with_another(client: Client) -> None:
    dossier = town.report().dossier
    client.force_login(town.clerk())
    address = reverse("dossiers:correct_first_contact", args=[dossier.pk])
    wrong = client.post(address, {"version": 1, "first_contact_at": "gisteren", "reason": "Brief"})
    assert "24/11/2026 14:30" in wrong.content.decode()
    assert "gisteren" in wrong.content.decode()
    client.post(address, {"version": 1, "first_contact_at": "2026-11-20T14:00", "reason": "Brief"})
    dossier.refresh_from_db()
    assert dossier.first_contact_at.astimezone(town.BRUSSELS).isoformat() == "2026-11-20T14:00:00+01:00"
