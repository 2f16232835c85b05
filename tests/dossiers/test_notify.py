"""What the citizen hears: by which road, together or not, and not at all when that is asked."""

import json
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from dossiers import actions
from dossiers.actions.notifying import withdraw_letter
from dossiers.models import Dossier, Event, LetterTemplate, Notification
from dossiers.models.event import EventKind
from integrations.actions import sweep
from integrations.models import Delivery, SmsGateway
from tests import town

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LATER = timedelta(minutes=3)


def gateway() -> SmsGateway:
    return SmsGateway.objects.create(
        name="Sms", provider="generic", sender="Mortsel", secret="geheim", address="https://sms.example", enabled=True
    )


def quiet() -> None:
    """A process whose letters decide nothing."""
    town.melding()
    LetterTemplate.objects.update(always=False)


def opened(**more: Any) -> Dossier:
    quiet()
    dossier = town.report(**more).dossier
    notification = dossier.notifications.get()
    if notification.delivery:  # the clock of the test, not that of the machine
        Delivery.objects.filter(pk=notification.delivery_id).update(created_at=town.MONDAY, next_try_at=town.MONDAY)
    return dossier


def step(dossier: Dossier, key: str, after: timedelta, *, reason: str = "") -> Notification | None:
    dossier.refresh_from_db()
    event = actions.take_step(
        dossier=dossier,
        step=key,
        expected_version=dossier.version,
        reason=reason,
        by=Actor.system("Test"),
        at=town.MONDAY + after,
    )
    return event.notifications.first()


def make_always(name: str) -> None:
    assert LetterTemplate.objects.filter(name=name).update(always=True) == 1


def give_letter_to_last_step() -> None:
    """'Afwerken' tells the citizen too."""
    draft = town.draft_melding()
    done = LetterTemplate.objects.create(name="Klaar", subject="Melding {nummer}: klaar", body="Dag {naam}\n\nKlaar.")
    steps = draft.steps.get_prep_value()
    steps[3]["value"]["letter"] = done.pk
    draft.steps = json.dumps(steps)
    draft.save()
    town.published(draft)


# --- The road ---------------------------------------------------------------------------------------------------------


def test_without_an_address_a_letter_waits_to_be_printed() -> None:
    dossier = opened(email="")
    [told] = dossier.notifications.all()
    assert (told.channel, told.to, told.delivery.connector) == ("print", "Fatima El Amrani", "print")
    payload = told.delivery.payload
    assert (payload["recipient"], payload["reference"]) == ("Fatima El Amrani", dossier.number)
    assert dossier.follow_links.get().short_address in payload["text"]  # nobody types the long one


