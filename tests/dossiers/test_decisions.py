"""Letters that are decisions: complete by law, signed by mandate, and kept as they were sent."""

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from core.models import AccessLog, User
from dossiers.actions import Changed, StepRefused, remove_lost_documents, revoke_follow_links, take_step
from dossiers.models import Dossier, Event, LetterTemplate, Notification, Signatory, Team
from dossiers.models.notification import DOCUMENTS, Altered, private_storage
from integrations.actions import deliver
from integrations.models import Delivery, PrintJob
from integrations.sheets import sheets
from tests import town
from tests.dossiers import decisions
from tests.dossiers.decisions import FACTS, REASON
from tests.forms.test_answers_copy import language, read, structure

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def decide(dossier: Dossier, **changes: Any) -> Event:
    return take_step(
        **{
            "dossier": dossier,
            "step": "weigeren",
            "expected_version": 1,
            "reason": REASON,
            "facts": FACTS,
            "by": Actor.staff(User.objects.filter(username="an").first() or town.clerk()),
            "at": town.MONDAY,
        }
        | changes
    )


def decided(**changes: Any) -> Notification:
    """A decision that was just sent to Fatima."""
    event = decide(town.report(process_version=decisions.process()).dossier, **changes)
    return event.notifications.get()


def send_everything() -> None:
    for delivery in Delivery.objects.order_by("pk"):  # the confirmation of receipt goes first
        deliver(delivery.pk, at=timezone.now())


def stored() -> list[str]:
    storage = private_storage()
    if not storage.exists(DOCUMENTS):
        return []
    return [
        f"{DOCUMENTS}/{shard}/{folder}/{name}"
        for shard in storage.listdir(DOCUMENTS)[0]
        for folder in storage.listdir(f"{DOCUMENTS}/{shard}")[0]
        for name in storage.listdir(f"{DOCUMENTS}/{shard}/{folder}")[1]
    ]


def tamper(notification: Notification) -> None:
    with Path(notification.pdf.path).open("ab") as file:
        file.write(b"%")


# --- When a letter is complete


