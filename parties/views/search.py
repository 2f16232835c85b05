"""Looking somebody up: /beheer/contacten/."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.models import AccessLog
from core.views import ScopedView
from parties.finding import LONGEST, REVEAL, SHORTEST, facts_about, find, national_number
from parties.models import Party

LIMIT = 20


class PartySearch(ScopedView):
    """One box, and who was found. Every record that it shows is written in the access log.

    The box is posted, and an address of its own is made of the words, so that one can go back to it. Not of a national
    number: addresses are written in logs and kept by browsers.
    """

    model = Party
    permission = "parties.view_party"

    def get(self, request: HttpRequest) -> HttpResponse:
        words = _tidy(request.GET.get("q", ""))
        if national_number(words):  # somebody typed it in the address
            return self.page("", national=True)
        return self.page(words, kind=_kind(request.GET.get("soort", "")))

    def post(self, request: HttpRequest) -> HttpResponse:
        words, kind = _tidy(request.POST.get("q", "")), _kind(request.POST.get("soort", ""))
        if national_number(words):
            return self.page(words, kind=kind, national=True)
        query = {name: value for name, value in (("q", words), ("soort", kind)) if value}
        return redirect(f"{reverse('parties:list')}?{urlencode(query)}" if query else "parties:list")

    def page(self, words: str, *, kind: str = "", national: bool = False) -> HttpResponse:
        found = find(words, user=self.user, limit=LIMIT + 1, kind=kind, with_national_number=national)
        shown = found[:LIMIT]
        parties = [each.party for each in shown]
        AccessLog.objects.record_all(user=self.user, action="search", objects=parties, at=timezone.now())
        prefetch_related_objects(parties, "contact_points", "addresses", "identifiers")
        facts = facts_about(parties, self.user)
        context = {
            "header_title": _("Persons and organisations"),
            "breadcrumbs_items": [{"url": "", "label": _("Persons and organisations")}],
            "words": words,
            "kind": kind,
            "kinds": Party.Kind.choices,
            "shortest": SHORTEST,
            "longest": LONGEST,
            "too_short": 0 < len(words) < SHORTEST,
            "rows": [(each, _Known(each.party), facts.get(each.party.pk, [])) for each in shown],
            "more": len(found) > LIMIT,
            "national": national,
            "may_reveal": self.user.has_perm(REVEAL),
        }
        return render(self.request, "parties/search.html", context)


class _Known:
    """What tells people of one name apart in a list: the rest stands on their page."""

    def __init__(self, party: Party) -> None:
        today = timezone.localdate()
        self.points = [point for point in party.contact_points.all() if point.ended_at is None][:3]
        addresses = [each for each in party.addresses.all() if each.until is None or each.until >= today]
        self.address = addresses[0] if addresses else None
        self.numbers = [each for each in party.identifiers.all() if each.value]


def _tidy(words: str) -> str:
    return " ".join(words.replace("\x00", "").split())[:LONGEST]


def _kind(value: str) -> str:
    return value if value in Party.Kind.values else ""
