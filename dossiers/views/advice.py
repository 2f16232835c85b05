"""The public page on which somebody outside gives the advice that was asked: /advies/<token>/."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.actors import Actor, ActorKind
from dossiers import actions
from dossiers.forms import OutsideAdviceForm
from dossiers.models import Advice


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def advice(request: HttpRequest, token: str) -> HttpResponse:
    """The question, and nothing else of the dossier. A link that was used or is too old tells nothing any more."""
    response = _answer(request, Advice.objects.from_token(token, timezone.now()))
    response["Referrer-Policy"] = "no-referrer"  # the address itself is the key
    response["X-Robots-Tag"] = "noindex"
    return response


def _answer(request: HttpRequest, asked: Advice | None) -> HttpResponse:
    if asked is None:
        return render(request, "dossiers/advice_unknown.html", status=404)
    form = OutsideAdviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = Actor(ActorKind.CITIZEN, name=asked.outsider)
        try:
            actions.give_advice(advice=asked, **form.cleaned_data, by=by, at=timezone.now())
        except actions.StepRefused as refused:
            form.add_error("answer", str(refused))
        else:
            return render(request, "dossiers/advice_given.html", {"advice": asked})
    return render(request, "dossiers/advice.html", {"advice": asked, "form": form}, status=422 if form.errors else 200)
