"""What we know of somebody, for who asks: ask for the archive, and take it along."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from core.actors import Actor
from core.models import AccessLog
from core.views import ScopedAction, ScopedView
from parties import access
from parties.models import AccessRequest, Party

PERMISSION = "parties.export_party"


class AccessPanel:
    """On the page of a party, for who may give somebody everything."""

    title: str | Promise = gettext_lazy("Right of access")
    order = 900

    def render(self, request: HttpRequest, party: Party) -> str:
        if not request.user.has_perm(PERMISSION):
            return ""
        asked = party.access_requests.select_related("asked_by")[:5]
        return render_to_string("parties/_access.html", {"party": party, "asked": asked}, request=request)


class AskAccess(ScopedAction):
    model = Party
    permission = PERMISSION

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        party: Party = self.get_object()
        reason = request.POST.get("reden", "")
        try:
            access.ask_access(party=party, reason=reason, by=Actor.staff(self.user), at=timezone.now())
        except access.ReasonNeeded as needed:
            messages.error(request, str(needed))
        else:
            messages.success(request, _("The archive is being made. It stands here in a minute."))
        return redirect(f"{party.get_absolute_url()}#panel-access")


@method_decorator(never_cache, name="dispatch")
class TakeArchive(ScopedView):
    model = AccessRequest
    permission = PERMISSION

    def get(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        asked: AccessRequest = self.get_object()
        if not asked.file:
            raise Http404
        AccessLog.objects.record(user=self.user, action="export", obj=asked.party, at=timezone.now())
        return FileResponse(asked.file.open("rb"), as_attachment=True, filename="inzage.zip")
