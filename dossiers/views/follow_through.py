"""Opvolging: what asks somebody today, whom we promised to call, and what became of the own contacts."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.actors import Actor
from core.keyset import paginate
from core.models import AccessLog
from core.views import ScopedAction, ScopedView
from dossiers import actions, follow_through
from dossiers.conversation_forms import next_window
from dossiers.models import CallBack, Conversation, Dossier
from dossiers.models.sight import Sight
from dossiers.views.desk import wanted
from dossiers.worklist import Viewpoint
from integrations.models import IncomingMail

TABS = (("today", "follow_through:today"), ("calls", "follow_through:calls"), ("mine", "follow_through:mine"))


class FollowThroughView(ScopedView):
    model = Dossier
    permission = "dossiers.view_dossier"
    tab = ""

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def show(self, template: str, **context: Any) -> HttpResponse:
        title = _("Follow-up")
        labels = {"today": _("Today"), "calls": _("Call back"), "mine": _("My contacts")}
        tabs = [(labels[key], name, key == self.tab) for key, name in TABS]
        page = {
            "header_title": title,
            "breadcrumbs_items": [{"url": "", "label": title}],
            "tabs": tabs,
            "now": self.now,
        }
        return render(self.request, f"dossiers/follow_through/{template}.html", page | context)


class Today(FollowThroughView):
    """Who has what to do today: by team, by person or by process."""

    tab = "today"

    def get(self, request: HttpRequest) -> HttpResponse:
        by = request.GET.get("per", "team")
        by = by if by in follow_through.GROUPINGS else "team"
        looking = Viewpoint(self.user, self.now, actions.working_calendar())
        rows = follow_through.rows(by, looking)
        totals = {name: sum(getattr(row, name) for row in rows) for name in ("late", "today", "news", "tasks", "calls")}
        waiting = Conversation.objects.visible_to(self.user).waiting().count()
        return self.show(
            "today",
            by=by,
            groupings=[(key, grouping.label) for key, grouping in follow_through.GROUPINGS.items()],
            rows=rows,
            totals=totals,
            waiting=waiting,
            left=Conversation.objects.left_to(self.user, now=self.now).count(),
            unlinked=IncomingMail.objects.visible_to(self.user).unlinked().count(),
        )


class Calls(FollowThroughView):
    """Whom we promised to call, what is due first on top."""

    tab = "calls"

    def get(self, request: HttpRequest) -> HttpResponse:
        calls = CallBack.objects.visible_to(self.user).open()
        whose = request.GET.get("van", "")
        if whose == "mij":
            calls = calls.filter(assignee__in=Sight.of(self.user).handlers)
        elif team := wanted(whose):
            calls = calls.filter(team=team)
        calls = calls.select_related("dossier", "team", "assignee", "contact__party")
        page = paginate(calls, order=["until_at", "pk"], cursor=request.GET.get("vanaf"), size=30)
        AccessLog.objects.record_all(user=self.user, action="list", objects=page.rows, at=self.now)
        looking = Viewpoint(self.user, self.now, actions.working_calendar())
        return self.show(
            "calls",
            page=page,
            calls=[(call, call.is_late(self.now), call.is_now(self.now)) for call in page.rows],
            again=next_window(self.now, looking.calendar),
            whose=whose,
            teams=looking.teams,
        )


class MyContacts(FollowThroughView):
    """What became of the contacts that this person took, with whatever team they are, and what the citizen was told."""

    tab = "mine"
    permission = "dossiers.add_contact"

    def get(self, request: HttpRequest) -> HttpResponse:
        period = request.GET.get("periode", "week")
        period = period if period in follow_through.PERIODS else "week"
        taken = follow_through.taken_by(self.user, since=self.now - follow_through.PERIODS[period])
        page = paginate(
            follow_through.with_what_was_told(taken), order=["-at", "-pk"], cursor=request.GET.get("vanaf"), size=30
        )  # fmt: skip
        seen = set(
            Dossier.objects.visible_to(self.user)
            .filter(pk__in=[contact.dossier_id for contact in page.rows])
            .values_list("pk", flat=True)
        )
        AccessLog.objects.record_all(user=self.user, action="list", objects=page.rows, at=self.now)
        return self.show(
            "mine",
            period=period,
            periods=[("week", _("7 days")), ("maand", _("30 days")), ("kwartaal", _("3 months"))],
            numbers=follow_through.followed_up(taken),
            page=page,
            seen=seen,
        )


class CallBackAction(ScopedAction):
    """A button with a promised call. Whoever sees it may say what came of it."""

    model = CallBack
    permission = "dossiers.view_dossier"

    def act(self, call_back: CallBack, by: Actor, at: datetime) -> str:
        """Do it, and return what to tell the clerk; '' when a colleague was first. May raise StepRefused."""
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        call_back: CallBack = self.get_object()
        try:
            said = self.act(call_back, Actor.staff(self.user), timezone.now())
        except actions.StepRefused as refused:
            messages.error(request, str(refused))
        else:
            if said:
                messages.success(request, said)
            else:
                messages.warning(request, _("A colleague was first: this call was settled."))
        return redirect(call_back.dossier if "dossier" in request.POST else "follow_through:calls")


class Spoke(CallBackAction):
    def act(self, call_back: CallBack, by: Actor, at: datetime) -> str:
        said = self.request.POST.get("gezegd", "")[:8000]
        return _("The call is kept.") if actions.spoke(call_back=call_back, said=said, by=by, at=at) else ""


class WindowForm(forms.Form):
    day = forms.DateField(error_messages={"required": "", "invalid": ""})
    start = forms.TimeField(error_messages={"required": "", "invalid": ""})
    end = forms.TimeField(error_messages={"required": "", "invalid": ""})


class NobodyAnswered(CallBackAction):
    def act(self, call_back: CallBack, by: Actor, at: datetime) -> str:
        form = WindowForm(self.request.POST)
        if not form.is_valid():
            raise actions.StepRefused(_("Choose the day and the hours in which we call again."))
        asked = form.cleaned_data
        window = actions.window_on(asked["day"], asked["start"], asked["end"], now=at)
        kept = actions.nobody_answered(call_back=call_back, window=window, by=by, at=at)
        return _("We call again %(window)s.") % {"window": window} if kept else ""


class NotNeeded(CallBackAction):
    def act(self, call_back: CallBack, by: Actor, at: datetime) -> str:
        why = self.request.POST.get("waarom", "")[:300]
        settled = actions.not_needed(call_back=call_back, why=why, by=by, at=at)
        return _("The call is not needed any more.") if settled else ""
