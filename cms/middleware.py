"""Middleware of the whole site."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.functional import SimpleLazyObject

from cms import second_step
from core.api import problem_response
from dossiers import signed_in
from forms.models import EmbedHost


class ProxyMiddleware:
    """Behind proxies of our own, the address of the visitor is the one that the outermost of them saw.

    Without this every visitor has the address of the proxy, and eight wrong guesses at one name lock a colleague out
    everywhere. Only there when LOKET_PROXIES says how many proxies there are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        addresses = request.headers.get("X-Forwarded-For", "").split(",")
        if len(addresses) >= settings.PROXIES and (address := addresses[-settings.PROXIES].strip()):
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


class ApiMiddleware:
    """At /api/v1/: no cookies, one shape for every error, and answers for scripts of websites that are on the list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/v1/"):
            return self.get_response(request)
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        request.COOKIES = {}  # whoever is signed in here is nobody there
        response = HttpResponse(status=204) if is_preflight else self.get_response(request)
        if response.status_code >= 400 and not response.get("Content-Type", "").startswith("application/json"):
            response = self._as_problem(response)
        patch_vary_headers(response, ["Origin"])
        response["Cache-Control"] = "no-store"
        origin = request.headers.get("Origin", "")
        if origin and EmbedHost.objects.allows(origin):
            response["Access-Control-Allow-Origin"] = origin
            if is_preflight:
                response["Access-Control-Allow-Methods"] = "GET, POST"
                response["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key"
                response["Access-Control-Max-Age"] = "600"
        return response

    def _as_problem(self, response: HttpResponse) -> HttpResponse:
        problem = problem_response(response.status_code)
        for name in ("Allow", "Retry-After"):
            if name in response:
                problem[name] = response[name]
        return problem


class PlainRequestMiddleware:
    """Answers 400 to what no browser of a person sends: a NUL in the address, which PostgreSQL cannot keep or search,
    form data in another encoding than UTF-8, and half a form of an editor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if "%00" in request.META.get("QUERY_STRING", "") or charset.casefold() not in {"utf-8", "utf8"}:
            return HttpResponseBadRequest()
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Wagtail's editors take for granted that a form comes whole, with the number of blocks in each body."""
        if isinstance(exception, MultiValueDictKeyError) and request.path.startswith("/beheer/"):
            return HttpResponseBadRequest()
        return None


class PermissionsPolicyMiddleware:
    """What the site may ask of the device: only the location, and only we ourselves (a place in a form)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=()")
        return response


class AdminPolicyMiddleware:
    """Loosens the content security policy under /beheer/, and only there.

    Wagtail's own templates still hold inline scripts (date pickers, inline panels); everything a citizen sees keeps
    the strict policy of the settings.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/beheer/"):
            response._csp_update = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]  # django-csp's door
            response["Cache-Control"] = "no-store"
        return response


class SignedInMiddleware:
    """What was made for a citizen who signed in is kept by no cache, whichever page it is, found or not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if vars(request).get(signed_in.KNOWN):
            add_never_cache_headers(response)
        return response


class SecondFactorMiddleware:
    """Who gave a password, and still owes the second step, is nobody: on every page, file and address of the API.

    Such a person stays known as ``request.signing_in``, for the pages of that step alone. Within /beheer/ every other
    address leads there; elsewhere it shows what anybody sees.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Not asked before somebody wants to know, so that a page without people still opens without the session.
        vars(request)["user"] = SimpleLazyObject(partial(self._known, request, request.user))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.path.startswith("/beheer/") or second_step.is_open(request):
            return None
        if request.user.is_authenticated or not second_step.signing_in(request):
            return None
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            raise PermissionDenied
        return second_step.ask(request)

    def _known(self, request: HttpRequest, user: Any) -> Any:
        if user.is_authenticated and second_step.is_missing(user, request.session):
            vars(request)["signing_in"] = user
            return AnonymousUser()
        return user
