"""The API of Loket at /api/v1/: its floors' routers under one description. Each floor keeps its own in ``api.py``."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from core.api import ApiProblem, StrictParser, message_for
from forms.api import router as forms_router

DESCRIPTION = """
Lees formulieren, controleer antwoorden en verstuur ze, zoals een burger dat op de website doet: met dezelfde controles
en dezelfde grenzen. Er zijn geen sleutels of wachtwoorden nodig. Verstuurde formulieren kunt u hier niet lezen.
"""

# No page with documentation: the one that comes with it needs inline scripts, which our policy refuses.
api = NinjaAPI(
    title=f"Loket {settings.MUNICIPALITY}",
    version="1",
    description=DESCRIPTION.strip(),
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
)
api.add_router("/formulieren", forms_router)


@api.exception_handler(ApiProblem)
def problem(request: HttpRequest, error: ApiProblem) -> HttpResponse:
    response = api.create_response(request, error.as_json(), status=error.status)
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The outside of the request is wrong: a header, a part that is missing."""
    fields: dict[str, list[str]] = {}
    for one in error.errors:
        place = next((part for part in reversed(one["loc"]) if isinstance(part, str)), "aanvraag")
        fields.setdefault(place, []).append(_words(one["type"]))
    if any(one["loc"][0] == "path" for one in error.errors):
        return problem(request, ApiProblem(404, message_for(404)))
    return problem(request, ApiProblem(422, message_for(422), fields=fields))


def _words(kind: str) -> str:
    if kind == "missing":
        return _("This is missing.")
    if kind.startswith("uuid"):
        return _("Give a UUID, such as 6f1c3c2e-5b1d-4b7e-9d0a-0c5b8f2f4a11.")
    return _("This does not have the right form.")


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    message = _("This is no valid JSON.") if error.status_code == 400 else message_for(error.status_code)
    return problem(request, ApiProblem(error.status_code, message))


@api.exception_handler(RequestDataTooBig)
def too_much(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, ApiProblem(413, message_for(413)))


@api.exception_handler(Http404)
def unknown(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(request, ApiProblem(404, message_for(404)))
