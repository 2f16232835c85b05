"""The work list: /beheer/dossiers/."""

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.keyset import paginate
from core.views import ScopedView
from dossiers.actions import working_calendar
from dossiers.milestones import ENDS, PAUSES
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.views.deadline import Deadline

PAGE_SIZE = 30


class DossierList(ScopedView):
    """The work list: what is due first stands on top."""

    model = Dossier
    permission = "dossiers.view_dossier"
    views = {
        "te-doen": gettext_lazy("To do"),
        "over-termijn": gettext_lazy("Overdue"),
        "mijn": gettext_lazy("Mine"),
        "wacht-op-burger": gettext_lazy("Waiting for the citizen"),
        "afgehandeld": gettext_lazy("Finished"),
    }

    def choose(self, name: str, now: datetime) -> DossierQuerySet:
        dossiers: DossierQuerySet = self.get_queryset()
        match name:
            case "over-termijn":
                return dossiers.overdue(now)
            case "mijn":
                return dossiers.open().filter(handler=self.user)
            case "wacht-op-burger":
                return dossiers.filter(status__milestone__in=PAUSES)
            case "afgehandeld":
                return dossiers.filter(status__milestone__in=ENDS)
        return dossiers.open().exclude(status__milestone__in=PAUSES)

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        shown = request.GET.get("toon", "")
        shown = shown if shown in self.views else "te-doen"
        dossiers = self.choose(shown, now).for_list()
        if words := request.GET.get("q", "").strip()[:100]:
            dossiers = dossiers.filter(
                Q(number__icontains=words)
                | Q(subject__icontains=words)
                | Q(initiator__name__icontains=words)
                | Q(representative__name__icontains=words)
                | Q(place__icontains=words)
            )
        order = ["-opened_at", "-pk"] if shown == "afgehandeld" else ["due_at", "pk"]
        page = paginate(dossiers, order=order, cursor=request.GET.get("vanaf"), size=PAGE_SIZE)
        calendar = working_calendar()
        return render(
            request,
            "dossiers/list.html",
            {
                "header_title": _("Dossiers"),
                "breadcrumbs_items": [{"url": "", "label": _("Dossiers")}],
                "views": self.views.items(),
                "shown": shown,
                "shown_label": self.views[shown],
                "words": words,
                "page": page,
                "rows": [(dossier, Deadline.of(dossier, now, calendar)) for dossier in page.rows],
            },
        )
