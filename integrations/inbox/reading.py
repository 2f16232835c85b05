"""What an incoming mail is. Pure: bytes in, facts out; whatever somebody sends, it never raises.

Mail programs and servers do as they like, so every header is read with care, and nothing in it is believed further
than it goes: a date or a name is what the sender says.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.utils import parseaddr, parsedate_to_datetime
from enum import Enum

from bs4 import BeautifulSoup

OURS = re.compile(r"<[0-9a-f]{40}@[^<>\s@]{1,255}>")
"""What our own Message-IDs look like (``integrations.connectors.mail``)."""
ID = re.compile(r"<[^<>\s]{1,250}>")
LONGEST_TEXT = 20_000
MOST_IDS = 50
BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError)
ROBOTS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon")


class Kind(Enum):
    MAIL = "mail"
    REPORT = "report"
    AUTOMATIC = "automatic"


class Action(Enum):
    """What a mail server reports of a message of ours."""

    FAILED = "failed"
    ARRIVED = "delivered"
    OTHER = "other"


@dataclass(frozen=True)
class Report:
    """``status`` as RFC 3463 has it, such as 5.1.1; ``said`` in the server's own words."""

    action: Action
    status: str = ""
    said: str = ""


@dataclass(frozen=True)
class Mail:
    kind: Kind
    message_id: str
    references: tuple[str, ...]
    """Message-IDs that it answers or reports about, the nearest first."""
    sender: str
    sender_name: str
    subject: str
    text: str
    """Without what it quotes."""
    attachments: tuple[dict[str, str | int], ...]
    sent_at: datetime | None
    report: Report | None = None


