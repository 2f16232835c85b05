"""The post between a town and its citizens, as it really goes: sent by SMTP, kept by Dovecot, read with IMAP."""

import imaplib
import smtplib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.integrations.mails import bounce
from tests.mail_server import MailServer, dovecot, free_port

Attachment = tuple[str, str, bytes]
"""Name, media type, content."""


@dataclass
class PostOffice:
    """Every address has a mailbox, unless it moved; whoever writes to one that did, gets a report about it."""

    boxes: MailServer
    port: int
    moved: set[str] = field(default_factory=set)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        for address in envelope.rcpt_tos:
            if address in self.moved:
                original = str(message_from_bytes(envelope.content, policy=policy.default)["Message-ID"])
                report = bounce(original).replace(b"fatima@example.org", address.encode())
                self.box(envelope.mail_from).put(report)
            else:
                self.box(address).put(envelope.content)
        return "250 OK"

    def box(self, address: str) -> MailServer:
        return replace(self.boxes, user=address.replace("@", "-"))

    def letters(self, address: str) -> list[EmailMessage]:
        """What lies in this mailbox, the oldest first."""
        with closing(Reading(self.box(address))) as reading:
            return reading.everything()

    def send(self, message: EmailMessage) -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as smtp:
            smtp.send_message(message)

    def answer(self, letter: EmailMessage, text: str, *attachments: Attachment, sender: str) -> None:
        """As a mail program does it: to where answers are asked, with the letter quoted beneath."""
        body = letter.get_body(preferencelist=("plain",))
        quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines()) if body else ""
        message = EmailMessage()
        message["From"] = sender
        message["To"] = letter["Reply-To"]
        message["Subject"] = f"Re: {letter['Subject']}"
        message["Message-ID"] = f"<answer-{abs(hash(text))}@example.org>"
        message["In-Reply-To"] = message["References"] = letter["Message-ID"]
        message.set_content(f"{text}\n\nOp ma 30 nov. 2026 om 09:12 schreef Lokaal bestuur Mortsel:\n{quoted}\n")
        for name, media_type, content in attachments:
            main, sub = media_type.split("/")
            message.add_attachment(content, maintype=main, subtype=sub, filename=name)
        self.send(message)


class Reading:
    """A mail program that looks into a mailbox."""

    def __init__(self, box: MailServer) -> None:
        self.client: imaplib.IMAP4 = box.client()

    def everything(self) -> list[EmailMessage]:
        found = []
        for number in self.client.search(None, "ALL")[1][0].split():
            raw: Any = self.client.fetch(number.decode(), "(RFC822)")[1][0]
            found.append(message_from_bytes(raw[1], policy=policy.default))
        return found

    def close(self) -> None:
        self.client.logout()


@contextmanager
def post_office() -> Iterator[PostOffice]:
    with dovecot() as boxes:
        office = PostOffice(boxes, free_port())
        smtp = Controller(office, hostname="127.0.0.1", port=office.port)
        smtp.start()
        try:
            yield office
        finally:
            smtp.stop()