def test_a_complete_decision_lacks_nothing() -> None:
    assert decisions.letter().decision_problems(date(2026, 11, 23)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"body": "{reden}"}, "{feiten} moet in de tekst staan, buiten een voorwaarde"),
        ({"body": "{feiten}"}, "{reden} moet in de tekst staan, buiten een voorwaarde"),
        ({"body": "{feiten}{als plaats}{reden}{einde}"}, "{reden} moet in de tekst staan, buiten een voorwaarde"),
        ({"subject": "{reden}", "body": "{feiten}"}, "{reden} moet in de tekst staan, buiten een voorwaarde"),
        ({"legal_base": " "}, "de rechtsgrond ontbreekt"),
        ({"signatory": None}, "niemand ondertekent hem"),
        ({"appeal": ""}, "er staat niet in hoe iemand beroep kan aantekenen"),
    ],
)
def test_what_a_decision_lacks_is_said(changes: dict[str, Any], problem: str) -> None:
    assert decisions.letter(**changes).decision_problems(date(2026, 11, 23)) == [problem]


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 1, 11), False),
        (date(2026, 1, 12), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_mandate_holds_from_its_first_day_to_its_last(day: date, holds: bool) -> None:
    problems = decisions.letter().decision_problems(day)
    assert (problems == []) is holds
    assert holds or "het mandaat van An Peeters geldt niet op" in problems[0]


def test_a_mandate_without_end_goes_on_and_one_that_ends_before_it_begins_does_not_exist() -> None:
    assert decisions.signatory(valid_until=None).may_sign_on(date(2099, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        decisions.signatory(valid_until=date(2026, 1, 11))


@pytest.mark.parametrize("field", ["rechtsgrond", "beroep", "ondertekenaar", "functie", "feiten"])
def test_a_text_uses_only_what_the_letter_itself_says(field: str) -> None:
    letter = LetterTemplate(name="Brief", subject="Dag", body=f"Dag {{{field}}}")
    with pytest.raises(ValidationError, match=field):
        letter.full_clean()


@pytest.mark.parametrize(
    "changes",
    [
        {"is_decision": False, "body": "{reden}"},
        {"appeal": ""},
        {"legal_base": ""},
        {"signatory": None},
        {"body": "{reden}"},
    ],
)
def test_a_letter_with_which_a_process_decides_stays_complete(changes: dict[str, Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda value=None: date(2026, 11, 23))
    letter = decisions.letter()
    letter.full_clean()
    decisions.process(letter)
    letter.subject = "Uw aanvraag {nummer}"
    letter.full_clean()
    for name, value in changes.items():
        setattr(letter, name, value)
    with pytest.raises(ValidationError, match="De stap ‘Weigeren’ beslist met deze brief"):
        letter.full_clean()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"appeal": ""}, "is geen volledige beslissing: er staat niet in hoe iemand beroep kan aantekenen"),
        ({"is_decision": False, "body": "{reden}"}, "vink dus in de brief ‘Weigering’ ‘is een beslissing’ aan"),
    ],
)
def test_a_process_that_decides_is_only_published_with_a_complete_letter(
    changes: dict[str, Any], refusal: str | None
) -> None:
    letter = decisions.letter(signatory=decisions.signatory(valid_until=None), **changes)
    process_type = town.draft_melding(
        statuses=[
            town.status("Ontvangen", "received"),
            town.status("Niet ontvankelijk", "inadmissible", is_decision=True),
        ],
        steps=[town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk", letter=letter.pk, needs_reason=True)],
        terms=[{"type": "term", "value": {"milestone": "decision", "days": 3}}],
    )
    found = [str(problem) for problem in process_type.problems()]
    assert bool(found) is bool(refusal), found
    assert not refusal or refusal in found[0]


@pytest.mark.parametrize("where", ["confirmation", "delay_letter"])
def test_a_decision_is_only_sent_by_a_step(where: str) -> None:
    process_type = town.draft_melding()
    setattr(process_type, where, decisions.letter())
    assert "alleen een stap kan die versturen" in " ".join(map(str, process_type.problems()))


def test_a_confirmation_of_receipt_cannot_become_a_decision() -> None:
    town.melding()
    letter = LetterTemplate.objects.get(name="Ontvangst")
    letter.is_decision = True
    with pytest.raises(ValidationError, match="zonder stap"):
        letter.full_clean()


# --- What the citizen reads


def test_the_text_says_facts_reason_legal_base_signature_and_appeal_in_order() -> None:
    text = decided().text
    places = [
        text.index(words)
        for words in (
            "Dag Fatima El Amrani",
            FACTS,
            REASON,
            "Rechtsgrond\nAlgemene politieverordening, artikel 48.",
            "Ondertekend door\nAn Peeters\nalgemeen directeur\nBesluit van het college van 12 januari 2026",
            "Niet akkoord?\nStuur binnen 30 dagen",
        )
    ]
    assert places == sorted(places)


def test_what_the_text_says_itself_is_not_said_twice() -> None:
    body = "{feiten} {reden} {rechtsgrond} {beroep}\n\n{ondertekenaar}, {functie}"
    decisions.process(decisions.letter(body=body))
    text = decide(town.report().dossier).notifications.get().text
    for words in ("politieverordening", "aangetekende brief", "An Peeters", "algemeen directeur"):
        assert text.count(words) == 1
    assert text.endswith("Mandaat\nBesluit van het college van 12 januari 2026\n")


def test_the_document_is_tagged_dutch_and_complete() -> None:
    document, text = read(decided().read_pdf())
    assert language(document) == "nl"
    assert document.get_metadata_dict()["Title"] == "Uw aanvraag MEL-2026-000001: geen vergunning – MEL-2026-000001"
    tags = structure(document)
    assert (tags.count("H1"), tags.count("H2"), tags.count("L"), tags.count("LI")) == (1, 3, 1, 2)
    for words in (
        "Lokaal bestuur", "23 november 2026", "MEL-2026-000001", "Fatima El Amrani", "Themaloket ruimte",
        "Het voetpad is 1,80 meter breed.", REASON, "artikel 48", "An Peeters", "deputatie", "1 / 1",
    ):  # fmt: skip
        assert words in text
    assert "ONTWERP" not in text


def test_the_document_has_the_short_address_that_can_be_typed_over() -> None:
    letter = decisions.letter(body="{feiten}\n\n{reden}\n\nVolg het op {volglink}")
    opened = town.report(process_version=decisions.process(letter))
    link = opened.follow_link
    sent = decide(opened.dossier).notifications.get()
    assert link.address in sent.text  # in a mail it is pressed
    _document, text = read(sent.read_pdf())
    assert link.short_address in text.replace("\r\n", "")
    assert link.token[:20] not in text


def test_nothing_that_somebody_typed_is_markup_or_an_address_in_the_document() -> None:
    typed = '<img src="file:///etc/passwd"><b>vet</b> {naam} <style>*{display:none}</style>'
    _document, text = read(decided(reason=typed).read_pdf())
    assert "<b>vet</b> {naam}" in text


# --- Sending it


def test_the_document_is_kept_with_its_hash_and_sent_along(mailoutbox: list[EmailMultiAlternatives]) -> None:
    notification = decided()
    pdf = notification.read_pdf()
    assert notification.pdf_digest == hashlib.sha256(pdf).hexdigest()
    assert "Fatima" not in notification.pdf.name
    send_everything()
    message = mailoutbox[-1]
    assert message.body == notification.text
    [attachment] = message.attachments
    assert (attachment.filename, attachment.content, attachment.mimetype) == (
        "MEL-2026-000001-2.pdf",
        pdf,
        "application/pdf",
    )


def test_on_paper_a_decision_is_printed_as_it_is_kept_after_a_sheet_with_the_address() -> None:
    dossier = town.report(process_version=decisions.process(), email="").dossier
    sent = decide(dossier).notifications.get()
    send_everything()
    job = PrintJob.objects.latest("pk")
    job.recipient = "Fatima El Amrani\nStatielei 10\n2640 Mortsel"
    document, _text = read(sheets([job]))
    address, back, printed, *_rest = [page.get_textpage().get_text_range() for page in document]
    assert "2640 Mortsel" in address
    assert REASON not in address
    assert back.strip() == ""
    assert printed == read(sent.read_pdf())[0][0].get_textpage().get_text_range()


def test_a_letter_that_is_no_decision_has_no_document() -> None:
    dossier = town.report().dossier
    event = take_step(
        dossier=dossier, step="aanvaarden", expected_version=1, by=Actor.staff(town.clerk()), at=town.MONDAY
    )
    notification = event.notifications.get()
    assert (notification.pdf.name, notification.pdf_digest) == ("", "")
    assert Delivery.objects.latest("pk").payload["attachments"] == []
    assert stored() == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"facts": " \n"}, "Geef de feiten"),
        ({"reason": ""}, "Geef een reden"),
        ({"at": town.MONDAY + timedelta(days=60)}, "het mandaat van An Peeters geldt niet op 22 januari 2027"),
    ],
)
def test_half_a_decision_does_not_leave(changes: dict[str, Any], refusal: str) -> None:
    dossier = town.report(process_version=decisions.process()).dossier
    with pytest.raises(StepRefused, match=refusal):
        decide(dossier, **changes)
    dossier.refresh_from_db()
    assert (dossier.status.key, dossier.version) == ("ontvangen", 1)
    assert Notification.objects.count() == 1  # the confirmation
    assert stored() == []


