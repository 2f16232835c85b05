"""Answers by e-mail land on their dossier, and messages that come back are told: to the dossier, and of the citizen."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from core.actors import Actor
from core.models import AccessLog
from dossiers import actions
from dossiers.models import Contact, Dossier, Event
from dossiers.models.event import EventKind
from integrations.inbox.actions import poll, store
from integrations.models import Delivery, IncomingMail
from parties.models import ContactPoint
from tests import town
from tests.integrations.mails import ORIGINAL, bounce, odd_bounce, reply

pytestmark = [pytest.mark.django_db, pytest.mark.both]

AT = town.MONDAY + timedelta(hours=3)


@pytest.fixture
def dossier() -> Dossier:
    """Its confirmation was sent."""
    dossier = town.report().dossier
    Delivery.objects.filter(pk=dossier.notifications.get().delivery_id).update(
        state="sent", sent_at=town.MONDAY, next_try_at=None, reference=ORIGINAL
    )
    return dossier


def arrives(raw: bytes) -> IncomingMail:
    incoming = store(raw, mailbox=None, at=AT)
    assert incoming is not None
    poll(at=AT)
    incoming.refresh_from_db()
    return incoming


def last_event(dossier: Dossier) -> Event:
    event = dossier.events.last()
    assert event is not None
    return event


def word_to_staff() -> Delivery:
    return Delivery.objects.latest("pk")


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_is_a_contact_of_the_citizen_on_the_dossier(dossier: Dossier) -> None:
    incoming = arrives(reply(text="De derde tegel.\n\nOp ma 23 nov. 2026 schreef Loket:\n> Welke tegel?"))
    assert incoming.state == "reply"
    contact = Contact.objects.get(mail=incoming)
    first = dossier.contacts.first()
    assert first is not None
    assert (contact.dossier, contact.channel, contact.direction) == (dossier, "mail", "in")
    assert (contact.party, contact.party_match) == (first.party, "new")
    assert (contact.subject, contact.body) == ("Re: Uw melding", "De derde tegel.")
    assert contact.at == town.MONDAY + timedelta(hours=2)  # the mail's own time
    assert contact.closed_at == AT
    event = last_event(dossier)
    assert (event.kind, event.actor_kind, event.reason) == (EventKind.REPLY, "citizen", "")


def test_handler_and_team_hear_of_it_without_a_word_of_the_citizen(dossier: Dossier) -> None:
    arrives(reply())
    told = word_to_staff()
    assert told.payload["to"] == ["ruimte@mortsel.example"]
    assert "De burger heeft per e-mail geantwoord." in told.payload["text"]
    for personal in ("Fatima", "fatima@example.org", "derde tegel"):
        assert personal not in str(told.payload)


@pytest.mark.parametrize(
    ("sender", "citizen_may", "status"),
    [
        ("fatima@example.org", True, "ontvangen"),
        ("fatima@example.org", False, "wacht-op-u"),
        ("x@elders.example", True, "wacht-op-u"),
    ],
    ids=["goes on", "no such step", "another address"],
)
def test_what_waited_for_the_citizen_goes_on_when_the_answer_is_hers(
    sender: str, citizen_may: bool, status: str
) -> None:
    answered = town.step("Antwoord gekregen", ["Wacht op u"], "Ontvangen", citizen_may=citizen_may)
    draft = town.draft_melding()
    draft.steps = [*draft.steps.raw_data, answered]
    dossier = town.report(process_version=town.published(draft)).dossier
    Delivery.objects.update(state="sent", sent_at=town.MONDAY, next_try_at=None, reference=ORIGINAL)
    by = Actor.staff(town.clerk())
    actions.take_step(dossier=dossier, step="vragen", expected_version=1, by=by, at=town.MONDAY)
    arrives(reply(sender=sender))
    dossier.refresh_from_db()
    assert (dossier.status.key, dossier.has_news) == (status, True)
    assert (dossier.due_at is None) == (status == "wacht-op-u")  # the clock runs on


def test_from_another_address_nobody_can_say_who_it_is(dossier: Dossier) -> None:
    incoming = arrives(reply(sender="Iemand <iemand@elders.example>"))
    contact = Contact.objects.get(mail=incoming)
    assert (contact.party_match, contact.is_from_elsewhere, contact.is_unconfirmed) == ("reply", True, False)
    event = last_event(dossier)
    assert event.actor_kind == "system"
    assert "ander adres" in event.reason
    assert "elders" not in event.reason


def test_an_answer_to_an_anonymous_report_stays_anonymous() -> None:
    version = town.published(town.draft_melding(anonymous_allowed=True))
    dossier = town.report(initiator=None, party_match="", given_name="", process_version=version).dossier
    Delivery.objects.update(state="sent", sent_at=town.MONDAY, next_try_at=None, reference=ORIGINAL)
    contact = Contact.objects.get(mail=arrives(reply()))
    assert (contact.dossier, contact.party) == (dossier, None)


def test_a_number_in_the_subject_is_enough_from_the_address_of_the_dossier_only(dossier: Dossier) -> None:
    subject = f"vraag over {dossier.number.lower()}"
    assert arrives(reply("", Subject=subject, Message_ID="<a@b>")).state == "reply"
    stranger = arrives(reply("", Subject=subject, Message_ID="<b@b>", sender="x@elders.example"))
    assert stranger.state == "unlinked"
    assert arrives(reply("", Subject="MEL-2026-999999", Message_ID="<c@b>")).state == "unlinked"
    assert Contact.objects.exclude(mail=None).count() == 1


@pytest.mark.parametrize("date", ["Mon, 23 Nov 2030 11:00:00 +0100", "Mon, 23 Nov 2020 11:00:00 +0100", "ooit"])
def test_a_clock_that_is_wrong_or_lies_does_not_make_it_the_first_contact(dossier: Dossier, date: str) -> None:
    contact = Contact.objects.get(mail=arrives(reply(Date=date)))
    assert town.MONDAY <= contact.at <= AT
    assert dossier.contacts.first() != contact
    assert actions.route_of(dossier).to == "fatima@example.org"


def test_an_answer_to_a_mail_to_staff_is_not_the_citizens(dossier: Dossier) -> None:
    actions.ask_follow_up(dossier=dossier, what="Kijk hiernaar.", by=Actor.system("Test"), at=AT)
    Delivery.objects.filter(pk=word_to_staff().pk).update(
        state="sent", sent_at=AT, next_try_at=None, reference="<staff@x>"
    )
    assert arrives(reply("<staff@x>", sender="an@mortsel.example")).state == "unlinked"


def test_an_answer_shows_that_the_address_works(dossier: Dossier) -> None:
    arrives(bounce())
    assert ContactPoint.objects.get(value="fatima@example.org").bounced_at == AT
    arrives(reply())
    assert ContactPoint.objects.get(value="fatima@example.org").bounced_at is None


def test_answers_come_to_the_mailbox_that_loket_reads() -> None:
    from integrations.models import Mailbox

    Mailbox.objects.create(name="Loket", address="loket@mortsel.example", host="x", user="x", secret="x")
    assert town.report().dossier.notifications.get().delivery.payload["reply_to"] == "loket@mortsel.example"


# --- Messages that came back ------------------------------------------------------------------------------------------


def test_a_message_that_came_back_is_told_everywhere_once(dossier: Dossier) -> None:
    assert arrives(bounce()).state == "bounce"
    arrives(bounce(status="5.0.0"))
    notification = dossier.notifications.get()
    assert notification.delivery.state == "returned"
    assert ContactPoint.objects.get(value="fatima@example.org").bounced_at == AT
    assert dossier.events.filter(kind=EventKind.BOUNCED).count() == 1
    event = last_event(dossier)
    assert "dit adres bestaat niet" in event.reason
    told = word_to_staff()
    assert "Bel de burger, of stuur een brief." in told.payload["text"]
    for text in (event.reason, str(told.payload)):  # the server's own words name the address
        assert "fatima" not in text.lower()


def test_a_full_mailbox_is_told_as_one(dossier: Dossier) -> None:
    arrives(odd_bounce())
    assert "de mailbox is vol" in last_event(dossier).reason


def test_a_later_message_that_arrived_clears_the_mark(dossier: Dossier) -> None:
    arrives(bounce())
    Delivery.objects.filter(reference=ORIGINAL).update(state="sent")
    arrives(bounce(action="delivered", status="2.0.0"))
    assert ContactPoint.objects.get(value="fatima@example.org").bounced_at is None


def test_a_report_about_a_message_that_we_never_sent_changes_nothing(dossier: Dossier) -> None:
    other = "<ffffffffffffffffffffffffffffffffffffffff@loket.example>"
    assert arrives(bounce(other)).state == "report"
    assert dossier.events.count() == 1
    assert ContactPoint.objects.get(value="fatima@example.org").bounced_at is None


def test_both_of_two_messages_that_left_together_are_told_of_once(dossier: Dossier) -> None:
    first = dossier.notifications.get()
    first.pk = None
    first.save()  # a second notification of the same delivery
    arrives(bounce())
    assert dossier.events.filter(kind=EventKind.BOUNCED).count() == 1


# --- What staff see ---------------------------------------------------------------------------------------------------


def signed_in(username: str, *permissions: str) -> Client:
    client = Client()
    user = town.staff(username, "dossiers.view_dossier", "dossiers.handle_dossier", *permissions, teams=(town.team(),))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_the_dossier_page_shows_the_answer_and_where_it_came_from(dossier: Dossier) -> None:
    arrives(reply(sender="Iemand <iemand@elders.example>"))
    shown = text(signed_in("els").get(dossier.get_absolute_url()))
    for words in ("Het is de derde tegel.", "iemand@elders.example", "Van een ander adres.", "Antwoord van de burger"):
        assert words in shown


def test_the_dossier_page_says_what_to_do_when_messages_come_back(dossier: Dossier) -> None:
    els = signed_in("els")
    assert "komen terug" not in text(els.get(dossier.get_absolute_url()))
    arrives(bounce())
    shown = text(els.get(dossier.get_absolute_url()))
    assert "Berichten naar fatima@example.org komen terug" in shown
    assert "per e-mail: teruggekomen: 5.1.1" in shown


def test_the_citizen_reads_nothing_of_what_staff_do_with_mail(dossier: Dossier) -> None:
    arrives(bounce())
    arrives(reply(sender="x@elders.example"))
    page = Client().get(dossier.follow_links.get().get_absolute_url()).content.decode()
    for words in ("kwam terug", "derde tegel", "elders"):
        assert words not in page


def test_a_clerk_links_a_mail_by_number(dossier: Dossier) -> None:
    incoming = arrives(reply("", sender="An <an@elders.example>"))
    els = signed_in("els", "integrations.link_incomingmail")
    assert "an@elders.example" in text(els.get("/beheer/inkomend/"))
    page = f"/beheer/inkomend/{incoming.pk}/"
    assert "Het is de derde tegel." in text(els.get(page))
    assert els.post(page, {"number": "MEL-2026-999999"}).status_code == 422
    assert els.post(page, {"number": ""}).status_code == 422
    els.post(page, {"number": f" {dossier.number.lower()} "})
    assert Contact.objects.get(mail=incoming).dossier == dossier
    assert "an@elders.example" not in text(els.get("/beheer/inkomend/"))
    assert els.post(page, {"number": dossier.number}).status_code == 404  # handled by then
    assert Contact.objects.exclude(mail=None).count() == 1
    looked = AccessLog.objects.filter(model="integrations.incomingmail").values_list("action", flat=True)
    assert {"list", "view"} <= set(looked)


def test_two_clerks_link_it_once(dossier: Dossier) -> None:
    incoming = arrives(reply(""))
    actions.link_mail(incoming=incoming, dossier=dossier, at=AT)
    with pytest.raises(actions.NotLinkable):
        actions.link_mail(incoming=incoming, dossier=dossier, at=AT)
    with pytest.raises(actions.NotLinkable):
        actions.set_mail_aside(incoming=incoming, at=AT)
    assert Contact.objects.filter(mail=incoming).count() == 1


def test_what_is_about_nothing_is_set_aside_and_stays_stored() -> None:
    incoming = arrives(reply(""))
    els = signed_in("els", "integrations.link_incomingmail")
    assert els.get(f"/beheer/inkomend/{incoming.pk}/opzij/").status_code == 405
    els.post(f"/beheer/inkomend/{incoming.pk}/opzij/")
    incoming.refresh_from_db()
    assert incoming.state == "set_aside"
    assert incoming.raw.size > 0


def test_a_mail_is_linked_to_own_dossiers_only() -> None:
    incoming = arrives(reply(""))
    other = town.report(process_version=town.published(town.draft_melding(team=town.team("Andere dienst")))).dossier
    els = signed_in("els", "integrations.link_incomingmail")
    assert els.post(f"/beheer/inkomend/{incoming.pk}/", {"number": other.number}).status_code == 422


def test_without_the_right_there_is_no_mail_to_see(dossier: Dossier) -> None:
    incoming = arrives(reply(""))
    els = signed_in("els")
    for page in ("", f"{incoming.pk}/"):
        assert els.get(f"/beheer/inkomend/{page}").status_code == 302
    els.post(f"/beheer/inkomend/{incoming.pk}/", {"number": dossier.number})
    els.post(f"/beheer/inkomend/{incoming.pk}/opzij/")
    incoming.refresh_from_db()
    assert incoming.state == "unlinked"


def test_attachments_are_named_with_their_size(dossier: Dossier) -> None:
    from email import message_from_bytes, policy

    message = message_from_bytes(reply(), policy=policy.default)
    message.add_attachment(b"x" * 3000, maintype="image", subtype="jpeg", filename="tegel.jpg")
    incoming = arrives(bytes(message))
    els = signed_in("els")
    mail = f"{dossier.get_absolute_url()}mail/{Contact.objects.get(mail=incoming).pk}/"
    assert "tegel.jpg (2,9 KB) niet bewaard:" in text(els.get(mail)).replace("\xa0", " ")
    assert "We bewaarden tegel.jpg niet" in text(els.get(dossier.get_absolute_url()))
