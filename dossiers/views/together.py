"""Several dossiers at once: choose them in the list, say what must happen, and read per dossier what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actors import Actor
from core.views import ScopedAction
from dossiers import actions
from dossiers.forms import HandlerForm, SharedStepForm, TeamForm
from dossiers.models import Dossier, Transition
from dossiers.models.dossier import DossierQuerySet
from dossiers.permissions import Say, handlers_for, handles, has_steps

MOST = 100
ASSIGN, HAND_OVER, STEP = "toewijzen", "overdragen", "stap"
TITLES = {
    ASSIGN: gettext_lazy("Assign"),
    HAND_OVER: gettext_lazy("Hand over to another team"),
    STEP: gettext_lazy("Take a step"),
}


@dataclass(frozen=True)
class Outcome:
    """What came of one dossier. ``kind`` is "done", "changed" or "refused"."""

    dossier: Dossier
    kind: str
    words: str


def outcome(dossier: Dossier, act: Callable[[Dossier], object]) -> Outcome:
    """Each dossier in a transaction of its own: one that cannot go along keeps no other back."""
    try:
        act(dossier)
    except actions.Changed as changed:
        return Outcome(dossier, "changed", str(changed))
    except actions.StepRefused as refused:
        return Outcome(dossier, "refused", str(refused))
    return Outcome(dossier, "done", _("Done"))


def why_not_together(step: Transition) -> str:
    """Why this step is taken dossier by dossier; '' when it need not be."""
    if step.target.is_decision or (step.letter and step.letter.is_decision):
        return _("You take a decision for each dossier separately.")
    if step.needs_result:
        return _("This step asks for a result, for each dossier separately.")
    return ""


class Together(ScopedAction):
    """``kies`` holds the dossiers as "key-version": as the clerk saw them. Nothing changes before ``bevestig``."""

    model = Dossier
    permission = "dossiers.view_dossier"  # and handling, or a step for one's own group

    @cached_property
    def versions(self) -> dict[int, int]:
        chosen = {}
        for value in self.request.POST.getlist("kies"):
            key, _dash, version = value.partition("-")
            if key.isdecimal() and version.isdecimal() and len(key) < 18 and len(version) < 10:
                chosen[int(key)] = int(version)
        return chosen

    @cached_property
    def dossiers(self) -> list[Dossier]:
        """In the order of the list. What this person may not see is simply not there."""
        found: DossierQuerySet = self.get_queryset()
        by_key = {dossier.pk: dossier for dossier in found.filter(pk__in=self.versions).for_list()}
        return [by_key[key] for key in self.versions if key in by_key]

    @cached_property
    def handled(self) -> set[int]:
        """Of these, what this person works on: who only reads a dossier gives it to nobody."""
        return set(Dossier.objects.handled_by(self.user).filter(pk__in=self.versions).values_list("pk", flat=True))

    def refuse_what_is_only_read(self, dossier: Dossier) -> None:
        if dossier.pk not in self.handled:
            raise actions.StepRefused(_("You do not handle this dossier."))

    @property
    def back(self) -> str:
        """The list as it was."""
        query = self.request.POST.get("lijst", "")
        return f"{reverse('dossiers:list')}?{query}" if query else reverse("dossiers:list")

    def post(self, request: HttpRequest) -> HttpResponse:
        what = request.POST.get("wat", "")
        if not (handles(self.user) or (what == STEP and has_steps(self.user))):
            raise PermissionDenied
        if len(self.versions) > MOST:
            messages.warning(request, _("Choose at most %(most)s dossiers at once.") % {"most": MOST})
            return HttpResponseRedirect(self.back)
        if what not in TITLES or not self.dossiers:
            messages.warning(request, _("Choose one or more dossiers first."))
            return HttpResponseRedirect(self.back)
        confirmed = request.POST if "bevestig" in request.POST else None
        match what:
            case "toewijzen":
                return self.assign(confirmed)
            case "overdragen":
                return self.hand_over(confirmed)
        return self.step(confirmed)

    def show(self, what: str, form: Any, **context: Any) -> HttpResponse:
        context |= self.frame(what) | {
            "form": form,
            "versions": [f"{key}-{self.versions[key]}" for key in self.versions],
        }
        return render(self.request, "dossiers/together.html", context, status=422 if form and form.errors else 200)

    def frame(self, what: str) -> dict[str, Any]:
        return {
            "header_title": TITLES[what],
            "breadcrumbs_items": [
                {"url": self.back, "label": _("Dossiers")},
                {"url": "", "label": TITLES[what]},
            ],
            "title": TITLES[what],
            "what": what,
            "dossiers": self.dossiers,
            "back": self.back,
            "list_query": self.request.POST.get("lijst", ""),
        }

    def show_outcomes(self, what: str, act: Callable[[Dossier], object]) -> HttpResponse:
        outcomes = [outcome(dossier, act) for dossier in self.dossiers]
        visible = set(self.get_queryset().filter(pk__in=self.versions).values_list("pk", flat=True))
        done = [each for each in outcomes if each.kind == "done"]
        context = self.frame(what) | {"outcomes": outcomes, "done": len(done), "visible": visible}
        return render(self.request, "dossiers/together_done.html", context)

    # --- What can be done

    def assign(self, confirmed: Any) -> HttpResponse:
        form = HandlerForm(confirmed, people=handlers_for(self.dossiers), user=self.user)
        if not form.is_bound or not form.is_valid():
            return self.show(ASSIGN, form)
        by, at = Actor.staff(self.user), timezone.now()

        def act(dossier: Dossier) -> object:
            self.refuse_what_is_only_read(dossier)
            return actions.assign(
                dossier=dossier,
                expected_version=self.versions[dossier.pk],
                handler=form.chosen,
                team=dossier.team,
                by=by,
                at=at,
            )

        return self.show_outcomes(ASSIGN, act)

    def hand_over(self, confirmed: Any) -> HttpResponse:
        form = TeamForm(confirmed)
        if not form.is_bound or not form.is_valid():
            return self.show(HAND_OVER, form)
        by, at = Actor.staff(self.user), timezone.now()

        def act(dossier: Dossier) -> object:
            self.refuse_what_is_only_read(dossier)
            if dossier.team_id == form.chosen.pk:  # it keeps its handler
                raise actions.StepRefused(_("It was already so."))
            return actions.assign(
                dossier=dossier,
                expected_version=self.versions[dossier.pk],
                handler=None,
                team=form.chosen,
                by=by,
                at=at,
            )

        return self.show_outcomes(HAND_OVER, act)

    def step(self, confirmed: Any) -> HttpResponse:
        shared = self.shared_steps()
        possible = [step for step in shared if not why_not_together(step)]
        refused = [{"label": step.label, "why": why_not_together(step)} for step in shared if why_not_together(step)]
        form = SharedStepForm(confirmed, steps=possible) if possible else None
        if form is None or not form.is_bound or not form.is_valid():
            return self.show(STEP, form, steps=[self.with_letter(step) for step in possible], refused=refused)
        chosen = form.cleaned_data
        by, at = Actor.staff(self.user), timezone.now()

        def act(dossier: Dossier) -> object:
            return actions.take_step(
                dossier=dossier,
                step=chosen["step"],
                expected_version=self.versions[dossier.pk],
                reason=chosen["reason"],
                by=by,
                at=at,
            )

        return self.show_outcomes(STEP, act)

    def shared_steps(self) -> list[Transition]:
        """The steps that all of them can take now: of the same name, in the same kind of process."""
        if len({dossier.process_version.process_type_id for dossier in self.dossiers}) > 1:
            return []
        wanted = {dossier.status_id for dossier in self.dossiers}
        steps = list(Transition.objects.filter(source__in=wanted).select_related("letter", "target").order_by("order"))
        offered = {status: {(step.key, step.label) for step in steps if step.source_id == status} for status in wanted}
        shared = set.intersection(*offered.values())
        first = self.dossiers[0].status_id
        say = Say(self.user, self.dossiers[0])  # of the others the step itself asks
        return [
            step
            for step in steps
            if step.source_id == first and (step.key, step.label) in shared and say.may_take(step)
        ]

    def with_letter(self, step: Transition) -> dict[str, Any]:
        """A step, and its letter as the first of the dossiers would get it."""
        reason = ""
        if step.needs_reason:
            reason = f"({step.reason_label})" if step.reason_label else _("(your reason)")
        dossier = self.dossiers[0]
        return {
            "step": step,
            "letter": actions.compose_letter(dossier=dossier, transition=step, reason=reason, at=timezone.now()),
            "example": dossier.number,
        }