def test_who_comes_second_makes_no_document() -> None:
    dossier = town.report(process_version=decisions.process()).dossier
    decide(dossier)
    with pytest.raises(Changed):
        decide(dossier)
    assert len(stored()) == 1


def test_the_document_says_what_the_mail_says_also_when_the_step_moves_the_date() -> None:
    """The step gives a new term; a document made before it would still promise the old day."""
    letter = decisions.letter(body="{feiten} {reden} U hoort van ons op {uiterste_datum}.")
    version = town.published(
        town.draft_melding(
            steps=[
                town.step("Beslissen", ["Ontvangen"], "Ontvankelijk", letter=letter.pk, needs_reason=True),
                town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
                town.step("Vragen", ["Ontvangen"], "Wacht op u"),
                town.step("Weer", ["Wacht op u"], "Ontvangen"),
                town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk"),
            ]
        )
    )
    notification = decide(town.report(process_version=version).dossier, step="beslissen").notifications.get()
    assert "maandag 21 december" in notification.text
    assert "maandag 21 december" in read(notification.read_pdf())[1]


def test_documents_of_steps_that_did_not_happen_are_removed_the_next_day() -> None:
    kept = decided()
    lost = private_storage().save(f"{DOCUMENTS}/ab/abc/MEL-2026-000009-2.pdf", kept.pdf.open())
    assert remove_lost_documents(before=timezone.now() - timedelta(hours=1)) == 0
    assert remove_lost_documents(before=timezone.now() + timedelta(hours=1)) == 1
    assert stored() == [kept.pdf.name]
    assert not private_storage().exists(lost)


