"""One conversation: what the citizen and we write each other, on the web and by e-mail, in order of time."""

from collections.abc import Iterable
from datetime import timedelta
from email import message_from_bytes, policy
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import AccessLog
from dossiers import actions
from dossiers.actions import documents
from dossiers.actions.messages import MESSAGES_A_DAY
from dossiers.models import Contact, Document, Dossier, LetterTemplate, Message
from integrations.actions import sweep
from integrations.inbox.actions import poll, store
from integrations.models import Delivery, IncomingMail
from integrations.scanning import Scan, Verdict
from tests import papers, town
from tests.dossiers.test_messages import process, write
from tests.integrations.mails import ORIGINAL, reply

pytestmark = [pytest.mark.django_db, pytest.mark.both]

WITH_QUOTE = "Het is de derde tegel.\n\nOp ma 23 nov. 2026 schreef Loket:\n> Welke tegel is het?"
ELSEWHERE = "Iemand <iemand@elders.example>"


@pytest.fixture
def opened() -> Any:
    process()
    opened = town.report(at=timezone.now() - timedelta(hours=5))
    Delivery.objects.filter(pk=opened.dossier.notifications.get().delivery_id).update(
        state="sent", sent_at=timezone.now(), next_try_at=None, reference=ORIGINAL
    )
    return opened


