"""Twilio's Message resource (https://www.twilio.com/docs/messaging/api/message-resource), as strict as the real one.

Form fields in, JSON out. It refuses with the numbers of https://www.twilio.com/docs/api/errors: no or a wrong account
(20003, 401), another account's resource (20404, 404), no To (21604), a To that is no E.164 number (21211), no From
(21603), a From that is neither a number nor eleven letters and digits (21212), no Body (21602), a Body of more than
1600 signs (21617), a recipient who said STOP (21610), and too many requests at once (20429, 429).
"""

import base64
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from tests.fakes.http_server import Reply, Request, serve

ACCOUNT, TOKEN = "AC" + "0" * 32, "token-of-the-test"
E164 = re.compile(r"\+[1-9]\d{6,14}")
SENDER = re.compile(r"\+[1-9]\d{6,14}|(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11}")


@dataclass
class Twilio:
    address: str = ""
    sent: list[dict[str, str]] = field(default_factory=list)
    said_stop: set[str] = field(default_factory=set)
    busy: int = 0
    """How many of the next requests it answers with 429."""


def _error(status: int, code: int, message: str) -> Reply:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more, "status": status}
    return Reply(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


@contextmanager
def twilio() -> Iterator[Twilio]:
    fake = Twilio()

    def answer(request: Request) -> Reply:
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != expected:
            return _error(401, 20003, "Authenticate")
        if request.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return _error(404, 20404, f"The requested resource {request.path} was not found")
        if fake.busy:
            fake.busy -= 1
            return _error(429, 20429, "Too Many Requests")
        if request.headers.get_content_type() != "application/x-www-form-urlencoded":
            return _error(400, 21604, "A 'To' phone number is required.")
        sent = dict(parse_qsl(request.body.decode()))
        to, sender, body = sent.get("To", ""), sent.get("From", ""), sent.get("Body", "")
        if not to:
            return _error(400, 21604, "A 'To' phone number is required.")
        if not E164.fullmatch(to):
            return _error(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if not sender:
            return _error(400, 21603, "A 'From' phone number is required.")
        if not SENDER.fullmatch(sender):
            return _error(400, 21212, f"Invalid From Number: {sender}")
        if not body:
            return _error(400, 21602, "Message body is required.")
        if len(body) > 1600:
            return _error(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if to in fake.said_stop:
            return _error(400, 21610, "Attempt to send to unsubscribed recipient")
        fake.sent.append(sent)
        message = {"sid": "SM" + secrets.token_hex(16), "status": "queued", "to": to, "from": sender, "body": body}
        return Reply(201, json.dumps(message).encode(), {"Content-Type": "application/json"})

    with serve(answer) as served:
        fake.address = served.address
        yield fake