# --- A changed file is noticed


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_changed_document_is_noticed(how: str) -> None:
    notification = decided()
    if how == "gone":
        notification.pdf.storage.delete(notification.pdf.name)
    else:
        tamper(notification)
    with pytest.raises(Altered):
        notification.read_pdf()


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_changed_document_is_not_mailed(how: str, mailoutbox: list[EmailMultiAlternatives]) -> None:
    notification = decided()
    assert notification.delivery is not None
    if how == "gone":
        notification.pdf.storage.delete(notification.pdf.name)
    else:
        tamper(notification)
    send_everything()
    notification.delivery.refresh_from_db()
    assert notification.delivery.state == Delivery.State.FAILED
    assert "MEL-2026-000001-2.pdf" in notification.delivery.last_error
    assert mailoutbox  # the others went
    assert notification.subject not in [message.subject for message in mailoutbox]


@pytest.mark.parametrize("changes", [{"pdf": ""}, {"pdf_digest": ""}])
def test_a_document_without_hash_does_not_exist(changes: dict[str, str]) -> None:
    notification = decided()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=notification.pk).update(**changes)


# --- Who opens it


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_clerk_opens_what_was_sent_and_that_is_written_down() -> None:
    notification = decided()
    clerk = User.objects.get(username="an")
    client = signed_in(clerk)
    address = reverse("dossiers:letter_pdf", args=[notification.pk])
    page = client.get(notification.dossier.get_absolute_url()).content.decode()
    assert address in page
    assert notification.pdf_digest in page
    response = client.get(address)
    assert response.content == notification.read_pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    logged = AccessLog.objects.get(model="dossiers.notification")
    assert (logged.user, logged.action, logged.object_id) == (clerk, "view", str(notification.pk))


def test_nobody_else_of_the_staff_does() -> None:
    notification = decided()
    confirmation = Notification.objects.earliest("pk")
    other = Team.objects.create(name="Andere")
    address = reverse("dossiers:letter_pdf", args=[notification.pk])
    assert signed_in(town.staff("bo", "dossiers.view_dossier", teams=(other,))).get(address).status_code == 404
    assert signed_in(town.staff("lien")).get(address).status_code == 302
    assert Client().get(address).status_code == 302
    clerk = signed_in(User.objects.get(username="an"))
    assert clerk.get(reverse("dossiers:letter_pdf", args=[confirmation.pk])).status_code == 404
    assert not AccessLog.objects.filter(model="dossiers.notification").exists()


def test_a_clerk_reads_that_the_document_was_changed() -> None:
    notification = decided()
    tamper(notification)
    client = signed_in(User.objects.get(username="an"))
    response = client.get(reverse("dossiers:letter_pdf", args=[notification.pk]))
    assert response.status_code == 409
    assert notification.pdf_digest in response.content.decode()
    assert "Deze brief is niet wat verzonden is" in response.content.decode()


