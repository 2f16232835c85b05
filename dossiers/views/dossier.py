"""The page of one dossier, and its buttons."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.models import AccessLog, User
from dossiers import actions, survey
from dossiers.actions.notifying import first_contact
from dossiers.conversation_forms import next_window
from dossiers.forms import NOBODY, AnswerForm, HandlerForm, NoteForm, TaskForm, TeamForm
from dossiers.models import Contact, Dossier, Relation, SurveyResponse, Task
from dossiers.models.dossier import DossierQuerySet
from dossiers.models.event import STATUS_EVENTS
from dossiers.panels import panels_for
from dossiers.permissions import handlers_for, may_handle, steps_for
from dossiers.views.deadline import Deadline
from dossiers.views.scope import DossierButton, DossierView
from dossiers.views.tasks import colleagues
from parties.actions import is_bounced

MOST_CONTACTS = 30


def assigning(dossier: Dossier, user: User) -> dict[str, Any]:
    """What the page offers to take the dossier, give it to a colleague or hand it over."""
    handlers = handlers_for([dossier])
    people = HandlerForm(people=handlers, user=user, initial={"handler": dossier.handler_id or NOBODY})
    return {
        "handler_form": people,
        "team_form": TeamForm(without=dossier.team),
        "may_take": str(user.pk) in people.people and dossier.handler_id != user.pk,
        "me": user.pk,
    }


class DossierPage(DossierView):
    """Everything of one dossier at a glance, and the buttons that its process allows."""

    permission = "dossiers.view_dossier"

    def get_queryset(self) -> DossierQuerySet:
        dossiers: DossierQuerySet = super().get_queryset()
        return dossiers.for_list()

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self.get_object()
        now = timezone.now()
        AccessLog.objects.record(user=self.user, action="view", obj=dossier, at=now)
        if dossier.anonymised_at:
            return render(request, "dossiers/destroyed.html", destroyed_context(dossier, self.relations(dossier)))
        handling = may_handle(self.user, dossier)
        opening = first_contact(dossier)
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
                "readers": list(dossier.readers.all()) if dossier.is_confidential else [],
                "deadline": Deadline.of(dossier, now, actions.working_calendar()),
                "opening": opening,
                "contacts": self.contacts(dossier, opening),
                "call_backs": [
                    (call, call.is_late(now), call.is_now(now))
                    for call in dossier.call_backs.open().select_related("team", "assignee", "contact__party")
                ],
                "again": next_window(now, actions.working_calendar()),
                "bounced": bounced_addresses(dossier),
                "conversation": dossier.messages.with_mail().select_related("author").prefetch_related("documents"),
                "answer_form": AnswerForm(initial={"token": uuid4()}),
                "documents": dossier.documents.sent()
                .select_related("by", "replaced_by", "message__contact")
                .order_by("-at", "-uuid"),
                "timeline": timeline(dossier),
                "panels": panels_for(request, dossier),
                "steps": steps_for(self.user, dossier),
                "tasks": [(task, task.is_late(timezone.localdate(now))) for task in self.tasks(dossier)],
                "task_form": TaskForm(colleagues=colleagues(dossier)) if handling else None,
                "notes": dossier.notes.select_related("author"),
                "note_form": NoteForm(),
                "advice": dossier.advice.select_related("team", "asked_by"),
                "today": timezone.localdate(now),
                "relations": self.relations(dossier),
                "look_alikes": actions.look_alikes(dossier, self.get_queryset()) if handling else [],
                "corrections": corrections(dossier, self.user, now, may_handle=handling),
                "may_handle": handling,
                "asks_satisfaction": survey.applies(
                    dossier.process_version, milestone=dossier.status.milestone, origin=dossier.origin
                ),
                "assigning": assigning(dossier, self.user) if handling else None,
            },
        )

    def relations(self, dossier: Dossier) -> list[Relation]:
        """With dossiers that this person may see."""
        both = Relation.objects.filter(Q(dossier=dossier) | Q(other=dossier))
        seen = self.get_queryset().values("pk")
        return list(both.filter(dossier__in=seen, other__in=seen).select_related("dossier", "other"))

    def contacts(self, dossier: Dossier, opening: Contact | None) -> list[Contact]:
        """By phone, at the desk and on paper, both ways, after the one that opened it. What is written stands in the
        conversation."""
        # Read first: with a join beside an OR, PostgreSQL would read every contact there is.
        linked = list(dossier.contact_links.values_list("contact", flat=True))
        theirs = Contact.objects.filter(Q(dossier=dossier) | Q(pk__in=linked), mail=None, message=None)
        later = theirs.exclude(pk=opening.pk) if opening else theirs
        return list(later.select_related("party", "handler", "dossier").order_by("-at", "-pk")[:MOST_CONTACTS])

    def tasks(self, dossier: Dossier) -> QuerySet[Task]:
        """What is to do, and what was done in this status."""
        here = Q(done_at__isnull=True) | Q(status_key=dossier.status.key) | Q(status_key="")
        return dossier.tasks.filter(here).select_related("assignee", "done_by")


def destroyed_context(dossier: Dossier, relations: list[Relation]) -> dict[str, Any]:
    """What stays of a dossier of which the data were destroyed: number, process, milestones, dates, team, scores."""
    line = dossier.destruction_items.filter(state="destroyed").select_related("made_for__approved_by").first()
    opening = first_contact(dossier)
    return {
        "header_title": dossier.number,
        "breadcrumbs_items": [
            {"url": reverse("dossiers:list"), "label": _("Dossiers")},
            {"url": "", "label": dossier.number},
        ],
        "dossier": dossier,
        "line": line,
        "channel": opening.get_channel_display() if opening else "",
        "timeline": [each for each in timeline(dossier) if each["is_status"] and not each["was_corrected"]],
        "scores": [
            [(_("the result"), one.result), (_("how fast"), one.speed), (_("how we treated you"), one.treatment)]
            for one in SurveyResponse.objects.filter(invitation__dossier=dossier)
        ],
        "relations": relations,
    }


def corrections(dossier: Dossier, user: User, now: datetime, *, may_handle: bool) -> dict[str, bool]:
    """What this person may put right or put off here and now."""

    def possible(ask: Callable[[], Any]) -> bool:
        try:
            ask()
        except actions.StepRefused:
            return False
        return True

    return {
        "step": possible(lambda: actions.correctable(dossier, by=Actor.staff(user), at=now)),
        "more_time": may_handle and possible(lambda: actions.later_promise(dossier, days=1, at=now)),
    }


def bounced_addresses(dossier: Dossier) -> list[str]:
    """Addresses that were given for this dossier and that a message did not reach."""
    given = dossier.contacts.filter(mail=None).exclude(given_email="").values_list("given_email", flat=True)
    return [email for email in dict.fromkeys(given) if is_bounced(email=email)]


def timeline(dossier: Dossier) -> list[dict[str, Any]]:
    """The history for people, newest first: each event with the letter it sent and the words of its statuses."""
    labels = dict(dossier.process_version.statuses.values_list("key", "label"))
    events = list(dossier.events.prefetch_related("notifications__delivery").order_by("-sequence"))
    corrected = {event.corrects_id for event in events}
    return [
        {
            "event": event,
            "status": labels.get(event.to_status, event.to_status),
            "is_status": event.kind in STATUS_EVENTS,
            "was_corrected": event.pk in corrected,
            "result": dossier.process_version.result_label(event.result) if event.result else "",
            "letters": list(event.notifications.all()),
        }
        for event in events
    ]


class DossierAction(DossierButton):
    """One button on the dossier page."""

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
