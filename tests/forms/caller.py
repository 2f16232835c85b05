"""A program that fills in forms through the API."""

import json
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forms.models import FormVersion
from tests.forms import builder

ANSWERS = {
    "wat": "losse-tegel",
    "verhaal": "Ik ben bijna gevallen.",
    "waar": "Statielei 10",
    "naam": "Fatima El Amrani",
    "email": "fatima@example.org",
    "telefoon": "0470 12 34 56",
}


def open_form(*steps: dict[str, Any], **changes: Any) -> FormVersion:
    """A published form that may be filled in by the API."""
    return builder.published_form(*steps, **{"api_allowed": True} | changes)


class Caller:
    def __init__(self, slug: str = "melding-openbaar-domein", **headers: str) -> None:
        self.client = Client(enforce_csrf_checks=True, headers=headers or None)
        self.slug = slug
        self.key = str(uuid4())

    def address(self, end: str = "") -> str:
        return f"/api/v1/formulieren/{self.slug}/{end}"

    def read(self) -> dict[str, Any]:
        response = self.client.get(self.address())
        assert response.status_code == 200, response.content
        return response.json()

    def post(self, end: str, body: Any, *, key: str | None = None, **headers: str) -> Any:
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {"Idempotency-Key": key or self.key} | headers
        return self.client.post(self.address(end), content, content_type="application/json", headers=headers)

    def check(self, answers: Any, **more: Any) -> Any:
        return self.post("controle/", {"antwoorden": answers} | more)

    def send(self, answers: Any, *, key: str | None = None, **more: Any) -> Any:
        return self.post("inzendingen/", {"antwoorden": answers} | more, key=key)

    def upload(self, question: str, file: SimpleUploadedFile, *, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key or self.key}
        return self.client.post(self.address("uploads/"), {"vraag": question, "bestand": file}, headers=headers)