def test_the_citizen_opens_it_through_the_link(client: Client) -> None:
    notification = decided()
    link = notification.dossier.follow_links.get()
    address = reverse("followed_letter", args=[link.token, notification.pk])
    page = client.get(link.get_absolute_url()).content.decode()
    assert address in page
    assert page.count("Open de brief (PDF)") == 1
    response = client.get(address)
    assert response.content == notification.read_pdf()
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("why", ["revoked", "other dossier", "no document", "wrong"])
def test_no_other_link_opens_it(client: Client, why: str) -> None:
    notification = decided()
    token, pk = notification.dossier.follow_links.get().token, notification.pk
    match why:
        case "revoked":
            revoke_follow_links(dossier=notification.dossier, by=Actor.citizen(), at=timezone.now())
        case "other dossier":
            token = town.report(name="Jan", email="jan@example.org").follow_link.token
        case "no document":
            pk = Notification.objects.earliest("pk").pk
        case "wrong":
            token = "abc"
    response = client.get(reverse("followed_letter", args=[token, pk]))
    assert response.status_code == 404
    assert response["Content-Type"] != "application/pdf"


def test_the_citizen_reads_that_the_document_was_changed(client: Client) -> None:
    notification = decided()
    tamper(notification)
    token = notification.dossier.follow_links.get().token
    response = client.get(reverse("followed_letter", args=[token, notification.pk]))
    assert response.status_code == 409
    assert "We kunnen deze brief niet tonen" in response.content.decode()
    assert response["Referrer-Policy"] == "no-referrer"


# --- The clerk decides


@pytest.fixture
def an() -> Client:
    return signed_in(town.clerk())


def step_address(step: str = "weigeren") -> str:
    letter = decisions.letter(signatory=decisions.signatory(valid_until=None))
    dossier = town.report(process_version=decisions.process(letter)).dossier
    return reverse("dossiers:step", args=[dossier.pk, step])


def test_facts_are_asked_for_a_decision_only(an: Client) -> None:
    address = step_address()
    assert 'name="facts"' in an.get(address).content.decode()
    assert 'name="facts"' not in an.get(address.replace("weigeren", "aanvaarden")).content.decode()
    response = an.post(address, {"reason": REASON, "facts": " ", "version": 1, "send": "1"})
    assert response.status_code == 422
    assert "Geef de feiten" in response.content.decode()


def test_the_draft_is_shown_as_pdf_and_not_kept(an: Client) -> None:
    address = step_address()
    typed = {"reason": REASON, "facts": FACTS, "version": 1}
    page = an.post(address, typed | {"preview": "1"}).content.decode()
    assert "Bekijk als PDF" in page
    assert "Niet akkoord?" in page
    response = an.post(address, typed | {"pdf": "1"})
    assert response["Content-Type"] == "application/pdf"
    _document, text = read(response.content)
    assert "ONTWERP" in text
    assert REASON in text
    assert Dossier.objects.get().version == 1
    assert stored() == []


def test_the_decision_is_taken_and_sent(an: Client) -> None:
    address = step_address()
    response = an.post(address, {"reason": REASON, "facts": FACTS, "version": 1, "send": "1"}, follow=True)
    assert "De burger krijgt de brief" in response.content.decode()
    notification = Notification.objects.latest("pk")
    assert FACTS in notification.text.replace("\r\n", "\n")
    assert notification.read_pdf().startswith(b"%PDF")


def test_a_mandate_that_ended_is_told_in_plain_words_and_what_was_typed_stays(an: Client) -> None:
    address = step_address()
    Signatory.objects.update(valid_until=date(2026, 1, 31))
    response = an.post(address, {"reason": REASON, "facts": FACTS, "version": 1, "send": "1"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "het mandaat van An Peeters geldt niet" in page
    assert REASON in page
    assert Dossier.objects.get().version == 1
