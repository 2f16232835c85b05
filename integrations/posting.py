"""One HTTP POST to another system: in time, no further than the address that was asked, and honest about failure."""

import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from integrations.connectors.base import PermanentFailure, TemporaryFailure
from integrations.models.secrets import only_https

TIMEOUT = 20  # seconds for each thing we wait for
DEADLINE = 60  # seconds for the whole of an answer
LONGEST_ANSWER = 64 * 1024
# Said of our access, our account or the moment, and not of the message: that may be put right meanwhile.
PASSING = frozenset({401, 402, 403, 407, 408, 425, 429})


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Personal data go to the address that was set up and to no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_StayHere)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """The answer, whatever its status. Raises TemporaryFailure when there is none."""
    try:
        only_https(url)
        request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310  http(s) only
    except (ValidationError, ValueError) as error:
        raise PermanentFailure(_("The address cannot be used (%(error)s).") % {"error": error}) from error
    try:
        with _opener.open(request, timeout=TIMEOUT) as response:
            return Answer(response.status, _read(response))
    except urllib.error.HTTPError as error:
        with error:
            try:
                return Answer(error.code, _read(error))
            except (OSError, HTTPException):
                return Answer(error.code, b"")  # the status is answer enough
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise TemporaryFailure(_("The other system cannot be reached now (%(error)s).") % {"error": reason}) from error


def failure(status: int, said: str) -> TemporaryFailure | PermanentFailure:
    """What a status that is no success means for the message."""
    values = {"status": status, "said": said[:300] or "–"}
    if status >= 500 or status in PASSING:
        return TemporaryFailure(_("The other system does not accept it now (%(status)s: %(said)s).") % values)
    return PermanentFailure(_("The other system refused it (%(status)s: %(said)s).") % values)


def _read(response: Any) -> bytes:
    end = time.monotonic() + DEADLINE
    found = b""
    while len(found) < LONGEST_ANSWER and (part := response.read1(8192)):
        found += part
        if time.monotonic() > end:
            raise TimeoutError("the answer takes too long")
    return found
