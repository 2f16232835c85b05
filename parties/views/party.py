"""The page of one person or organisation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import AccessLog
from core.views import ScopedView
from parties.models import Party
from parties.panels import panels_for


class PartyPage(ScopedView):
    """Everything that this member of staff may know of somebody, at a glance."""

    model = Party
    permission = "parties.view_party"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        party: Party = self.get_object()
        if party.merged_into_id:  # an old link
            return redirect("parties:party", party.merged_into_id)
        AccessLog.objects.record(user=self.user, action="view", obj=party, at=timezone.now())
        context = {
            "header_title": party.name,
            "breadcrumbs_items": [
                {"url": reverse("parties:list"), "label": _("Persons and organisations")},
                {"url": "", "label": party.name},
            ],
            "party": party,
            "panels": panels_for(request, party),
        }
        return render(request, "parties/party.html", context)