def read(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    report, about = _report(message, raw)
    sender_name, sender = parseaddr(_header(message, "From"))
    if report is not None:
        kind, references = Kind.REPORT, about
    else:
        kind = Kind.AUTOMATIC if _is_automatic(message) else Kind.MAIL
        answered = ID.findall(_header(message, "In-Reply-To"))
        references = [*answered, *reversed(ID.findall(_header(message, "References")))]
    return Mail(
        kind=kind,
        message_id=next(iter(ID.findall(_header(message, "Message-ID"))), ""),
        references=tuple(dict.fromkeys(references))[:MOST_IDS],
        sender=sender.strip().lower()[:254] if "@" in sender else "",
        sender_name=" ".join(sender_name.split())[:200],
        subject=" ".join(_header(message, "Subject").split())[:300],
        text=without_quote(_text(message))[:LONGEST_TEXT],
        attachments=tuple(_attachments(message)),
        sent_at=_date(message),
        report=report,
    )


def whole_text(raw: bytes) -> str:
    """With what it quotes."""
    return _text(message_from_bytes(raw, policy=policy.default)).strip()[:LONGEST_TEXT]


def files(raw: bytes) -> list[tuple[str, bytes]]:
    """The attachments, in the order of ``Mail.attachments``."""
    return _files(message_from_bytes(raw, policy=policy.default))


# --- Reports of mail servers ------------------------------------------------------------------------------------------


def _report(message: Message, raw: bytes) -> tuple[Report | None, list[str]]:
    """What a mail server reports, and about which messages. None for a mail that is no report."""
    if message.get_content_type() == "multipart/report":
        parts = list(_walk(message))
        statuses = [part for part in parts if part.get_content_type() == "message/delivery-status"]
        if statuses:
            return _delivery_status(statuses[0]), _originals(parts) or _ours(raw)
        return Report(Action.OTHER), _ours(raw)
    # Servers that know no better: the robot writes, and quotes our message with its Message-ID.
    local = parseaddr(_header(message, "From"))[1].lower().partition("@")[0]
    is_robot = local in ROBOTS or _header(message, "Return-Path").strip() == "<>" or "X-Failed-Recipients" in message
    if is_robot and (about := _ours(raw)):
        said = _text(message)
        status = re.search(r"\b([45]\.\d{1,3}\.\d{1,3})\b", said)
        return Report(Action.FAILED, status[1] if status else "", _one_line(said)), about
    return None, []


def _delivery_status(part: Message) -> Report:
    """The worst that is said of any recipient."""
    blocks = part.get_payload()
    found = Report(Action.OTHER)
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        action = _header(block, "Action").strip().lower()
        status = _header(block, "Status").strip().split(" ")[0]
        said = _one_line(_header(block, "Diagnostic-Code").partition(";")[2] or _header(block, "Diagnostic-Code"))
        if action == "failed":
            return Report(Action.FAILED, status, said)
        if action in {"delivered", "relayed", "expanded"}:
            found = Report(Action.ARRIVED if action == "delivered" else Action.OTHER, status, said)
    return found


def _originals(parts: list[Message]) -> list[str]:
    """The Message-IDs of the messages that the report holds."""
    found: list[str] = []
    for part in parts:
        original: Message | None = None
        if part.get_content_type() == "message/rfc822":
            payload = part.get_payload()
            original = payload[0] if isinstance(payload, list) and payload and isinstance(payload[0], Message) else None
        elif part.get_content_type() == "text/rfc822-headers":
            original = message_from_string(_content(part), policy=policy.default)
        if original is not None:
            found += ID.findall(_header(original, "Message-ID"))
    return found


def _ours(raw: bytes) -> list[str]:
    return OURS.findall(raw.decode("utf-8", "replace"))


def _is_automatic(message: Message) -> bool:
    """RFC 3834, and what programs did before it."""
    submitted = _header(message, "Auto-Submitted").strip().lower()
    return (
        (submitted not in {"", "no"})
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply"))
        or _header(message, "Precedence").strip().lower() == "auto_reply"
    )


# --- Text -------------------------------------------------------------------------------------------------------------

ORIGINAL = re.compile(
    r"^\s*(-{2,}\s*)?(Original Message|Oorspronkelijk bericht|Message d'origine|Doorgestuurd bericht|Forwarded message)"
    r"\s*-*\s*$",
    re.IGNORECASE,
)
WROTE = re.compile(r"^(Op|On|Le)\b.{4,300}\b(schreef|wrote|a écrit)\b.{0,200}:\s*$", re.IGNORECASE | re.DOTALL)
RULE = re.compile(r"^_{10,}\s*$")
FROM = re.compile(r"^\*?(Van|From|De)\s?:\*?\s.+", re.IGNORECASE)
SENT = re.compile(r"^\*?(Verzonden|Sent|Datum|Date|Envoyé)\s?:\*?\s.+", re.IGNORECASE)


def without_quote(text: str) -> str:
    """What was written, less the message that it answers. Where that would leave nothing, all of it."""
    lines = text.splitlines()
    end = next((number for number in range(len(lines)) if _quote_begins(lines, number)), len(lines))
    kept = "\n".join(lines[:end]).strip()
    return kept or text.strip()


def _quote_begins(lines: list[str], number: int) -> bool:
    line = lines[number]
    if ORIGINAL.match(line):
        return True
    if RULE.match(line) or FROM.match(line):  # Outlook: a rule, then From and Sent
        ahead = lines[number : number + 5]
        return any(FROM.match(each) for each in ahead) and any(SENT.match(each) for each in ahead)
    if any(WROTE.match(" ".join(lines[number : number + most])) for most in (1, 2, 3)):
        return any(each.lstrip().startswith(">") for each in lines[number + 1 : number + 6]) or _is_last_words(
            lines, number
        )
    # What is quoted to the end; an answer between quoted lines stays as it is.
    return line.startswith(">") and all(each.startswith(">") or not each.strip() for each in lines[number:])


def _is_last_words(lines: list[str], number: int) -> bool:
    """HTML mail loses its '>' on the way to text: then the line that introduces the quote must do."""
    return number > 0 and not any(each.startswith(">") for each in lines)


def _text(message: Message) -> str:
    if not isinstance(message, EmailMessage):
        return ""
    try:
        body = message.get_body(preferencelist=("plain", "html"))
    except BROKEN:
        body = None
    if body is None:
        return ""
    content = _content(body)
    if body.get_content_type() == "text/html":
        soup = BeautifulSoup(content, "html.parser")
        for unseen in soup(["script", "style", "head"]):
            unseen.decompose()
        for ending in soup(["br", "p", "div", "li", "tr", "blockquote"]):
            ending.append("\n")
        content = re.sub(r"\n{3,}", "\n\n", soup.get_text())
    return "\n".join(line.rstrip() for line in content.replace("\r\n", "\n").split("\n"))


def _content(part: Message) -> str:
    try:
        if isinstance(part, EmailMessage):
            return _storable(str(part.get_content()))
    except BROKEN:
        pass
    payload = part.get_payload(decode=True)
    return _storable(payload.decode("utf-8", "replace")) if isinstance(payload, bytes) else ""


def _attachments(message: Message) -> list[dict[str, str | int]]:
    return [{"name": name, "size": len(content)} for name, content in _files(message)]


def _files(message: Message) -> list[tuple[str, bytes]]:
    """What hangs on to it, by name; pictures in the text itself, such as a logo, are not that."""
    if not isinstance(message, EmailMessage):
        return []
    found: list[tuple[str, bytes]] = []
    try:
        for part in message.iter_attachments():
            payload = part.get_payload(decode=True)
            name = _storable(" ".join(str(part.get_filename() or part.get_content_type()).split()))[:200]
            found.append((name, payload if isinstance(payload, bytes) else b""))
    except BROKEN:
        pass
    return found


# --- Headers ----------------------------------------------------------------------------------------------------------


def _header(message: Message, name: str) -> str:
    try:
        return _storable(str(message.get(name) or ""))
    except BROKEN:
        return ""


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(_header(message, "Date"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (*BROKEN, OverflowError):
        return None


def _walk(message: Message) -> list[Message]:
    try:
        return list(message.walk())
    except BROKEN:
        return []


def _storable(text: str) -> str:
    """Without what no database takes: NUL, and halves of signs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _one_line(text: str) -> str:
    return " ".join(text.split())[:500]
