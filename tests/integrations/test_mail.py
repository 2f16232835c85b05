import hashlib
import smtplib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend

from integrations.connectors.base import PermanentFailure, TemporaryFailure
from integrations.connectors.mail import MailConnector

PAYLOAD = {
    "to": ["an@example.org"],
    "subject": "Uw melding MEL-2026-000123",
    "text": "Dag An",
    "html": "<p>Dag An</p>",
    "reply_to": "openbaardomein@mortsel.example",
}
mail = MailConnector()


def deliver(**changes: Any) -> None:
    mail.deliver(PAYLOAD | changes, "letter:1")


def test_the_mail_is_the_payload(mailoutbox: list[EmailMultiAlternatives], settings: Any) -> None:
    result = mail.deliver(PAYLOAD, "letter:1")

    [message] = mailoutbox
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    assert (message.to, message.reply_to) == (["an@example.org"], ["openbaardomein@mortsel.example"])
    assert (message.subject, message.body) == ("Uw melding MEL-2026-000123", "Dag An")
    assert [(part.content, part.mimetype) for part in message.alternatives] == [("<p>Dag An</p>", "text/html")]
    assert not result.delivered


def test_html_and_reply_address_are_optional(mailoutbox: list[EmailMultiAlternatives]) -> None:
    mail.deliver({"to": ["an@example.org"], "subject": "Dag", "text": "Dag An"}, "letter:1")

    assert (mailoutbox[0].alternatives, mailoutbox[0].reply_to) == ([], [])


def test_every_copy_carries_the_same_message_id(mailoutbox: list[EmailMultiAlternatives], settings: Any) -> None:
    settings.BASE_URL = "https://loket.mortsel.example"
    deliver()
    deliver()
    mail.deliver(PAYLOAD, "letter:2")

    first, copy, another = (message.message()["Message-ID"] for message in mailoutbox)
    assert first == copy != another
    assert first.startswith("<")
    assert first.endswith("@loket.mortsel.example>")


def test_a_line_break_in_a_subject_starts_no_header(mailoutbox: list[EmailMultiAlternatives]) -> None:
    deliver(subject="Losse steen\r\nBcc: spy@example.org\n")

    message = mailoutbox[0].message()
    assert message["Subject"] == "Losse steen Bcc: spy@example.org"
    assert message["Bcc"] is None
    assert mailoutbox[0].recipients() == ["an@example.org"]


@pytest.mark.parametrize(
    "address",
    ["an@example.org\nBcc: spy@example.org", "an@example.org, spy@example.org", "An <an@example.org>", "an", ""],
)
def test_only_a_bare_address_is_an_address(address: str, mailoutbox: list[EmailMultiAlternatives]) -> None:
    with pytest.raises(PermanentFailure):
        deliver(to=[address])
    if address:
        with pytest.raises(PermanentFailure):
            deliver(reply_to=address)
    assert mailoutbox == []


def test_nobody_to_send_to_is_a_failure() -> None:
    with pytest.raises(PermanentFailure):
        deliver(to=[])


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (smtplib.SMTPRecipientsRefused({"an@example.org": (550, b"no such user")}), PermanentFailure),
        (smtplib.SMTPRecipientsRefused({"an@example.org": (450, b"mailbox busy")}), TemporaryFailure),
        (
            smtplib.SMTPRecipientsRefused({"an@example.org": (550, b"no"), "bo@example.org": (450, b"busy")}),
            TemporaryFailure,
        ),
        (smtplib.SMTPDataError(554, b"refused as spam"), PermanentFailure),
        (smtplib.SMTPDataError(451, b"try again"), TemporaryFailure),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), TemporaryFailure),
        (smtplib.SMTPSenderRefused(550, b"who are you", "loket@mortsel.example"), TemporaryFailure),
        (smtplib.SMTPServerDisconnected("gone"), TemporaryFailure),
        (ConnectionRefusedError("nobody there"), TemporaryFailure),
        (TimeoutError("too slow"), TemporaryFailure),
    ],
)
def test_what_is_said_about_the_message_is_for_ever_and_about_the_server_for_now(
    error: Exception, failure: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: EmailBackend, messages: object) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with pytest.raises(failure):
        deliver()


def test_the_reader_is_told_that_mails_land_in_a_folder(settings: Any) -> None:
    assert mail.notice() == ""

    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = "/srv/loket/var/mail"
    assert "/srv/loket/var/mail" in mail.notice()


# --- Attachments


def kept(content: bytes = b"%PDF-1.7 brief") -> dict[str, str]:
    path = storages["private"].save("letters/brief.pdf", ContentFile(content))
    digest = hashlib.sha256(content).hexdigest()
    return {"name": "brief.pdf", "media_type": "application/pdf", "path": path, "sha256": digest}


def test_an_attachment_is_the_file_that_was_there_when_it_was_queued(mailoutbox: list[EmailMultiAlternatives]) -> None:
    deliver(attachments=[kept()])

    [attachment] = mailoutbox[0].attachments
    assert (attachment.filename, attachment.content, attachment.mimetype) == (
        "brief.pdf",
        b"%PDF-1.7 brief",
        "application/pdf",
    )


def test_another_file_in_its_place_is_never_sent(mailoutbox: list[EmailMultiAlternatives]) -> None:
    attachment = kept()
    with Path(storages["private"].path(attachment["path"])).open("ab") as file:
        file.write(b"!")
    with pytest.raises(PermanentFailure, match=r"brief\.pdf werd veranderd"):
        deliver(attachments=[attachment])
    storages["private"].delete(attachment["path"])
    with pytest.raises(PermanentFailure, match=r"brief\.pdf is weg"):
        deliver(attachments=[attachment])
    assert mailoutbox == []


def test_a_store_that_cannot_be_read_now_is_tried_again(mailoutbox: list[EmailMultiAlternatives]) -> None:
    attachment = kept()
    path = Path(storages["private"].path(attachment["path"]))
    path.unlink()
    path.mkdir()  # opening it is an error of the machine, not a missing file
    with pytest.raises(TemporaryFailure, match=r"brief\.pdf kan nu niet"):
        deliver(attachments=[attachment])
    assert mailoutbox == []


def test_a_path_out_of_the_private_store_is_refused() -> None:
    with pytest.raises(SuspiciousFileOperation):
        deliver(attachments=[kept() | {"path": "../../etc/passwd"}])
