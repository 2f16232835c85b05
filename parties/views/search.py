"""Looking somebody up: /beheer/contacten/."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import AccessLog
from core.views import ScopedView
from parties.finding import SHORTEST, find
from parties.models import Party


class PartySearch(ScopedView):
    """One box, and who was found. Every record that it shows is written in the access log."""

    model = Party
    permission = "parties.view_party"

    def get(self, request: HttpRequest) -> HttpResponse:
        words = " ".join(request.GET.get("q", "").split())
        found = find(words, user=self.user)
        AccessLog.objects.record_all(
            user=self.user, action="search", objects=[each.party for each in found], at=timezone.now()
        )
        context = {
            "header_title": _("Persons and organisations"),
            "breadcrumbs_items": [{"url": "", "label": _("Persons and organisations")}],
            "words": words,
            "shortest": SHORTEST,
            "found": found,
        }
        return render(request, "parties/search.html", context)
