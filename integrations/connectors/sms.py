"""Text messages, through the provider that an administrator set up: Twilio, or any other that listens to HTTP."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core.encryption import Unreadable
from integrations import posting
from integrations.connectors.base import Payload, PermanentFailure, Result, Summary, TemporaryFailure
from integrations.models import SmsGateway
from integrations.sms_text import MOST_PARTS, size

E164 = re.compile(r"\+[1-9]\d{6,14}")


class SmsConnector:
    """Payload: ``to`` (a number in E.164), ``text``, and for a test ``gateway`` (the key of one not in use yet)."""

    name = "sms"
    template = "integrations/connectors/sms.html"

    def deliver(self, payload: Payload, key: str) -> Result:
        to, text = payload["to"], payload["text"]
        if not E164.fullmatch(to):
            raise PermanentFailure(
                _("“%(number)s” is not a phone number in E.164, such as +32470000000.") % {"number": to}
            )
        if not text.strip():
            raise PermanentFailure(_("There is nothing to send."))
        if size(text).parts > MOST_PARTS:
            raise PermanentFailure(_("The text is too long for a text message."))
        gateway = self._gateway(payload)
        secret = gateway.secret
        if not secret or isinstance(secret, Unreadable):
            raise TemporaryFailure(_("The secret of the SMS provider cannot be read."))
        if gateway.provider == SmsGateway.Provider.TWILIO:
            return self._twilio(gateway, secret, to, text)
        return self._generic(gateway, secret, to, text, key)

    def _gateway(self, payload: Payload) -> SmsGateway:
        chosen = {"pk": payload["gateway"]} if payload.get("gateway") else {"enabled": True}
        gateway = SmsGateway.objects.filter(**chosen).first()
        if gateway is None:
            raise TemporaryFailure(_("No SMS provider is in use."))
        return gateway

    def _twilio(self, gateway: SmsGateway, secret: str, to: str, text: str) -> Result:
        """https://www.twilio.com/docs/messaging/api/message-resource: it knows no key against repeats."""
        answer = posting.post(
            f"{gateway.base}/2010-04-01/Accounts/{gateway.account}/Messages.json",
            urlencode({"To": to, "From": gateway.sender, "Body": text}).encode(),
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": _basic(gateway.account, secret),
                "Accept": "application/json",
            },
        )
        said = _json(answer.body)
        if answer.status != 201:
            raise posting.failure(
                answer.status, " ".join(str(said[part]) for part in ("code", "message") if part in said)
            )
        return Result(delivered=False, reference=str(said.get("sid", "")))

    def _generic(self, gateway: SmsGateway, secret: str, to: str, text: str, key: str) -> Result:
        values = {"to": to, "text": text, "sender": gateway.sender, "key": key}
        if gateway.body_format == SmsGateway.BodyFormat.JSON:
            body, kind = json.dumps(_filled(json.loads(gateway.body), values)).encode(), "application/json"
        else:
            fields = [line.split("=", 1) for line in gateway.body.splitlines() if "=" in line]
            pairs = [(name.strip(), _filled(value.strip(), values)) for name, value in fields]
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        answer = posting.post(
            gateway.base, body, {"Content-Type": kind, "Idempotency-Key": key} | _sign_in(gateway, secret)
        )
        if not 200 <= answer.status < 300:
            raise posting.failure(answer.status, answer.body.decode("utf-8", "replace"))
        said = _json(answer.body)
        reference = next((str(said[name]) for name in ("id", "sid", "message_id", "messageId") if said.get(name)), "")
        return Result(delivered=False, reference=reference[:200])

    def summary(self, payload: Payload) -> Summary:
        return Summary(recipient=payload["to"], subject=payload["text"])

    def is_set_up(self) -> bool:
        return SmsGateway.objects.filter(enabled=True).exists()

    def progress(self, result: Mapping[str, Any]) -> str:
        return ""

    def notice(self) -> str:
        return ""


def _basic(account: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{account}:{secret}".encode()).decode()


def _sign_in(gateway: SmsGateway, secret: str) -> dict[str, str]:
    if gateway.signs_in == SmsGateway.SignsIn.BASIC:
        return {"Authorization": _basic(gateway.account, secret)}
    if gateway.signs_in == SmsGateway.SignsIn.HEADER:
        return {gateway.header: secret}
    return {"Authorization": f"Bearer {secret}"}


def _filled(shape: Any, values: Mapping[str, str]) -> Any:
    """The provider's shape with our values in it. Filled in after it was parsed, so no value can change the shape."""
    if isinstance(shape, dict):
        return {name: _filled(part, values) for name, part in shape.items()}
    if isinstance(shape, list):
        return [_filled(part, values) for part in shape]
    if isinstance(shape, str):
        return re.sub(r"\{(to|text|sender|key)\}", lambda match: values[match[1]], shape)
    return shape


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
