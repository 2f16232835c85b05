"""A citizen signs in with itsme or eID, and signs out: /aanmelden/. Nothing of it is there without a provider."""

import logging
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from dossiers import signed_in
from dossiers.views.my_dossiers import Page, close_list
from integrations import openid
from integrations.openid import Reason
from parties.actions import sign_in
from parties.claims import Unusable, read_identity

logger = logging.getLogger(__name__)

PROVIDER = "citizen"
NEEDS = frozenset({"family_name"})
"""Without it in the token, the provider is asked for more."""
STATUS = {Reason.CANCELLED: 200, Reason.UNREACHABLE: 503, Reason.LOST: 400, Reason.WRONG: 403}


def own_path(where: str) -> str:
    """A path of this site, or "": nobody is led elsewhere."""
    return where if where.startswith("/") and url_has_allowed_host_and_scheme(where, None) else ""


class SigningIn(Page):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.CITIZEN_OIDC is None:
            raise Http404
        self.config = settings.CITIZEN_OIDC
        return super().dispatch(request, *args, **kwargs)

    def failed(self, reason: str, *, then: str = "", status: int = 403) -> HttpResponse:
        context = {"reason": str(reason), "then": own_path(then)}
        return render(self.request, "dossiers/signing_in/failed.html", context, status=status)


class Begin(SigningIn):
    """What it is; its button leads to the provider. ``next`` says where to go on afterwards."""

    def get(self, request: HttpRequest) -> HttpResponse:
        then = own_path(request.GET.get("next", ""))
        if signed_in.current(request):
            return redirect(then or "my_dossiers")
        return render(request, "dossiers/signing_in/begin.html", {"then": then})

    def post(self, request: HttpRequest) -> HttpResponse:
        then = own_path(request.POST.get("next", ""))
        callback = request.build_absolute_uri(reverse("signed_in_back"))
        try:
            return openid.begin(request, PROVIDER, self.config, callback=callback, then=then)
        except openid.Failed as failed:
            return self.failed(failed.reason, then=then, status=STATUS[failed.reason])


class Back(SigningIn):
    """Where the provider leads back to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            answer = openid.finish(request, PROVIDER, self.config, needs=NEEDS)
        except openid.Failed as failed:
            return self.failed(failed.reason, then=failed.then, status=STATUS[failed.reason])
        try:
            identity = read_identity(answer.claims, issuer=self.config.issuer)
        except Unusable as unusable:
            logger.warning("Sign-in at %s: not usable, %s", PROVIDER, unusable.reason)
            return self.failed(unusable.reason, then=answer.then)
        now = timezone.now()
        who = sign_in(identity=identity, legal_basis=settings.CITIZEN_OIDC_LEGAL_BASIS, at=now)
        # A national number in the token would stand in the address at signing out.
        token = "" if "rrn" in answer.claims else answer.token
        signed_in.begin(request, who, token=token, at=now)
        return redirect(answer.then or "my_dossiers")


class SignedOut(SigningIn):
    """Where one comes after signing out, here and at the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "dossiers/signing_in/signed_out.html")


def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends it here, with the list that a link by mail opened before, and leads to where it ends at the provider."""
    token = signed_in.end(request)
    close_list(request)
    back = request.build_absolute_uri(reverse("signed_out"))
    config = settings.CITIZEN_OIDC
    where = openid.sign_out_address(PROVIDER, config, back=back, token=token) if config else ""
    return redirect(where or "signed_out")
