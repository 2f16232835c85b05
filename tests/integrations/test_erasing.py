"""What left and what came in is forgotten after ninety days; that it left stays, and what somebody must look at too."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from core import erasing as core_erasing
from core.actors import Actor
from integrations import erasing
from integrations.actions import NotResendable, queue, resend, sweep
from integrations.inbox.actions import store
from integrations.models import Delivery, IncomingMail
from tests import town
from tests.integrations.mails import reply

pytestmark = pytest.mark.django_db

AT = town.MONDAY
OVER = AT + timedelta(days=90, seconds=1)


def letter(key: str = "een", **changes: object) -> Delivery:
    payload = {"to": ["fatima@example.org"], "subject": "Dag Fatima", "text": "Uw melding", "html": "", "reply_to": ""}
    delivery = queue(connector="mail", kind="dossier", key=key, payload=payload, at=AT)
    Delivery.objects.filter(pk=delivery.pk).update(**changes)
    return delivery


def test_after_ninety_days_the_contents_go_and_the_fact_stays() -> None:
    delivery = letter()
    sweep(at=AT)
    erasing.empty_old_messages(OVER - timedelta(seconds=2))
    delivery.refresh_from_db()
    assert delivery.payload["subject"] == "Dag Fatima"
    reference = delivery.reference
    erasing.empty_old_messages(OVER)
    delivery.refresh_from_db()
    assert (delivery.payload, delivery.result, delivery.state, delivery.sent_at) == ({}, {}, "sent", AT)
    assert delivery.reference == reference  # an answer after a year is still placed


def test_what_still_waits_is_not_forgotten() -> None:
    delivery = letter()
    erasing.empty_old_messages(OVER)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.emptied_at) == ("queued", None)


def test_what_failed_cannot_be_sent_again_without_its_words() -> None:
    delivery = letter(state="failed", next_try_at=None, last_error="fatima@example.org bestaat niet")
    erasing.empty_old_messages(OVER)
    delivery.refresh_from_db()
    assert (delivery.payload, delivery.last_error) == ({}, "")
    with pytest.raises(NotResendable):
        resend(delivery, by=Actor.system("x"), at=OVER)
    clerk = town.staff("an", "integrations.view_delivery", "integrations.resend_delivery")
    client = Client()
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert "Bericht waarvan de inhoud gewist is" in client.get(reverse("integrations:deliveries")).content.decode()
    page = client.get(delivery.get_absolute_url()).content.decode()
    assert "is gewist op" in page
    assert "Opnieuw versturen" not in page


def test_with_its_dossier_what_waits_is_not_sent_any_more() -> None:
    delivery = letter()
    erasing.empty(Delivery.objects.all(), at=AT)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.payload) == ("withdrawn", {})
    assert sweep(at=AT) == 0


def test_mails_about_no_dossier_go_and_what_must_be_looked_at_stays() -> None:
    paths = {}
    for state in ("set_aside", "automatic", "unlinked", "reply"):
        kept = store(reply("", Message_ID=f"<{state}@example.org>"), mailbox=None, at=AT)
        assert kept is not None
        IncomingMail.objects.filter(pk=kept.pk).update(state=state)
        paths[state] = kept.raw.name
    erasing.forget_old_mails(OVER)
    core_erasing.remove_doomed()
    assert set(IncomingMail.objects.values_list("state", flat=True)) == {"unlinked", "reply"}
    private = storages["private"]
    assert {state for state, path in paths.items() if private.exists(path)} == {"unlinked", "reply"}
