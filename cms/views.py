"""Answers that belong to no page: a refused form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The check that a form comes from our own page failed (``CSRF_FAILURE_VIEW``); the reason is for developers."""
    return render(request, "cms/csrf_failure.html", status=403)
