"""Forms in a frame on other websites (docs/decisions/0005-embedding.md).

No cookie travels to a frame on another site. What a browser would keep in one stands in the address instead: the draft,
signed, with the moment. Each page gives a fresh one, so a form that nobody touches closes by itself.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from forms.models import EmbedHost

HELD_FOR = timedelta(hours=24)
"""More than twenty hours, so that nobody needs a warning (WCAG 2.2.1). What a frame shows is gone with its page."""

signer = signing.TimestampSigner(sep=".", salt="forms.embedding")


class HeldDraft:
    """A path converter: a draft as a signed token. One that is wrong or too old is None, and its page says so."""

    regex = r"[0-9a-f]{32}\.[0-9A-Za-z]+\.[\w-]+"

    def to_python(self, token: str) -> UUID | None:
        try:
            return UUID(hex=signer.unsign(token, max_age=HELD_FOR))
        except signing.BadSignature:
            return None

    def to_url(self, uuid: UUID) -> str:
        return signer.sign(uuid.hex)


@dataclass
class Frame:
    """What the templates know of the frame around a page; stands on the request as ``frame``."""

    slug: str
    uuid: UUID | None = None

    @cached_property
    def origins(self) -> list[str]:
        return EmbedHost.objects.origins()


def address(request: HttpRequest | None, page: str, *args: Any) -> str:
    """The address of a page of a form: in the frame when this one is."""
    frame: Frame | None = getattr(request, "frame", None)
    if frame is None:
        return reverse(f"forms:{page}", args=args)
    if page in {"picture", "file"}:
        args = (frame.slug, frame.uuid, *args)
    return reverse(f"forms:embedded_{page}", args=args)


def context(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Pages in a frame hold no CSRF token: it needs a cookie."""
    return {"csrf_token": ""} if hasattr(request, "frame") else {}
