"""Tells another system that something happened: signed, and in ids only (docs/recipes/webhook.md)."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.encryption import Unreadable
from integrations import posting
from integrations.connectors.base import Payload, PermanentFailure, Result, Summary, TemporaryFailure
from integrations.models import WebhookEndpoint


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class WebhookConnector:
    """Payload: ``endpoint`` (its key and ``name``), and ``event``: ``id``, ``kind``, ``at`` and ``data``."""

    name = "webhook"
    template = "integrations/connectors/webhook.html"

    def deliver(self, payload: Payload, key: str) -> Result:
        endpoint = WebhookEndpoint.objects.filter(pk=payload["endpoint"]).first()
        if endpoint is None or not endpoint.enabled:
            raise PermanentFailure(_("This webhook is not in use any more."))
        secret = endpoint.secret
        if not secret or isinstance(secret, Unreadable):
            raise TemporaryFailure(_("The secret of the webhook cannot be read."))
        body = json.dumps(payload["event"], sort_keys=True, separators=(",", ":")).encode()
        timestamp = str(int(time.time()))
        answer = posting.post(
            endpoint.address,
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": "Loket",
                "Idempotency-Key": payload["event"]["id"],
                "Loket-Timestamp": timestamp,
                "Loket-Signature": signature(secret, timestamp, body),
            },
        )
        if not 200 <= answer.status < 300:
            raise posting.failure(answer.status, answer.body.decode("utf-8", "replace"))
        return Result(delivered=True, reference=payload["event"]["id"])

    def summary(self, payload: Payload) -> Summary:
        return Summary(recipient=payload["name"], subject=payload["event"]["kind"])

    def is_set_up(self) -> bool:
        return WebhookEndpoint.objects.filter(enabled=True).exists()

    def progress(self, result: Mapping[str, Any]) -> str:
        return ""

    def notice(self) -> str:
        return ""
