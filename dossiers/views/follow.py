"""The public page on which a citizen follows a dossier: /volg/."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dossiers import actions
from dossiers.models import Dossier, FollowLink
from dossiers.models.event import STATUS_EVENTS
from dossiers.panels import citizen_panels_for


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Where a citizen sees how a dossier stands. A wrong or old link reveals nothing, not even which it is."""
    link = FollowLink.objects.from_token(token, timezone.now())
    if link is None:
        response = render(request, "dossiers/follow_unknown.html", status=404)
    else:
        dossier = Dossier.objects.for_list().get(pk=link.dossier_id)
        context = follow_context(dossier, timezone.now()) | {
            "token": token,
            "panels": citizen_panels_for(request, link),
        }
        response = render(request, "dossiers/follow.html", context)
    response["Referrer-Policy"] = "no-referrer"  # the address itself is the key
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def follow_short(request: HttpRequest, code: str) -> HttpResponse:
    """The short address of a text message leads to the real one."""
    link = FollowLink.objects.from_code(code, timezone.now())
    if link is None:
        return follow(request, token="")
    response = redirect(link)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def follow_context(dossier: Dossier, now: datetime) -> dict[str, Any]:
    """What the citizen may know: statuses in the citizens' words and the letters, never who handled it."""
    labels = dict(dossier.process_version.statuses.values_list("key", "citizen_label"))
    events = dossier.events.uncorrected().filter(kind__in=STATUS_EVENTS)
    letters_by_event = {letter.event_id: letter for letter in dossier.notifications.all()}
    return {
        "dossier": dossier,
        "promised": actions.citizen_date(dossier.promised_at) if dossier.due_at else "",
        "is_late": dossier.promised_at is not None and dossier.promised_at < now,
        "history": [
            {"at": event.at, "label": labels.get(event.to_status, ""), "letter": letters_by_event.get(event.pk)}
            for event in events.order_by("-sequence")
        ],
    }
