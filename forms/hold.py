"""Which forms in progress this browser may open: a signed cookie for each.

The cookie says which form, and when something was last done in it. While that is less than LOKET_FORM_TIMEOUT ago the
form is *open*. After that it is *closed*: no page shows an answer any more, for the next person may sit at the same
computer, but the browser still proves that the form was begun here (see forms.resuming for how it is opened again).

A cookie for each form, and not the session: pages in two tabs never overwrite each other's, and it has nothing to do
with who is signed in as staff.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from forms.keeping import KEPT

PREFIX = "formulier_"
PATH = "/formulieren/"
AT_MOST = 10
"""Forms in progress that one browser may have: browsers limit cookies, and servers the length of their header."""

signer = signing.Signer(sep=".", salt="forms.hold")


class Hold(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    NONE = "none"


def hold_of(request: HttpRequest, uuid: UUID, at: datetime) -> Hold:
    """What this browser may do with this form."""
    return _state(_active_at(request, f"{PREFIX}{uuid.hex}"), at)


def held(request: HttpRequest, at: datetime, *states: Hold) -> list[UUID]:
    """The forms in one of these states, the one that was worked on last first."""
    found = [(active, uuid) for uuid, active in _all(request) if _state(active, at) in states]
    return [uuid for _active, uuid in sorted(found, reverse=True)]


def take(request: HttpRequest, response: HttpResponse, uuid: UUID, at: datetime) -> None:
    """Open the form in this browser, or keep it open; the oldest make room."""
    _write(response, uuid, at)
    if not request.session.session_key:
        request.session.create()  # limits count browsers by it
    others = [other for other in held(request, at, *Hold) if other != uuid]
    for other in others[AT_MOST - 1 :]:
        forget(response, other)


def close(response: HttpResponse, uuid: UUID, at: datetime) -> None:
    """As if nothing was done for too long."""
    _write(response, uuid, at - settings.FORM_TIMEOUT)


def forget(response: HttpResponse, uuid: UUID) -> None:
    """From now on this browser knows nothing of the form."""
    response.delete_cookie(f"{PREFIX}{uuid.hex}", path=PATH, samesite="Lax")


def cookie_value(uuid: UUID, at: datetime) -> str:
    return signer.sign(f"{uuid.hex}-{int(at.timestamp())}")


def _write(response: HttpResponse, uuid: UUID, at: datetime) -> None:
    response.set_cookie(
        f"{PREFIX}{uuid.hex}",
        cookie_value(uuid, at),
        max_age=KEPT,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _all(request: HttpRequest) -> Iterator[tuple[UUID, datetime]]:
    for name in request.COOKIES:
        if name.startswith(PREFIX) and (active := _active_at(request, name)):
            yield UUID(hex=name.removeprefix(PREFIX)), active


def _active_at(request: HttpRequest, name: str) -> datetime | None:
    try:
        key, _dash, seconds = signer.unsign(request.COOKIES.get(name, "")).partition("-")
    except signing.BadSignature:
        return None
    return datetime.fromtimestamp(int(seconds), UTC) if name == f"{PREFIX}{key}" else None


def _state(active: datetime | None, at: datetime) -> Hold:
    if active is None or active + KEPT <= at:
        return Hold.NONE
    return Hold.OPEN if at < active + settings.FORM_TIMEOUT else Hold.CLOSED
