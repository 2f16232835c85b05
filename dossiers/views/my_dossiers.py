"""Mijn dossiers, /volg/: a link by mail leads to the dossiers in which that address was given."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from dossiers import actions
from dossiers.follow_forms import AskLinkForm
from dossiers.models import EmailLogin

SESSION_KEY = "my_dossiers"


def open_login(request: HttpRequest) -> EmailLogin | None:
    """The link that this browser used, for as long as half an hour. The session holds its number, not the address."""
    pk = request.session.get(SESSION_KEY)
    login = EmailLogin.objects.filter(pk=pk).first() if pk else None
    return login if login and login.is_open(timezone.now()) else None


@method_decorator(never_cache, name="dispatch")
class Page(View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response


class MyDossiers(Page):
    """Asks for the address; or, after the link was used, the list."""

    def get(self, request: HttpRequest) -> HttpResponse:
        login = open_login(request)
        if login is None:
            return render(request, "dossiers/my/ask.html", {"form": AskLinkForm()})
        links = actions.links_of(login.email, timezone.now())
        return render(request, "dossiers/my/list.html", {"links": links, "email": login.email})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AskLinkForm(request.POST)
        if form.is_valid():
            try:
                actions.ask_link(
                    email=form.cleaned_data["email"], network=request.META.get("REMOTE_ADDR", ""), at=timezone.now()
                )
            except actions.TooManyAsked:
                form.add_error(None, _("From your connection too many links were asked. Try again in an hour."))
                return render(request, "dossiers/my/ask.html", {"form": form}, status=429)
            return redirect("my_dossiers_sent")
        return render(request, "dossiers/my/ask.html", {"form": form}, status=422)


class Sent(Page):
    """The same words, whether or not we know the address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "dossiers/my/sent.html")


class UseLink(Page):
    """Where the mail leads. Programs that open links to look for viruses do not use it up: a person clicks."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not EmailLogin.objects.unused(token, timezone.now()).exists():
            return render(request, "dossiers/my/used.html", status=404)
        return render(request, "dossiers/my/use.html")

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        login = actions.use_link(token=token, at=timezone.now())
        if login is None:
            return render(request, "dossiers/my/used.html", status=404)
        request.session.cycle_key()
        request.session[SESSION_KEY] = login.pk
        return redirect("my_dossiers")


class LogOut(Page):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if login := open_login(request):
            actions.log_out(login=login, at=timezone.now())
        request.session.pop(SESSION_KEY, None)
        return redirect("my_dossiers")
