"""Mails as programs and servers really write them, for tests."""

from email.message import EmailMessage

ORIGINAL = "<0123456789abcdef0123456789abcdef01234567@loket.example>"


def reply(
    to: str = ORIGINAL,
    *,
    sender: str = "Fatima El Amrani <fatima@example.org>",
    text: str = "Het is de derde tegel.",
    **headers: str,
) -> bytes:
    """What a mail program sends when somebody presses 'answer'."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "loket@mortsel.example"
    message["Subject"] = "Re: Uw melding"
    message["Date"] = "Mon, 23 Nov 2026 11:00:00 +0100"
    message["Message-ID"] = "<reply-1@example.org>"
    if to:
        message["In-Reply-To"] = to
        message["References"] = to
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def bounce(
    original: str = ORIGINAL,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <fatima@example.org>: no such user",
    returned: str = "message/rfc822",
) -> bytes:
    """A report as RFC 3464 has it, as Postfix writes it."""
    headers = f"Message-ID: {original}\nSubject: Uw melding\nTo: fatima@example.org\n"
    body = headers + "\nDag Fatima\n" if returned == "message/rfc822" else headers
    return f"""Return-Path: <>
From: MAILER-DAEMON@mail.mortsel.example (Mail Delivery System)
To: loket@mortsel.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <report-{status}-{action}@mail.mortsel.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.mortsel.example
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0100

Final-Recipient: rfc822; fatima@example.org
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--grens
Content-Type: {returned}

{body}
--grens--
""".encode()


def odd_bounce(original: str = ORIGINAL) -> bytes:
    """From a server that knows no reports: the robot writes, and quotes."""
    return f"""From: Mail Delivery System <mailer-daemon@other.example>
To: loket@mortsel.example
Subject: failure notice
Message-ID: <odd@other.example>

Hi. This is the qmail-send program. I couldn't deliver your message.
<fatima@example.org>: mailbox is full (#5.2.2)

--- Below this line is a copy of the message.

Message-ID: {original}
Subject: Uw melding
""".encode()
