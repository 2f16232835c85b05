"""Answers that belong to no page: a refused form, a fault of ours."""

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from cms.context_processors import site


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The check that a form comes from our own page failed (``CSRF_FAILURE_VIEW``); the reason is for developers."""
    return render(request, "cms/csrf_failure.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours (``handler500``): without request or database, since either may be what failed."""
    return HttpResponseServerError(render_to_string("500.html", site()))
