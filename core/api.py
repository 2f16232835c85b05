"""What every part of the API shares: one shape for all that goes wrong, and what requests look like."""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.parser import Parser
from pydantic import Field

MOST_BYTES = 1024 * 1024
"""Of a request in JSON. Files have limits of their own."""


class Problem(Schema):
    """Wat er fout liep. Elke fout van de API heeft deze vorm."""

    fout: str = Field(description="Wat er fout is en wat u kunt doen, in gewone taal.")
    velden: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Per vraag (of per onderdeel van de aanvraag) wat er fout is. In lijsten: kinderen.0.naam.",
    )
    versie: int | None = Field(None, description="Bij 409: de versie van het formulier die u moet gebruiken.")


class ApiProblem(Exception):
    """Answered with a Problem and this status."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        fields: dict[str, list[str]] | None = None,
        version: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.status, self.message, self.fields, self.version = status, message, fields or {}, version
        self.retry_after = retry_after
        super().__init__(message)

    def as_json(self) -> dict[str, Any]:
        return {"fout": str(self.message), "velden": self.fields, "versie": self.version}


class StrictParser(Parser):
    """JSON as the standard says: no NaN, no Infinity; decimals to the last digit."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_float=Decimal, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON.")


def takes(content_type: str, *, most_bytes: int = MOST_BYTES) -> Callable[..., Any]:
    """A decorator for ``decorate_view``: refuses another type of content (415) and too much of it (413), unread."""

    def decorator(run: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(run)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.content_type != content_type:
                return problem_response(415, accept=content_type)
            if int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes:
                return problem_response(413)
            return run(request, *args, **kwargs)

        return wrapper

    return decorator


def problem_response(status: int, message: str = "", *, accept: str = "") -> JsonResponse:
    """The answer when there is nothing more to say than the status."""
    response = JsonResponse({"fout": message or message_for(status), "velden": {}, "versie": None}, status=status)
    if accept:
        response["Accept"] = accept
    return response


def message_for(status: int) -> str:
    return {
        400: _("This request cannot be read."),
        403: _("This is not allowed."),
        404: _("This address does not exist."),
        405: _("This address does not take this method."),
        410: _("This form is not available now."),
        413: _("This is too much at once."),
        415: _("This type of content cannot be read here."),
        422: _("Something in the request is not right."),
        429: _("There were too many requests. Try again later."),
    }.get(status, _("Something went wrong on our side. Try again later.") if status >= 500 else _("This did not work."))
