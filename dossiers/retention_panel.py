"""On the page of a dossier: how long it is kept, and whether somebody keeps it longer."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User
from dossiers import retention
from dossiers.models import Dossier, Hold
from dossiers.permissions import may_handle


class RetentionPanel:
    title: str | Promise = _("How long it is kept")
    order = 900

    def render(self, request: HttpRequest, dossier: Dossier) -> str:
        term = retention.term_of(dossier.process_version)
        context = {
            "dossier": dossier,
            "due": retention.due_of(dossier),
            "years": term.years if term else None,
            "held": Hold.objects.on(timezone.localdate()).filter(dossier=dossier).select_related("by").first(),
            "may_hold": isinstance(request.user, User) and may_handle(request.user, dossier),
        }
        return render_to_string("dossiers/retention/_panel.html", context, request=request)
