"""Reading a mailbox over IMAP."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from imap_tools import ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessage
from imap_tools.mailbox import BaseMailBox

from core.encryption import Unreadable
from integrations.models import Mailbox

TIMEOUT = 30  # seconds
MOST = 100  # messages in one go; the rest comes the next time


class Unreachable(Exception):
    """The mailbox cannot be read now; the message says why."""


class RawMessage(MailMessage):
    """Keeps the bytes as the server gave them: what is stored must be what was sent."""

    def __init__(self, fetch_data: list[Any]) -> None:
        super().__init__(fetch_data)
        self.raw: bytes = self._get_message_data_parts(fetch_data)[0]


class Connection:
    """A mailbox that is open, at its folder."""

    def __init__(self, box: BaseMailBox, done_folder: str) -> None:
        self.box = box
        self.done_folder = done_folder

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """The key and the bytes of each message that was not read yet, oldest first. Marks nothing."""
        for message in self.box.fetch("UNSEEN", mark_seen=False, limit=MOST):
            if isinstance(message, RawMessage) and message.uid and message.raw:
                yield message.uid, message.raw

    def done(self, uid: str) -> None:
        """It is safe with us: mark it as read, or move it."""
        self.box.flag(uid, "\\Seen", True)
        if self.done_folder:
            if not self.box.folder.exists(self.done_folder):
                self.box.folder.create(self.done_folder)
            self.box.move(uid, self.done_folder)


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Connection]:
    """Raises Unreachable, also for what goes wrong while it is open."""
    if not mailbox.secret or isinstance(mailbox.secret, Unreadable):
        raise Unreachable("the password cannot be read")
    try:
        with _box(mailbox).login(mailbox.user, mailbox.secret, initial_folder=mailbox.folder) as box:
            yield Connection(box, mailbox.done_folder)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
        raise Unreachable(str(error) or type(error).__name__) from error


def _box(mailbox: Mailbox) -> BaseMailBox:
    if mailbox.security == Mailbox.Security.NONE:
        box: BaseMailBox = MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=TIMEOUT)
    else:
        trusted = ssl.create_default_context()  # imaplib's own checks no certificate
        kind = MailBox if mailbox.security == Mailbox.Security.TLS else MailBoxStartTls
        box = kind(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=trusted)
    box.email_message_class = RawMessage
    return box
