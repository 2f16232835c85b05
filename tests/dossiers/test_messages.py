"""Messages both ways, files, withdrawing: what is done, refused, and who may."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import AccessLog
from dossiers import actions
from dossiers.actions import documents
from dossiers.actions.messages import MESSAGES_A_DAY
from dossiers.models import Contact, Document, Dossier, FollowLink, Message
from dossiers.models.event import EventKind
from integrations.models import Delivery
from integrations.scanning import Scan, Verdict
from tests import papers, town

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def process(**changes: Any) -> None:
    """One in which the citizen may answer and withdraw."""
    draft = town.draft_melding()
    draft.statuses = [*town_statuses(), town.status("Ingetrokken", "withdrawn")]
    draft.steps = [
        town.step("Aanvaarden", ["Ontvangen", "Wacht op u"], "Ontvankelijk"),
        town.step("Vragen", ["Ontvangen"], "Wacht op u"),
        town.step("Intrekken", ["Ontvangen", "Wacht op u"], "Ingetrokken", citizen_may=True),
        town.step("Antwoorden", ["Wacht op u"], "Ontvangen", citizen_may=True),
        town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
    ]
    draft.save()
    town.published(draft)


def town_statuses() -> list[dict[str, Any]]:
    return [
        town.status("Ontvangen", "received"),
        town.status("Ontvankelijk", "admissible"),
        town.status("Wacht op u", "waiting_for_citizen"),
        town.status("Afgehandeld", "completed"),
    ]


@pytest.fixture
def opened() -> Any:
    process()
    return town.report(at=timezone.now() - timedelta(hours=1))


def page(link: FollowLink, name: str) -> str:
    return reverse(f"follow_{name}", args=[link.token])


def write(client: Client, link: FollowLink, text: str = "", *files: Any, token: Any = None) -> Any:
    data = {"text": text, "token": token or uuid4(), "uploads": list(files)}
    return client.post(page(link, "message"), data)


def paper(name: str = "plan.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or papers.pdf())


def shown(response: Any) -> str:
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def ask(dossier: Dossier) -> None:
    dossier.refresh_from_db()
    actions.take_step(
        dossier=dossier,
        step="vragen",
        expected_version=dossier.version,
        by=Actor.staff(town.clerk()),
        at=timezone.now(),
    )


def stranger(opened: Any) -> FollowLink:
    """A link that went to somebody else: a co-signer, for example."""
    now = timezone.now()
    return FollowLink.objects.create(
        dossier=opened.dossier, email="buur@example.org", created_at=now, expires_at=now + timedelta(days=1)
    )


@pytest.fixture
def an(opened: Any) -> Client:
    client = Client()
    client.force_login(town.clerk("ann"), backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- The citizen writes -----------------------------------------------------------------------------------------------


def test_a_message_is_a_contact_stands_on_both_pages_and_is_mailed_without_its_words(
    client: Client, opened: Any, an: Client
) -> None:
    response = client.get(write(client, opened.follow_link, "De tegel ligt nu helemaal los.").url)
    assert "We hebben uw bericht" in shown(response)
    assert "De tegel ligt nu helemaal los." in shown(response)
    message = Message.objects.get()
    assert message.contact == Contact.objects.latest("pk")
    assert (message.contact.party, message.contact.channel) == (opened.contact.party, "web")
    assert opened.dossier.events.filter(kind=EventKind.MESSAGE_IN).count() == 1
    mail = Delivery.objects.latest("pk").payload
    assert mail["to"] == ["ruimte@mortsel.example"]
    assert "De burger stuurde een bericht." in mail["text"]
    assert "helemaal los" not in mail["text"]
    answer = an.get(opened.dossier.get_absolute_url())
    staff = shown(answer)
    assert "De tegel ligt nu helemaal los." in staff
    assert "ongelezen bericht" in staff
    cards = BeautifulSoup(answer.content, "html.parser").select("h3[id^=contact-]")
    assert len(cards) == 1  # the message is no second card of the same person


def test_sent_twice_is_sent_once(client: Client, opened: Any) -> None:
    token = uuid4()
    for _time in range(2):
        assert write(client, opened.follow_link, "Dag", paper(), token=token).status_code == 302
    assert (Message.objects.count(), Document.objects.count()) == (1, 1)
    assert Contact.objects.count() == 2


def test_an_answer_lets_the_clock_run_on(client: Client, opened: Any) -> None:
    ask(opened.dossier)
    before = shown(client.get(opened.follow_link.get_absolute_url()))
    assert "Wij wachten op u." in before
    assert "Antwoorden of bestanden sturen" in before
    write(client, opened.follow_link, "Hier is het.")
    opened.dossier.refresh_from_db()
    assert opened.dossier.status.key == "ontvangen"
    assert opened.dossier.due_at is not None
    assert opened.dossier.events.last().actor_kind == "citizen"


def test_what_we_asked_stands_above_the_answer(client: Client, opened: Any, an: Client) -> None:
    assert "Dit vroegen we:" not in shown(client.get(page(opened.follow_link, "message")))
    ask(opened.dossier)
    assert "Dit vroegen we:" not in shown(client.get(page(opened.follow_link, "message")))  # no word of ours yet
    data = {"text": "Hoe breed is de poort?", "token": uuid4()}
    an.post(reverse("dossiers:answer_message", args=[opened.dossier.pk]), data)
    for address in (page(opened.follow_link, "message"), opened.follow_link.get_absolute_url()):
        assert "Dit vroegen we: Hoe breed is de poort?" in shown(client.get(address))


def test_an_empty_message_is_refused_at_its_place(client: Client, opened: Any) -> None:
    response = write(client, opened.follow_link, "  ")
    assert response.status_code == 422
    assert "Schrijf een bericht, of voeg een bestand toe." in shown(response)
    assert not Message.objects.exists()


def test_nothing_is_lost_when_one_file_is_wrong(client: Client, opened: Any) -> None:
    token = uuid4()
    response = write(client, opened.follow_link, "Mijn lange uitleg", paper(), paper("virus.exe", b"MZ"), token=token)
    assert response.status_code == 422
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one("textarea").get_text().strip() == "Mijn lange uitleg"  # type: ignore[union-attr]
    assert "virus.exe" in shown(response)
    assert "Al toegevoegd" in shown(response)
    assert not Message.objects.exists()
    write(client, opened.follow_link, "Mijn lange uitleg", token=token)
    assert [document.name for document in Message.objects.get().documents.all()] == ["plan.pdf"]


def test_a_file_can_be_taken_out_before_sending(client: Client, opened: Any) -> None:
    token = uuid4()
    write(client, opened.follow_link, "Hallo", paper(), paper("x.exe", b"MZ"), token=token)
    added = Document.objects.get()
    response = client.post(
        page(opened.follow_link, "message"), {"token": token, "text": "Hallo", "verwijder": added.pk}
    )
    assert not Document.objects.exists()
    assert "Hallo" in shown(response)


def test_too_long_and_too_many_are_told(client: Client, opened: Any) -> None:
    assert "4000" in shown(write(client, opened.follow_link, "a" * 4001))
    for number in range(MESSAGES_A_DAY):
        write(client, opened.follow_link, f"Bericht {number}")
    response = write(client, opened.follow_link, "Nog een")
    assert response.status_code == 422
    assert "U stuurde 10 berichten op één dag" in shown(response)
    assert "Nog een" in response.content.decode()
    assert Message.objects.count() == MESSAGES_A_DAY


def test_a_picture_is_made_anew_and_files_stay_closed_until_scanned(client: Client, opened: Any, an: Client) -> None:
    write(client, opened.follow_link, "", paper(), paper("foto.jpg", papers.picture()))
    picture, pdf = Document.objects.get(name="foto.jpg"), Document.objects.get(name="plan.pdf")
    assert (picture.media_type, picture.is_picture) == ("image/jpeg", True)
    address = reverse("dossiers:document", args=[opened.dossier.pk, pdf.pk])
    assert an.get(address).status_code == 403
    documents.record_verdict(document=pdf, verdict=Verdict(Scan.CLEAN), at=timezone.now())
    response = an.get(address)
    assert response["Content-Disposition"].startswith("attachment")
    assert AccessLog.objects.filter(action="download", object_id=str(pdf.pk)).count() == 1


def test_a_virus_found_later_leaves_only_the_name_and_is_told(client: Client, opened: Any, an: Client) -> None:
    write(client, opened.follow_link, "", paper())
    document = Document.objects.get()
    documents.record_verdict(document=document, verdict=Verdict(Scan.INFECTED, "Eicar"), at=timezone.now())
    document.refresh_from_db()
    assert (document.file.name, document.is_open_to_staff) == ("", False)
    assert opened.dossier.events.filter(kind=EventKind.FOLLOW_UP).count() == 1
    assert an.get(reverse("dossiers:document", args=[opened.dossier.pk, document.pk])).status_code == 403
    followed = client.get(reverse("follow_document", args=[opened.follow_link.token, document.pk]))
    assert followed.status_code == 404


def test_files_of_a_message_that_is_never_sent_go(client: Client, opened: Any) -> None:
    write(client, opened.follow_link, "x", paper(), paper("x.exe", b"MZ"))
    assert not Document.objects.sent().exists()
    assert documents.purge_unsent(at=timezone.now() + timedelta(hours=23)) == 0
    assert documents.purge_unsent(at=timezone.now() + timedelta(hours=25)) == 1


@pytest.mark.parametrize("name", ["message", "withdraw", "contact_data", "muting"])
def test_only_the_citizen_may_act_and_looking_changes_nothing(client: Client, opened: Any, name: str) -> None:
    before = Dossier.objects.values().get()
    assert client.get(page(opened.follow_link, name)).status_code == 200
    other = stranger(opened)
    for response in (client.get(page(other, name)), client.post(page(other, name), {"text": "x", "token": uuid4()})):
        assert response["Location"] == other.get_absolute_url()
    assert client.get(reverse(f"follow_{name}", args=["abc"])).status_code == 404
    assert Dossier.objects.values().get() == before
    assert not Message.objects.exists()
    status_only = shown(client.get(other.get_absolute_url()))
    assert "Ontvangen (burger)" in status_only
    assert "Wat kunt u doen?" not in status_only


def test_what_is_written_is_not_for_other_links(client: Client, opened: Any) -> None:
    write(client, opened.follow_link, "Geheim", paper())
    assert "Geheim" not in shown(client.get(stranger(opened).get_absolute_url()))
    address = reverse("follow_document", args=[stranger(opened).token, Document.objects.get().pk])
    assert client.get(address).status_code == 302


def test_forms_are_guarded_against_other_websites(opened: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    for name in ("message", "withdraw", "contact_data", "muting"):
        assert strict.post(page(opened.follow_link, name), {"text": "x", "token": uuid4()}).status_code == 403


# --- Withdrawing ------------------------------------------------------------------------------------------------------


def test_withdrawing_is_confirmed_and_told(client: Client, opened: Any) -> None:
    assert "U kunt dit niet ongedaan maken" in shown(client.get(page(opened.follow_link, "withdraw")))
    for _time in range(2):
        assert client.post(page(opened.follow_link, "withdraw"), {"reason": "Al hersteld"}).status_code == 302
    opened.dossier.refresh_from_db()
    assert opened.dossier.status.milestone == "withdrawn"
    event = opened.dossier.events.get(milestone="withdrawn")
    assert (event.actor_kind, event.reason) == ("citizen", "Al hersteld")
    assert "De burger trok de aanvraag in." in Delivery.objects.latest("pk").payload["text"]


def test_no_withdrawing_where_the_process_does_not_offer_it(client: Client) -> None:
    opened = town.report()
    assert "intrekken" not in shown(client.get(opened.follow_link.get_absolute_url()))
    assert client.get(page(opened.follow_link, "withdraw")).status_code == 302
    response = client.post(page(opened.follow_link, "withdraw"), {"reason": ""})
    assert "U kunt deze aanvraag niet meer intrekken" in shown(response)
    opened.dossier.refresh_from_db()
    assert opened.dossier.status.key == "ontvangen"


# --- Staff ------------------------------------------------------------------------------------------------------------


def test_an_answer_is_mailed_and_read_on_the_follow_page(client: Client, opened: Any, an: Client) -> None:
    write(client, opened.follow_link, "Wanneer komt u?")
    address = reverse("dossiers:answer_message", args=[opened.dossier.pk])
    token = uuid4()
    for _time in range(2):
        an.post(address, {"text": "Morgen om tien uur.", "token": token, "uploads": [paper("brief.pdf")]})
    mail = Delivery.objects.latest("pk").payload
    assert mail["to"] == ["fatima@example.org"]
    assert "Morgen om tien uur." in mail["text"]
    assert opened.follow_link.address in mail["text"]
    followed = shown(client.get(opened.follow_link.get_absolute_url()))
    assert "Morgen om tien uur." in followed
    assert "brief.pdf" in followed
    assert "An Claes" not in followed
    opened.dossier.refresh_from_db()
    assert not opened.dossier.has_news
    assert Message.objects.filter(direction="out").count() == 1


def test_a_wrong_file_keeps_the_words_of_the_clerk(opened: Any, an: Client) -> None:
    address = reverse("dossiers:answer_message", args=[opened.dossier.pk])
    response = an.post(address, {"text": "Mijn antwoord", "token": uuid4(), "uploads": [paper("x.exe", b"MZ")]})
    assert response.status_code == 422
    assert "Mijn antwoord" in response.content.decode()
    assert not Message.objects.exists()


def test_read_needs_no_answer(client: Client, opened: Any, an: Client) -> None:
    write(client, opened.follow_link, "Dank u")
    an.get(opened.dossier.get_absolute_url())
    opened.dossier.refresh_from_db()
    assert opened.dossier.has_news  # looking alone is not reading: a colleague may have opened it by chance
    an.post(reverse("dossiers:read_messages", args=[opened.dossier.pk]))
    opened.dossier.refresh_from_db()
    assert not opened.dossier.has_news


def test_documents_have_versions_and_confidentiality(client: Client, opened: Any, an: Client) -> None:
    an.post(reverse("dossiers:add_document", args=[opened.dossier.pk]), {"uploads": paper("nota.pdf")})
    first = Document.objects.get()
    assert "nota.pdf" not in shown(client.get(opened.follow_link.get_absolute_url()))
    again = reverse("dossiers:new_version", args=[opened.dossier.pk, first.pk])
    an.post(again, {"uploads": paper("nota2.pdf"), "confidential": "on"})
    newest = Document.objects.get(replaces=first)
    assert (newest.version, newest.confidential) == (2, True)
    late = an.post(again, {"uploads": paper("nota3.pdf")})
    assert "Er is al een nieuwere versie" in shown(late)
    toggle = reverse("dossiers:set_confidential", args=[opened.dossier.pk, newest.pk])
    an.post(toggle)
    newest.refresh_from_db()
    assert not newest.confidential


def test_what_was_sent_and_then_made_confidential_is_hidden(client: Client, opened: Any, an: Client) -> None:
    data = {"text": "Zie bijlage", "token": uuid4(), "uploads": [paper("brief.pdf")]}
    an.post(reverse("dossiers:answer_message", args=[opened.dossier.pk]), data)
    document = Document.objects.get()
    address = reverse("follow_document", args=[opened.follow_link.token, document.pk])
    assert client.get(address).status_code == 404  # not scanned yet
    documents.record_verdict(document=document, verdict=Verdict(Scan.CLEAN), at=timezone.now())
    assert client.get(address).status_code == 200
    an.post(reverse("dossiers:set_confidential", args=[opened.dossier.pk, document.pk]), {"vertrouwelijk": "1"})
    assert client.get(address).status_code == 404


def test_staff_of_another_team_or_without_the_right_get_nothing(client: Client, opened: Any) -> None:
    write(client, opened.follow_link, "", paper("foto.jpg", papers.picture()))
    document = Document.objects.get()
    pk = opened.dossier.pk
    elsewhere = town.staff("els", "dossiers.view_dossier", "dossiers.handle_dossier", teams=(town.team("Sport"),))
    reader = town.staff("rik", "dossiers.view_dossier", teams=(town.team(),))
    posts = {
        reverse("dossiers:answer_message", args=[pk]): {"text": "x", "token": uuid4()},
        reverse("dossiers:read_messages", args=[pk]): {},
        reverse("dossiers:add_document", args=[pk]): {"uploads": paper()},
        reverse("dossiers:new_version", args=[pk, document.pk]): {"uploads": paper()},
        reverse("dossiers:set_confidential", args=[pk, document.pk]): {},
    }
    for user, refused in ((elsewhere, 404), (reader, 302)):
        staff = Client()
        staff.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for address, data in posts.items():
            response = staff.post(address, data)
            assert response.status_code == refused, address
            assert refused == 404 or response["Location"] == reverse("wagtailadmin_home")
        seen = staff.get(reverse("dossiers:document", args=[pk, document.pk])).status_code
        assert seen == (404 if user == elsewhere else 200)
    assert Message.objects.filter(direction="out").count() == 0
    assert Document.objects.count() == 1
