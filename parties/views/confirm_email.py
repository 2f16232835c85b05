"""Where the mail to an e-mail address leads: /contactgegevens/<token>/. Programs that open links change nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from core.actors import Actor
from parties import actions
from parties.models import EmailChange, hash_of


@method_decorator(never_cache, name="dispatch")
class ConfirmEmail(View):
    """Says what follows, and waits for a person to press the button. It names nobody."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        # The address itself is the key, so no other site may see it. Not "no-referrer": then a form would be posted
        # without an origin, and refused.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        change = EmailChange.objects.waiting(timezone.now()).filter(token_hash=hash_of(token)).first()
        if change is None:
            return self.refuse(token)
        return render(request, "parties/public/confirm_email.html", {"change": change})

    def refuse(self, token: str) -> HttpResponse:
        """Whoever holds a link that we once sent may know what became of it."""
        change = EmailChange.objects.filter(token_hash=hash_of(token)).first()
        return render(self.request, "parties/public/email_link.html", {"change": change}, status=404)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        change = actions.confirm_email(token=token, by=Actor.citizen(), at=timezone.now())
        if change is None:
            return self.refuse(token)
        return render(request, "parties/public/email_confirmed.html", {"change": change})