def test_a_text_message_is_short_and_leads_to_the_letter() -> None:
    gateway()
    dossier = opened(email="", phone="0470 12 34 56")
    [told] = dossier.notifications.all()
    link = dossier.follow_links.get()
    assert (told.channel, told.to) == ("sms", "+32470123456")
    assert told.delivery.payload == {
        "to": "+32470123456",
        "text": f"We hebben uw melding {dossier.number} {link.short_address}",
    }
    assert "ten laatste op" in told.text  # on the follow page stands the whole letter
    page = Client().get(link.short_address.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert "ten laatste op" in page.content.decode()


def test_without_a_provider_of_text_messages_it_is_a_letter() -> None:
    dossier = opened(email="", phone="0470 12 34 56")
    assert dossier.notifications.get().channel == "print"


def test_the_road_that_the_citizen_chose_goes_first() -> None:
    dossier = opened(reply_by="print")
    assert dossier.notifications.get().channel == "print"


def test_who_left_nothing_behind_gets_nothing() -> None:
    dossier = opened(initiator=None, party_match="", email="", given_name="", process_version=anonymous())
    [told] = dossier.notifications.all()
    assert (told.channel, told.to, told.delivery) == ("none", "", None)
    assert "geen contactgegevens" in told.how


def anonymous() -> Any:
    return town.published(town.draft_melding(anonymous_allowed=True))


def test_a_short_address_of_a_withdrawn_link_says_nothing() -> None:
    dossier = opened()
    code = dossier.follow_links.get().code
    actions.revoke_follow_links(dossier=dossier, by=Actor.citizen(), at=timezone.now())
    for wrong in (code, "abcdefgh2345"):
        page = Client().get(f"/v/{wrong}")
        assert page.status_code == 404
        assert dossier.number not in page.content.decode()
    assert Client().get(f"/v/{dossier.follow_links.latest('created_at').code.upper()}").status_code == 302


def test_reading_by_the_short_address_changes_nothing() -> None:
    dossier = opened()
    before = Event.objects.count()
    Client().get(f"/v/{dossier.follow_links.get().code}", follow=True)
    assert Event.objects.count() == before


# --- One message per change, together within ten minutes --------------------------------------------------------------


def test_a_second_message_waits_and_a_third_joins_it() -> None:
    give_letter_to_last_step()
    dossier = opened()
    second = step(dossier, "aanvaarden", LATER)
    waiting = second.delivery
    assert waiting.not_before == town.MONDAY + timedelta(minutes=10)
    third = step(dossier, "afwerken", 2 * LATER)

    waiting.refresh_from_db()
    second.refresh_from_db()
    assert (waiting.state, waiting.superseded_by) == ("superseded", third.delivery)
    assert second.delivery == third.delivery
    payload = third.delivery.payload
    assert payload["subject"] == f"2 berichten over uw dossier {dossier.number}"
    for words in (f"Melding {dossier.number}: we pakken het aan", "We pakken het aan.", "Klaar."):
        assert words in payload["text"]
    assert third.delivery.not_before == town.MONDAY + timedelta(minutes=10)  # company does not make it wait longer
    assert (second.text, third.text) == (
        "Dag Fatima El Amrani\n\nWe pakken het aan.\n",
        "Dag Fatima El Amrani\n\nKlaar.\n",
    )


@pytest.mark.django_db(transaction=True)
def test_the_citizen_gets_two_mails_for_three_changes(mailoutbox: list[Any]) -> None:
    give_letter_to_last_step()
    dossier = opened()
    sweep(at=town.MONDAY)
    step(dossier, "aanvaarden", LATER)
    step(dossier, "afwerken", 2 * LATER)
    sweep(at=town.MONDAY + timedelta(minutes=9))
    assert len(mailoutbox) == 1
    sweep(at=town.MONDAY + timedelta(minutes=10))
    assert [mail.subject for mail in mailoutbox] == [
        f"We hebben uw melding {dossier.number}",
        f"2 berichten over uw dossier {dossier.number}",
    ]


def test_after_ten_minutes_a_message_leaves_at_once() -> None:
    dossier = opened()
    told = step(dossier, "aanvaarden", timedelta(minutes=10))
    assert told.delivery.not_before is None


def test_messages_of_another_dossier_wait_for_nobody() -> None:
    opened()
    other = opened(name="Jan Peeters", email="fatima@example.org")
    assert other.notifications.get().delivery.not_before is None


def test_what_a_worker_has_in_hand_is_not_told_again() -> None:
    give_letter_to_last_step()
    dossier = opened()
    second = step(dossier, "aanvaarden", LATER)
    Delivery.objects.filter(pk=second.delivery_id).update(
        state="sending", next_try_at=None, lease_until=town.MONDAY + timedelta(hours=1)
    )
    third = step(dossier, "afwerken", 2 * LATER)
    assert third.delivery.payload["subject"] == f"Melding {dossier.number}: klaar"
    second.refresh_from_db()
    assert second.delivery.state == "sending"


def test_a_letter_that_always_leaves_waits_for_nobody_and_leaves_the_waiting_one_alone() -> None:
    give_letter_to_last_step()
    dossier = opened()
    make_always("Klaar")
    second = step(dossier, "aanvaarden", LATER)
    third = step(dossier, "afwerken", 2 * LATER)
    assert third.delivery.not_before is None
    second.refresh_from_db()
    assert second.delivery.state == "queued"
    assert "Klaar." in third.delivery.payload["text"]


def test_letters_on_paper_do_not_wait_for_each_other() -> None:
    dossier = opened(email="")
    assert step(dossier, "aanvaarden", LATER).delivery.not_before is None


def test_text_messages_that_wait_become_one() -> None:
    gateway()
    give_letter_to_last_step()
    dossier = opened(email="", phone="0470123456")
    step(dossier, "aanvaarden", LATER)
    third = step(dossier, "afwerken", 2 * LATER)
    link = dossier.follow_links.get()
    assert third.delivery.payload["text"] == f"2 berichten over uw dossier {dossier.number} {link.short_address}"


def test_taking_one_letter_back_leaves_the_words_of_the_others() -> None:
    give_letter_to_last_step()
    dossier = opened()
    second = step(dossier, "aanvaarden", LATER)
    third = step(dossier, "afwerken", 2 * LATER)
    assert withdraw_letter(third, at=town.MONDAY + 2 * LATER)
    second.refresh_from_db()
    assert (second.delivery.state, second.delivery.not_before) == ("queued", town.MONDAY + timedelta(minutes=10))
    assert second.delivery.payload["subject"] == f"Melding {dossier.number}: we pakken het aan"
    assert "Klaar." not in second.delivery.payload["text"]
    third.refresh_from_db()
    assert third.delivery.state == "superseded"
    assert withdraw_letter(second, at=town.MONDAY + 2 * LATER)
    assert not Delivery.objects.filter(kind="dossier", state="queued", not_before__isnull=False).exists()


def test_what_a_worker_has_in_hand_cannot_be_taken_back() -> None:
    give_letter_to_last_step()
    dossier = opened()
    step(dossier, "aanvaarden", LATER)
    third = step(dossier, "afwerken", 2 * LATER)
    Delivery.objects.filter(pk=third.delivery_id).update(
        state="sending", next_try_at=None, lease_until=town.MONDAY + timedelta(hours=1)
    )
    assert not withdraw_letter(third, at=town.MONDAY + 2 * LATER)


# --- No messages ------------------------------------------------------------------------------------------------------


def test_who_wants_no_messages_gets_none_and_reads_them_on_the_follow_page() -> None:
    dossier = opened()
    actions.mute(dossier=dossier, by=Actor.citizen(), at=town.MONDAY)
    told = step(dossier, "aanvaarden", timedelta(hours=1))
    assert (told.channel, told.to, told.delivery) == ("none", "fatima@example.org", None)
    assert "wil geen berichten" in told.how
    page = Client().get(dossier.follow_links.get().get_absolute_url()).content.decode()
    assert "We pakken het aan." in page


def test_a_letter_that_always_leaves_does_so_for_who_wants_no_messages() -> None:
    dossier = opened()
    make_always("Niet ontvankelijk")
    actions.mute(dossier=dossier, by=Actor.citizen(), at=town.MONDAY)
    told = step(dossier, "weigeren", timedelta(hours=1), reason="Privéterrein.")
    assert told.channel == "mail"
    assert told.delivery is not None


def test_messages_come_again_and_the_history_says_who_asked() -> None:
    dossier = opened()
    for _twice in range(2):
        actions.mute(dossier=dossier, by=Actor.citizen(), at=town.MONDAY)
    for _twice in range(2):
        actions.unmute(dossier=dossier, by=Actor.citizen(), at=town.MONDAY + LATER)
    kinds = list(dossier.events.values_list("kind", "actor_kind"))
    assert kinds[1:] == [(EventKind.MUTED, "citizen"), (EventKind.UNMUTED, "citizen")]
    dossier.refresh_from_db()
    assert dossier.muted_at is None
    assert step(dossier, "aanvaarden", timedelta(hours=1)).channel == "mail"


# --- What the clerk reads ---------------------------------------------------------------------------------------------


@pytest.fixture
def an(client: Client) -> Client:
    client.force_login(town.clerk(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("given", "before", "after"),
    [
        ({}, "Per e-mail naar fatima@example.org.", "samen met wat er nog gebeurt"),
        ({"email": "", "phone": "0470 12 34 56"}, "Per sms naar +32470123456", "samen met wat er nog gebeurt"),
        (
            {"email": ""},
            "Op papier: de brief wacht bij de af te drukken brieven.",
            "wacht bij de af te drukken brieven",
        ),
    ],
)
def test_the_clerk_reads_how_the_letter_goes_before_and_after(
    an: Client, given: dict[str, str], before: str, after: str
) -> None:
    gateway()
    quiet()
    dossier = town.report(**given).dossier
    address = reverse("dossiers:step", args=[dossier.pk, "aanvaarden"])
    assert before in text(an.get(address))
    assert after in text(an.post(address, {"version": 1, "send": "1"}, follow=True))


def test_the_clerk_reads_that_the_citizen_wants_no_messages(an: Client) -> None:
    quiet()
    dossier = town.report().dossier
    actions.mute(dossier=dossier, by=Actor.citizen(), at=town.MONDAY)
    address = reverse("dossiers:step", args=[dossier.pk, "aanvaarden"])
    assert "De burger wil geen berichten" in text(an.get(address))
    assert "De burger wil er geen sinds 23 november 2026" in text(an.get(dossier.get_absolute_url()))


def test_the_dossier_page_says_of_each_letter_how_it_went(an: Client) -> None:
    dossier = town.report(email="").dossier
    assert "op papier: wacht" in text(an.get(dossier.get_absolute_url()))
