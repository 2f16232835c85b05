"""Mijn dossiers, /volg/: a link by mail or text message, to the dossiers in which that address or number was given."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from dossiers import actions, signed_in
from dossiers.follow_forms import AskLinkForm
from dossiers.models import CitizenLogin
from integrations import health
from parties.actions import SignedIn

MOST = 200
"""Dossiers on one page; who has more asks us for the older ones."""
SESSION_KEY = "my_dossiers"
TOO_MANY = gettext_lazy("From your connection too many links were asked. Try again in an hour.")


def open_login(request: HttpRequest) -> CitizenLogin | None:
    """The link that this browser used, for as long as half an hour. The session holds its number, not the address."""
    pk = request.session.get(SESSION_KEY)
    login = CitizenLogin.objects.filter(pk=pk).first() if pk else None
    return login if login and login.is_open(timezone.now()) else None


def close_list(request: HttpRequest) -> None:
    if login := open_login(request):
        actions.log_out(login=login, at=timezone.now())
    request.session.pop(SESSION_KEY, None)


@method_decorator(never_cache, name="dispatch")
class Page(View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response


class MyDossiers(Page):
    """Asks for the address; or, after the link was used or who it is was shown, the list."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if who := signed_in.current(request):
            return self.own(who)
        login = open_login(request)
        if login is None:
            return self.ask(AskLinkForm(by_text=health.is_open("sms")))
        links = actions.links_of(login, timezone.now())
        return render(request, "dossiers/my/list.html", {"links": links, "login": login})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AskLinkForm(request.POST, by_text=health.is_open("sms"))
        if not form.is_valid():
            return self.ask(form, status=422)
        asking: dict[str, Any] = {"network": request.META.get("REMOTE_ADDR", ""), "at": timezone.now()}
        try:
            if form.mobile:
                actions.ask_link_by_text(mobile=form.mobile, **asking)
            else:
                actions.ask_link(email=form.cleaned_data["to"], **asking)
        except actions.TooManyAsked:
            form.add_error(None, TOO_MANY)
            return self.ask(form, status=429)
        return redirect("my_dossiers_texted" if form.mobile else "my_dossiers_sent")

    def own(self, who: SignedIn) -> HttpResponse:
        """Of who signed in: those of the organisation apart, since one acts there for somebody else."""
        found = signed_in.dossiers_of(who).select_related("status", "process_version")
        newest = list(found.order_by("-first_contact_at", "-pk")[: MOST + 1])
        links = [signed_in.link_to(dossier) for dossier in newest[:MOST]]
        theirs = who.organisation.pk if who.organisation else None
        context = {
            "mine": [link for link in links if link.dossier.initiator_id != theirs],
            "theirs": [link for link in links if link.dossier.initiator_id == theirs] if theirs else [],
            "organisation": who.organisation,
            "most": MOST if len(newest) > MOST else 0,
        }
        return render(self.request, "dossiers/my/own.html", context)

    def ask(self, form: AskLinkForm, *, status: int = 200) -> HttpResponse:
        return render(self.request, "dossiers/my/ask.html", {"form": form}, status=status)


class Sent(Page):
    """The same words, whether or not we know the address or the number."""

    by_text = False

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "dossiers/my/sent.html", {"by_text": self.by_text})


class UseLink(Page):
    """Where the message leads. Programs that open links to look for viruses do not use it up: a person clicks."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        login = CitizenLogin.objects.unused(token, timezone.now()).first()
        if login is None:
            return render(request, "dossiers/my/used.html", status=404)
        return render(request, "dossiers/my/use.html", {"login": login})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        login = actions.use_link(token=token, at=timezone.now())
        if login is None:
            return render(request, "dossiers/my/used.html", status=404)
        request.session.cycle_key()
        request.session[SESSION_KEY] = login.pk
        links = actions.links_of(login, timezone.now()) if login.dossier else []
        return redirect(next((link for link in links if link.dossier_id == login.dossier_id), "my_dossiers"))


class LogOut(Page):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        close_list(request)
        return redirect("my_dossiers")
