"""More time is needed: the citizen hears why and until when, and the figures do not get better by it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.actors import Actor
from core.models import User
from dossiers.actions import StepRefused, promise_later, take_step
from dossiers.models import Dossier, LetterTemplate
from integrations.models import Delivery
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

BODY = "Dag {naam}\n\nWe hebben meer tijd nodig, want {reden}\nU hoort van ons ten laatste op {uiterste_datum}."


def delay_letter() -> LetterTemplate:
    return LetterTemplate.objects.create(name="Uitstel", subject="Uw melding {nummer} duurt langer", body=BODY)


def reported() -> Dossier:
    return town.report(process_version=town.published(town.draft_melding(delay_letter=delay_letter()))).dossier


def promise(dossier: Dossier, **more: object) -> None:
    by = Actor.staff(town.clerk(f"clerk-{User.objects.count()}"))
    said = {"dossier": dossier, "expected_version": dossier.version, "days": 2, "reason": "de ploeg is ziek."}
    promise_later(**said | {"by": by, "at": town.MONDAY} | more)
    dossier.refresh_from_db()


def promised_on(dossier: Dossier) -> str:
    return dossier.promised_at.astimezone(town.BRUSSELS).date().isoformat()


def test_the_new_day_and_the_reason_reach_the_citizen_and_the_term_stays() -> None:
    dossier = reported()
    due = dossier.due_at
    promise(dossier)  # promised on Thursday 26 November
    assert promised_on(dossier) == "2026-11-30"
    assert dossier.due_at == due
    text = Delivery.objects.latest("pk").payload["text"]
    assert "want de ploeg is ziek." in text
    assert "maandag 30 november" in text
    assert dossier.events.last().kind == "promise"


def test_when_the_promised_day_has_passed_it_counts_from_today() -> None:
    dossier = reported()
    promise(dossier, at=town.MONDAY + timedelta(days=7))
    assert promised_on(dossier) == "2026-12-02"


@pytest.mark.parametrize(("more", "reason"), [({"days": 0}, "tussen 1 en 60"), ({"days": 61}, "tussen 1 en 60"),
                                             ({"reason": " "}, "waarom")])  # fmt: skip
def test_what_makes_no_sense_is_refused(more: dict[str, object], reason: str) -> None:
    with pytest.raises(StepRefused, match=reason):
        promise(reported(), **more)


def test_without_a_letter_or_without_a_term_it_cannot_be() -> None:
    with pytest.raises(StepRefused, match="geen brief over uitstel"):
        promise(town.report(process_version=town.published(town.draft_melding(name="Zonder brief"))).dossier)
    waiting = reported()
    by = Actor.staff(town.clerk("bo"))
    take_step(dossier=waiting, step="vragen", expected_version=1, by=by, at=town.MONDAY)
    waiting.refresh_from_db()
    with pytest.raises(StepRefused, match="geen termijn"):
        promise(waiting)


def test_the_letter_is_read_before_it_is_sent(client: Client) -> None:
    dossier = reported()
    client.force_login(town.clerk())
    address = reverse("dossiers:more_time", args=[dossier.pk])
    typed = {"version": 1, "days": 2, "reason": "de ploeg is ziek."}
    count = Delivery.objects.count()
    page = client.post(address, typed)
    assert "want de ploeg is ziek." in page.content.decode()
    assert Delivery.objects.count() == count
    dossier.refresh_from_db()
    assert promised_on(dossier) == "2026-11-26"
    client.post(address, typed | {"send": "1"})
    assert Delivery.objects.count() == count + 1


def test_a_process_without_that_letter_offers_nothing(client: Client) -> None:
    dossier = town.report().dossier
    client.force_login(town.clerk())
    response = client.get(reverse("dossiers:more_time", args=[dossier.pk]), follow=True)
    assert "geen brief over uitstel" in response.content.decode()
