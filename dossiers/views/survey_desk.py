"""Asking a citizen at the desk how satisfied he or she is: /beheer/dossiers/<pk>/tevredenheid/."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedView
from dossiers import actions
from dossiers.models import Dossier, SurveyInvitation
from dossiers.views.survey import KIOSK


class AskAtDesk(ScopedView):
    """The code and the screen with which a citizen at the desk answers."""

    model = Dossier
    permission = "dossiers.view_dossier"

    def get_queryset(self) -> Any:
        return super().get_queryset().for_list()

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self.get_object()
        AccessLog.objects.record(user=self.user, action="view", obj=dossier, at=timezone.now())
        return self.page(dossier)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self.get_object()
        try:
            invitation = actions.invite_at_desk(dossier=dossier, by=Actor.staff(self.user), at=timezone.now())
        except actions.StepRefused as refused:
            messages.error(request, str(refused))
            return redirect(dossier)
        AccessLog.objects.record(user=self.user, action="survey_code", obj=invitation, at=timezone.now())
        return self.page(dossier, invitation)

    def page(self, dossier: Dossier, invitation: SurveyInvitation | None = None) -> HttpResponse:
        title = _("Ask for satisfaction at the desk")
        context = {
            "header_title": f"{title} – {dossier.number}",
            "breadcrumbs_items": [
                {"url": reverse("dossiers:list"), "label": _("Dossiers")},
                {"url": dossier.get_absolute_url(), "label": dossier.number},
                {"url": "", "label": title},
            ],
            "title": title,
            "dossier": dossier,
            "invitation": invitation,
            "screen": f"{reverse('survey_code')}?{KIOSK}",
        }
        return render(self.request, "dossiers/survey_desk.html", context)
