"""A dossier of which the data were destroyed can be looked at, and nothing else."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _

from dossiers.models import Dossier


def only_living(patterns: Iterable[URLPattern]) -> None:
    """Whoever asks for one of these of a destroyed dossier is sent to its page, which asks whether he may see it."""
    for pattern in patterns:
        pattern.callback = _living(pattern.callback)


def _living(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def answer(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        if Dossier.objects.filter(pk=pk, anonymised_at__isnull=False).exists():
            messages.warning(request, _("The data of this dossier were destroyed. Nothing can be done in it any more."))
            return redirect("dossiers:dossier", pk)
        return view(request, pk=pk, **kwargs)

    return answer