@pytest.fixture
def an(opened: Any) -> Client:
    client = Client()
    client.force_login(town.clerk("ann"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def mailed(
    text: str = WITH_QUOTE,
    *,
    hours_ago: float = 0,
    files: Iterable[tuple[str, bytes]] = (),
    number: int = 1,
    to: str = ORIGINAL,
    **more: str,
) -> IncomingMail:
    """A mail comes in."""
    sent = timezone.localtime(timezone.now() - timedelta(hours=hours_ago)).strftime("%a, %d %b %Y %H:%M:%S %z")
    raw = reply(to, text=text, Date=sent, Message_ID=f"<reply-{number}@example.org>", **more)
    message = message_from_bytes(raw, policy=policy.default)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    incoming = store(bytes(message), mailbox=None, at=timezone.now())
    assert incoming is not None
    poll(at=timezone.now())
    incoming.refresh_from_db()
    return incoming


def answer(dossier: Dossier, text: str, *, hours_ago: float) -> None:
    by = Actor.staff(town.clerk(f"clerk-{uuid4().hex[:6]}"))
    at = timezone.now() - timedelta(hours=hours_ago)
    actions.answer_message(dossier=dossier, text=text, token=uuid4(), by=by, at=at)


def shown(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def said(response: Any, selector: str) -> list[str]:
    return [part.get_text(" ", strip=True) for part in BeautifulSoup(response.content, "html.parser").select(selector)]


# --- One order --------------------------------------------------------------------------------------------------------


def test_both_read_one_conversation_in_order_of_time(client: Client, opened: Any, an: Client) -> None:
    answer(opened.dossier, "Welke tegel is het?", hours_ago=3)
    write(client, opened.follow_link, "En wanneer komt u?")
    mailed(hours_ago=2)
    staff = said(an.get(opened.dossier.get_absolute_url()), "#berichten .l-said")
    assert len(staff) == 3
    assert "Welke tegel is het?" in staff[0]
    assert "Het is de derde tegel." in staff[1]
    assert "per e-mail, van fatima@example.org" in staff[1]
    assert "En wanneer komt u?" in staff[2]
    assert "per e-mail" not in staff[0] + staff[2]
    citizen = said(client.get(opened.follow_link.get_absolute_url()), ".loket-timeline__item")
    assert [entry.split(" ", 1)[0] for entry in citizen] == ["U", "U", "Wij", "Ontvangen"]
    assert "En wanneer komt u?" in citizen[0]
    assert "per e-mail" in citizen[1]
    assert "Het is de derde tegel." in citizen[1]
    assert "Welke tegel is het?" in citizen[2]  # and not a second time as what the mail quotes
    assert "schreef Loket" not in " ".join(citizen)


def test_a_mail_stands_nowhere_else_on_the_page(opened: Any, an: Client) -> None:
    mailed()
    response = an.get(opened.dossier.get_absolute_url())
    assert shown(response).count("Het is de derde tegel.") == 1
    assert len(said(response, "h3[id^=contact-]")) == 1


def test_what_we_wrote_without_a_new_status_stands_there_too(client: Client) -> None:
    """Who hears by text message that it takes longer, or that we made a mistake, reads there why."""
    letter = LetterTemplate.objects.create(name="Uitstel", subject="Het duurt langer", body="{reden} {uiterste_datum}")
    opened = town.report(process_version=town.published(town.draft_melding(delay_letter=letter)), at=timezone.now())
    by: dict[str, Any] = {"by": Actor.staff(town.clerk()), "at": timezone.now()}
    dossier = opened.dossier
    actions.promise_later(dossier=dossier, expected_version=1, days=2, reason="De aannemer is ziek.", **by)
    actions.take_step(dossier=dossier, step="aanvaarden", expected_version=2, **by)
    sweep(at=timezone.now())
    actions.correct_step(dossier=dossier, expected_version=3, reason="Verkeerde knop.", **by)
    response = client.get(opened.follow_link.get_absolute_url())
    entries = said(response, ".loket-timeline__item")
    assert len(entries) == 3
    assert "was een vergissing" in entries[0]
    assert "De aannemer is ziek." in entries[1]
    assert entries[2].startswith("Ontvangen (burger)")
    assert "We pakken het aan." not in shown(response)  # that letter was a mistake


def test_on_paper_nobody_is_sent_to_a_page_where_one_cannot_answer() -> None:
    process()
    opened = town.report(email="", at=timezone.now())
    answer(opened.dossier, "Morgen om tien uur.", hours_ago=0)
    letter = Delivery.objects.filter(connector="print").latest("pk").payload["text"]
    assert "Morgen om tien uur." in letter
    assert f"Volg uw aanvraag:\n{opened.follow_link.short_address}" in letter
    assert "antwoord op uw pagina" not in letter


# --- Who may read a mail ----------------------------------------------------------------------------------------------


def test_a_mail_from_another_address_is_for_staff_only(client: Client, opened: Any, an: Client) -> None:
    mailed("Ik ken het geheim.", sender=ELSEWHERE, files=[("geheim.pdf", papers.pdf())])
    staff = shown(an.get(opened.dossier.get_absolute_url()))
    for words in ("Ik ken het geheim.", "iemand@elders.example", "Van een ander adres.", "geheim.pdf"):
        assert words in staff
    page = client.get(opened.follow_link.get_absolute_url()).content.decode()
    for words in ("geheim", "elders"):
        assert words not in page
    document = Document.objects.get()
    documents.record_verdict(document=document, verdict=Verdict(Scan.CLEAN), at=timezone.now())
    assert client.get(reverse("follow_document", args=[opened.follow_link.token, document.pk])).status_code == 404


@pytest.mark.parametrize(("sender", "seen"), [("Fatima <fatima@example.org>", True), (ELSEWHERE, False)])
def test_so_is_one_that_a_clerk_linked_by_hand(client: Client, opened: Any, sender: str, seen: bool) -> None:
    incoming = mailed(to="", sender=sender)
    assert incoming.state == "unlinked"
    actions.link_mail(incoming=incoming, dossier=opened.dossier, at=timezone.now())
    assert ("derde tegel" in shown(client.get(opened.follow_link.get_absolute_url()))) is seen
    opened.dossier.refresh_from_db()
    assert opened.dossier.has_news


def test_a_mail_of_before_another_address_was_confirmed_stays_the_citizens(client: Client, opened: Any) -> None:
    mailed()
    Contact.objects.filter(pk=opened.contact.pk).update(given_email="nieuw@example.org")
    opened.follow_link.email = "nieuw@example.org"
    opened.follow_link.save()
    assert "derde tegel" in shown(client.get(opened.follow_link.get_absolute_url()))


# --- Read and unread --------------------------------------------------------------------------------------------------


def test_a_mail_is_unread_until_somebody_answers_or_says_so(opened: Any, an: Client) -> None:
    address = opened.dossier.get_absolute_url()
    mailed()
    write(Client(), opened.follow_link, "En nog iets.")
    assert len(said(an.get(address), ".l-said--unread")) == 2
    an.post(reverse("dossiers:read_messages", args=[opened.dossier.pk]))
    opened.dossier.refresh_from_db()
    assert not opened.dossier.has_news
    assert not said(an.get(address), ".l-said--unread")
    mailed("Vergeten te zeggen.", number=2)
    unread = said(an.get(address), ".l-said--unread")
    assert len(unread) == 1
    assert "Vergeten te zeggen." in unread[0]
    an.post(reverse("dossiers:answer_message", args=[opened.dossier.pk]), {"text": "Dank u.", "token": uuid4()})
    assert not said(an.get(address), ".l-said--unread")


def test_mails_do_not_count_for_what_one_may_write_in_a_day(client: Client, opened: Any) -> None:
    for number in range(MESSAGES_A_DAY):
        mailed(f"Bericht {number}", number=number)
    assert write(client, opened.follow_link, "Nog een").status_code == 302


# --- Attachments ------------------------------------------------------------------------------------------------------


def test_attachments_are_documents_of_the_dossier(client: Client, opened: Any, an: Client) -> None:
    mailed(files=[("plan.pdf", papers.pdf()), ("foto.jpg", papers.picture()), ("raar.exe", b"MZ...")])
    plan, photo = Document.objects.get(name="plan.pdf"), Document.objects.get(name="foto.jpg")
    assert {plan.message, photo.message} == {Message.objects.get()}
    assert (plan.origin, photo.is_picture) == ("citizen", True)
    staff = said(an.get(opened.dossier.get_absolute_url()), "#berichten .l-said")[0]
    assert "plan.pdf" in staff
    assert "We bewaarden raar.exe niet:" in staff
    assert "We bewaarden plan.pdf" not in staff
    follow = opened.follow_link.get_absolute_url()
    assert "plan.pdf: de virusscanner moet het nog nakijken" in shown(client.get(follow)).replace("\xa0", " ")
    address = reverse("follow_document", args=[opened.follow_link.token, plan.pk])
    assert client.get(address).status_code == 404  # a mail may have been written under a false name
    documents.record_verdict(document=plan, verdict=Verdict(Scan.CLEAN), at=timezone.now())
    assert client.get(address).status_code == 200
    assert an.get(reverse("dossiers:document", args=[opened.dossier.pk, plan.pk])).status_code == 200


def test_a_virus_in_an_attachment_is_found_and_told(opened: Any) -> None:
    mailed(files=[("plan.pdf", papers.pdf())])
    documents.record_verdict(
        document=Document.objects.get(), verdict=Verdict(Scan.INFECTED, "Eicar"), at=timezone.now()
    )
    assert not Document.objects.get().file
    assert "virusscanner" in Delivery.objects.latest("pk").payload["text"]


def test_more_attachments_than_anybody_sends_stay_named(opened: Any) -> None:
    mailed(files=[(f"{number}.txt", b"Dag") for number in range(documents.FILES_A_DAY + 2)])
    assert Document.objects.count() == documents.FILES_A_DAY
    refused = [each["name"] for each in IncomingMail.objects.get().attachments if "refused" in each]
    assert refused == ["20.txt", "21.txt"]


# --- The whole mail ---------------------------------------------------------------------------------------------------


def test_the_whole_mail_can_be_read_with_what_it_quotes(opened: Any, an: Client) -> None:
    incoming = mailed(files=[("plan.pdf", papers.pdf())])
    contact = Contact.objects.get(mail=incoming)
    address = reverse("dossiers:mail", args=[opened.dossier.pk, contact.pk])
    assert address in an.get(opened.dossier.get_absolute_url()).content.decode()
    text = shown(an.get(address))
    for words in (
        "Re: Uw melding",
        "fatima@example.org",
        "Het is de derde tegel.",
        "> Welke tegel is het?",
        "plan.pdf",
    ):
        assert words in text
    assert AccessLog.objects.filter(
        model="integrations.incomingmail", action="view", object_id=str(incoming.pk)
    ).exists()


def test_the_whole_mail_is_for_who_sees_the_dossier(opened: Any, an: Client) -> None:
    contact = Contact.objects.get(mail=mailed())
    other = town.report(at=timezone.now()).dossier
    elsewhere = town.staff("els", "dossiers.view_dossier", "dossiers.handle_dossier", teams=(town.team("Sport"),))
    nobody = town.staff("rik")
    address = reverse("dossiers:mail", args=[opened.dossier.pk, contact.pk])
    for user, status in ((elsewhere, 404), (nobody, 302)):
        staff = Client()
        staff.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert staff.get(address).status_code == status
    assert Client().get(address).status_code == 302
    assert an.get(reverse("dossiers:mail", args=[other.pk, contact.pk])).status_code == 404
    assert an.get(reverse("dossiers:mail", args=[opened.dossier.pk, opened.contact.pk])).status_code == 404


# --- The question once ------------------------------------------------------------------------------------------------


def waiting(opened: Any) -> Dossier:
    dossier: Dossier = opened.dossier
    actions.take_step(
        dossier=dossier, step="vragen", expected_version=1, by=Actor.staff(town.clerk()), at=timezone.now()
    )
    dossier.refresh_from_db()
    return dossier


def test_what_we_asked_by_message_stands_there_once(client: Client, opened: Any, an: Client) -> None:
    dossier = waiting(opened)
    data = {"text": "Hoe breed is de poort?", "token": uuid4(), "uploads": [papers_file()]}
    an.post(reverse("dossiers:answer_message", args=[dossier.pk]), data)
    documents.record_verdict(document=Document.objects.get(), verdict=Verdict(Scan.CLEAN), at=timezone.now())
    response = client.get(opened.follow_link.get_absolute_url())
    assert shown(response).count("Hoe breed is de poort?") == 1
    assert "Hoe breed is de poort?" in said(response, ".govuk-inset-text")[0]
    assert "schets.pdf" in said(response, ".govuk-inset-text")[0]
    entry = said(response, ".loket-timeline__item")[0]
    assert entry.startswith("We vroegen u iets")
    assert "Lees bovenaan deze pagina wat we vroegen" in entry
    assert BeautifulSoup(response.content, "html.parser").select_one("#gevraagd") is not None
    write(client, opened.follow_link, "Drie meter.")
    after = client.get(opened.follow_link.get_absolute_url())
    assert "Hoe breed is de poort?" in " ".join(said(after, ".loket-timeline__item"))  # answered: it is history


def test_what_we_asked_by_letter_stands_there_once(client: Client) -> None:
    letter = LetterTemplate.objects.create(name="Vraag", subject="Een vraag", body="Hoe breed is de poort?")
    version = town.published(
        town.draft_melding(
            steps=[
                town.step("Aanvaarden", ["Ontvangen", "Wacht op u"], "Ontvankelijk"),
                town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk"),
                town.step("Vragen", ["Ontvangen"], "Wacht op u", letter=letter.pk),
                town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
            ]
        )
    )
    opened = town.report(process_version=version, at=timezone.now())
    waiting(opened)
    response = client.get(opened.follow_link.get_absolute_url())
    assert shown(response).count("Hoe breed is de poort?") == 1
    assert "Lees bovenaan deze pagina wat we vroegen" in said(response, ".loket-timeline__item")[0]


def papers_file() -> Any:
    return SimpleUploadedFile("schets.pdf", papers.pdf())


# --- What was there before, and what it costs -------------------------------------------------------------------------


def test_mails_of_before_become_part_of_the_conversation(opened: Any) -> None:
    mailed()
    seen = town.report(name="Jan", at=timezone.now()).dossier
    Message.objects.all().delete()
    first = Contact.objects.get(mail__isnull=False)
    Contact.objects.filter(pk=Contact.objects.get(dossier=seen).pk).update(
        mail=store(reply(Message_ID="<x@y>"), mailbox=None, at=timezone.now())
    )
    fill = import_module("dossiers.migrations.0013_conversation").put_mails_in_the_conversation
    for _time in range(2):
        fill(apps, None)
    unread, read = Message.objects.get(dossier=opened.dossier), Message.objects.get(dossier=seen)
    assert (unread.text, unread.at, unread.contact, unread.is_unread) == (first.body, first.at, first, True)
    assert not read.is_unread


def test_the_pages_cost_the_same_with_many_mails(client: Client, opened: Any, an: Client) -> None:
    addresses = {opened.dossier.get_absolute_url(): an, opened.follow_link.get_absolute_url(): client}
    mailed(files=[("plan.pdf", papers.pdf())])
    answer(opened.dossier, "Dag", hours_ago=0)
    counts = []
    for time in range(2):
        for address, who in addresses.items():
            who.get(address)
            with CaptureQueriesContext(connection) as queries:
                who.get(address)
            counts.append(len(queries))
        for number in range(5):
            mailed(number=10 * time + number + 2, files=[("plan.pdf", papers.pdf())])
            mailed(number=10 * time + number + 50, sender=ELSEWHERE)
    assert counts[:2] == counts[2:]
