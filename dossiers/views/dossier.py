"""The page of one dossier, and its buttons."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedAction, ScopedView
from dossiers import actions
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.models.event import STATUS_EVENTS
from dossiers.panels import panels_for
from dossiers.views.deadline import Deadline


class DossierPage(ScopedView):
    """Everything of one dossier at a glance, and the buttons that its process allows."""

    model = Dossier
    permission = "dossiers.view_dossier"

    def get_queryset(self) -> DossierQuerySet:
        dossiers: DossierQuerySet = super().get_queryset()
        return dossiers.for_list()

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self.get_object()
        now = timezone.now()
        AccessLog.objects.record(user=self.user, action="view", obj=dossier, at=now)
        may_handle = self.user.has_perm("dossiers.handle_dossier")
        return render(
            request,
            "dossiers/dossier.html",
            {
                "header_title": dossier.number,
                "breadcrumbs_items": [
                    {"url": reverse("dossiers:list"), "label": _("Dossiers")},
                    {"url": "", "label": dossier.number},
                ],
                "dossier": dossier,
                "deadline": Deadline.of(dossier, now, actions.working_calendar()),
                "contacts": dossier.contacts.select_related("party"),
                "timeline": timeline(dossier),
                "panels": panels_for(request, dossier),
                "steps": dossier.possible_steps() if may_handle else [],
                "may_handle": may_handle,
            },
        )


def timeline(dossier: Dossier) -> list[dict[str, Any]]:
    """The history for people, newest first: each event with the letter it sent and the words of its statuses."""
    labels = dict(dossier.process_version.statuses.values_list("key", "label"))
    events = dossier.events.prefetch_related("notifications__delivery").order_by("-sequence")
    return [
        {
            "event": event,
            "status": labels.get(event.to_status, event.to_status),
            "is_status": event.kind in STATUS_EVENTS,
            "letters": list(event.notifications.all()),
        }
        for event in events
    ]


class DossierAction(ScopedAction):
    """One button on the dossier page."""

    model = Dossier
    permission = "dossiers.handle_dossier"

    def act(self, dossier: Dossier, by: Actor, at: datetime) -> str:
        """Do it, and return what to tell the clerk. May raise StepRefused."""
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        dossier = self.get_object()
        try:
            messages.success(request, self.act(dossier, Actor.staff(self.user), timezone.now()))
        except actions.StepRefused as refused:
            messages.error(request, str(refused))
        return redirect(dossier)


class ConfirmParty(DossierAction):
    def act(self, dossier: Dossier, by: Actor, at: datetime) -> str:
        actions.confirm_party(dossier=dossier, by=by, at=at)
        return _("The person is confirmed.")


class DetachParty(DossierAction):
    def act(self, dossier: Dossier, by: Actor, at: datetime) -> str:
        actions.detach_party(dossier=dossier, by=by, at=at)
        return _("This dossier now has a contact record of its own.")


class RevokeFollowLinks(DossierAction):
    def act(self, dossier: Dossier, by: Actor, at: datetime) -> str:
        actions.revoke_follow_links(dossier=dossier, by=by, at=at)
        return _("The old link no longer works. The next letter holds the new one.")
