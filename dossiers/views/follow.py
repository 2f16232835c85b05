"""The public page on which a citizen follows a dossier: /volg/<token>/. What one can do there: follow_actions.py."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dossiers import actions
from dossiers.milestones import Milestone
from dossiers.models import Document, Dossier, FollowLink, Message
from dossiers.models.event import STATUS_EVENTS, EventKind
from dossiers.panels import citizen_panels_for
from dossiers.progress import stages
from dossiers.signed_in import link_of, referrer_policy
from integrations import health

WITHOUT_A_STATUS = (EventKind.PROMISE, EventKind.CORRECTED)
"""What we wrote to the citizen while the status stayed, or went back."""


def unknown(request: HttpRequest) -> HttpResponse:
    """A wrong or old link reveals nothing, not even which it is."""
    return render(request, "dossiers/follow_unknown.html", status=404)


def destroyed(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    """Who had the link reads why there is nothing any more."""
    return render(request, "dossiers/follow_destroyed.html", {"dossier": dossier}, status=410)


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Where a citizen sees how a dossier stands, and what he or she can do."""
    now = timezone.now()
    link = link_of(request, token, now)
    if link is None:
        gone = FollowLink.objects.of_destroyed(token)
        response = destroyed(request, gone.dossier) if gone else unknown(request)
    else:
        dossier = Dossier.objects.for_list().get(pk=link.dossier_id)
        context = follow_context(dossier, now) | {
            "link": link,
            "token": token,
            "panels": citizen_panels_for(request, link),
        }
        if link.goes_to_the_citizen:
            context |= own_context(dossier, context["history"])
        else:
            context["offers_text"] = offers_text(link)
            context["is_on_paper"] = not link.email
        response = render(request, "dossiers/follow.html", context)
    response["Referrer-Policy"] = referrer_policy(request)
    response["X-Robots-Tag"] = "noindex"
    return response


def offers_text(link: FollowLink) -> bool:
    """Whether who follows by this link may ask for one by text message: of who gave no e-mail address we know no more
    than that there may be a number. Says nothing about whether there is one."""
    return not link.email and not link.goes_to_the_citizen and health.is_open("sms")


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
    statuses = list(dossier.process_version.statuses.all())
    labels = {status.key: status.citizen_label for status in statuses}
    events = list(dossier.events.uncorrected().filter(kind__in=STATUS_EVENTS).order_by("-sequence"))
    letters = list(dossier.notifications.select_related("event"))
    letters_by_event = {letter.event_id: letter for letter in letters}
    told = [
        (event, {"label": labels.get(event.to_status, ""), "letter": letters_by_event.get(event.pk)})
        for event in events
    ]
    told += [
        (letter.event, {"label": letter.subject, "letter": letter})
        for letter in letters
        if letter.event.kind in WITHOUT_A_STATUS
    ]
    told.sort(key=lambda each: (each[0].at, each[0].sequence), reverse=True)
    history: list[dict[str, Any]] = [{"at": event.at, **entry} for event, entry in told]
    return {
        "dossier": dossier,
        "is_waiting": dossier.status.milestone == Milestone.WAITING_FOR_CITIZEN,
        "promised": actions.citizen_date(dossier.promised_at) if dossier.due_at else "",
        "is_late": dossier.promised_at is not None and dossier.promised_at < now,
        "stages": stages(
            offered={status.milestone for status in statuses},
            reached=[event.milestone for event in reversed(events) if event.milestone] or [dossier.status.milestone],
        ),
        "history": history,
    }


def own_context(dossier: Dossier, history: list[dict[str, Any]]) -> dict[str, Any]:
    """What only the citizen of the dossier sees: the messages both ways, the files, and what to do.

    What we asked stands on top; in the history a line refers to it.
    """
    files: dict[int | None, list[Document]] = {}
    for document in Document.objects.filter(dossier=dossier).for_citizen():
        files.setdefault(document.message_id, []).append(document)
    messages = [{"at": message.at, "message": message, "files": files.get(message.pk, [])} for message in said(dossier)]
    asked = actions.what_we_asked(dossier)
    return {
        "may_act": True,
        "asked": asked,
        "asked_files": files.get(asked.pk, []) if isinstance(asked, Message) else [],
        "may_withdraw": actions.withdrawal(dossier) is not None,
        "history": sorted([*history, *messages], key=lambda entry: entry["at"], reverse=True),
    }


def said(dossier: Dossier) -> list[Message]:
    return list(dossier.messages.for_citizen().with_mail().order_by("-at", "-pk"))
