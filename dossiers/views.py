"""Staff screens under /beheer/dossiers/ and the public page on which a citizen follows a dossier."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.actors import Actor
from core.keyset import paginate
from core.models import AccessLog
from core.views import ScopedAction, ScopedView
from dossiers import actions, clock
from dossiers.forms import StepForm
from dossiers.milestones import ENDS, PAUSES
from dossiers.models import Dossier, Event, FollowLink, Transition
from dossiers.models.dossier import DossierQuerySet
from dossiers.models.event import STATUS_EVENTS
from dossiers.panels import citizen_panels_for, panels_for

PAGE_SIZE = 30


@dataclass(frozen=True)
class Deadline:
    """How a term stands, in the words of a clerk."""

    text: str
    level: str  # "late", "soon", "fine" or "none"

    @classmethod
    def of(cls, dossier: Dossier, now: datetime, calendar: clock.Calendar) -> "Deadline":
        if dossier.status.milestone in ENDS:
            return cls(_("finished"), "none")
        if dossier.status.milestone in PAUSES:
            return cls(_("paused: waiting for the citizen"), "none")
        if dossier.due_at is None:
            return cls(_("no term"), "none")
        left = clock.working_days_left(now, dossier.due_at, calendar)
        if left < 0:
            return cls(
                ngettext("%(days)s working day late", "%(days)s working days late", -left) % {"days": -left}, "late"
            )
        if left == 0:
            return cls(_("due today"), "soon")
        text = ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left}
        return cls(text, "soon" if left == 1 else "fine")


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
        calendar = actions.working_calendar()
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


class TakeStep(ScopedView):
    """A step in three moves: say why, read the letter as the citizen will, send."""

    model = Dossier
    permission = "dossiers.handle_dossier"

    def get_queryset(self) -> DossierQuerySet:
        dossiers: DossierQuerySet = super().get_queryset()
        return dossiers.for_list()

    def get_object(self) -> Dossier:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    @cached_property
    def dossier(self) -> Dossier:
        return self.get_object()

    @cached_property
    def transition(self) -> Transition | None:
        return self.dossier.possible_steps().filter(key=self.kwargs["step"]).first()

    def show(self, form: StepForm | None, *, status: int = 200, **context: Any) -> HttpResponse:
        title = self.transition.label if self.transition else _("Changed in the meantime")
        context |= {
            "header_title": f"{title} – {self.dossier.number}",
            "breadcrumbs_items": [
                {"url": reverse("dossiers:list"), "label": _("Dossiers")},
                {"url": self.dossier.get_absolute_url(), "label": self.dossier.number},
                {"url": "", "label": title},
            ],
            "dossier": self.dossier,
            "transition": self.transition,
            "form": form,
            "title": title,
        }
        return render(self.request, "dossiers/step.html", context, status=status)

    def show_changed(self, latest: Event | None) -> HttpResponse:
        """Someone was first. Say who and what, and keep every word that was typed."""
        del self.dossier, self.transition  # read them anew
        form = None
        if self.transition:
            data = self.request.POST.copy()
            data["version"] = str(self.dossier.version)
            form = StepForm(data, transition=self.transition)
        return self.show(
            form,
            status=409,
            changed=True,
            latest=latest or self.dossier.events.order_by("-sequence").first(),
            typed=self.request.POST.get("reason", ""),
        )

    def get(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        if self.transition is None:
            messages.warning(
                request,
                _("This step is not possible from the status '%(status)s'.") % {"status": self.dossier.status.label},
            )
            return redirect(self.dossier)
        form = StepForm(transition=self.transition, initial={"version": self.dossier.version})
        if self.transition.needs_reason:
            return self.show(form)
        return self.show_letter(form, self.transition, reason="")

    def show_letter(self, form: StepForm, transition: Transition, *, reason: str) -> HttpResponse:
        """The letter as the citizen will read it, with the button that sends it."""
        letter = actions.compose_letter(dossier=self.dossier, transition=transition, reason=reason, at=timezone.now())
        return self.show(form, letter=letter)

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        if self.transition is None:
            return self.show_changed(None)
        form = StepForm(request.POST, transition=self.transition)
        if not form.is_valid():
            return self.show(form, status=422)
        if form.cleaned_data["version"] != self.dossier.version:
            return self.show_changed(None)
        if "send" not in request.POST:
            return self.show_letter(form, self.transition, reason=form.said)
        try:
            event = actions.take_step(
                dossier=self.dossier,
                step=step,
                expected_version=form.cleaned_data["version"],
                reason=form.said,
                by=Actor.staff(self.user),
                at=timezone.now(),
            )
        except actions.Changed as changed:
            return self.show_changed(changed.latest)
        done = _("%(number)s: %(step)s.") % {"number": self.dossier.number, "step": self.transition.label}
        letter = event.notifications.first()
        if letter is None:
            messages.success(request, done)
        elif letter.delivery_id:
            sent = _("The citizen gets the letter.")
            messages.success(request, f"{done} {sent}")
        else:
            advice = _("We have no e-mail address: call the citizen, or give the letter on paper.")
            messages.warning(request, f"{done} {advice}")
        return redirect(self.dossier)


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


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Where a citizen sees how a dossier stands. A wrong or old link reveals nothing, not even which it is."""
    link = FollowLink.objects.from_token(token, timezone.now())
    if link is None:
        response = render(request, "dossiers/follow_unknown.html", status=404)
    else:
        dossier = Dossier.objects.for_list().get(pk=link.dossier_id)
        context = follow_context(dossier, timezone.now()) | {"panels": citizen_panels_for(request, link)}
        response = render(request, "dossiers/follow.html", context)
    response["Referrer-Policy"] = "no-referrer"  # the address itself is the key
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
