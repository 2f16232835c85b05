"""A step of the process."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.actors import Actor
from core.views import ScopedView
from dossiers import actions, letters
from dossiers.channels import MessageChannel
from dossiers.forms import StepForm
from dossiers.models import Dossier, Event, Notification, Transition
from dossiers.models.dossier import DossierQuerySet
from dossiers.permissions import Say
from dossiers.views.letter import pdf_response


class TakeStep(ScopedView):
    """A step in three moves: say why, read the letter as the citizen will, send."""

    model = Dossier
    permission = "dossiers.view_dossier"  # and may_take

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
        step = self.dossier.possible_steps().filter(key=self.kwargs["step"]).first()
        say = Say(self.user, self.dossier)
        if step is not None and not say.may_take(step) and not say.handles:
            raise PermissionDenied  # who handles the dossier reads whom to ask
        return step

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
            typed="\n\n".join(filter(None, (self.request.POST.get(name, "") for name in ("facts", "reason")))),
        )

    def get(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        if self.transition is None:
            messages.warning(
                request,
                _("This step is not possible from the status '%(status)s'.") % {"status": self.dossier.status.label},
            )
            return redirect(self.dossier)
        form = StepForm(transition=self.transition, initial={"version": self.dossier.version})
        if self.transition.needs_reason or self.transition.needs_result or form.decides:
            return self.show(form)
        return self.show_letter(form, self.transition)

    def compose(self, form: StepForm, transition: Transition) -> letters.Letter | None:
        """With what was said in a valid form; with nothing for a step that asks nothing."""
        return actions.compose_letter(
            dossier=self.dossier,
            transition=transition,
            reason=form.said if form.is_bound else "",
            facts=form.stated if form.is_bound else "",
            result=form.result_said if form.is_bound else "",
            at=timezone.now(),
        )

    def show_letter(self, form: StepForm, transition: Transition) -> HttpResponse:
        """The letter as the citizen will read it, with the button that sends it."""
        always = bool(transition.letter and (transition.letter.always or transition.letter.is_decision))
        letter = self.compose(form, transition)
        return self.show(form, letter=letter, road=road_of(self.dossier, always=always))

    def draft_pdf(self, form: StepForm, transition: Transition) -> HttpResponse:
        """The document as it would be sent, with DRAFT across it. Nothing of it is kept."""
        letter = self.compose(form, transition)
        if letter is None:
            raise Http404
        made = actions.on_paper(self.dossier, letter, at=timezone.now(), is_draft=True)
        return pdf_response(made.pdf, f"{self.dossier.number}-ontwerp.pdf")

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        if self.transition is None:
            return self.show_changed(None)
        form = StepForm(request.POST, transition=self.transition)
        if not form.is_valid():
            return self.show(form, status=422)
        if form.cleaned_data["version"] != self.dossier.version:
            return self.show_changed(None)
        if "pdf" in request.POST:
            return self.draft_pdf(form, self.transition)
        if "send" not in request.POST:
            return self.show_letter(form, self.transition)
        try:
            event = actions.take_step(
                dossier=self.dossier,
                step=step,
                expected_version=form.cleaned_data["version"],
                reason=form.said,
                result=form.result_said,
                facts=form.stated,
                by=Actor.staff(self.user),
                at=timezone.now(),
            )
        except actions.Changed as changed:
            return self.show_changed(changed.latest)
        except actions.StepRefused as refused:
            form.add_error(None, str(refused))
            return self.show(form, status=422)
        done = _("%(number)s: %(step)s.") % {"number": self.dossier.number, "step": self.transition.label}
        letter = event.notifications.select_related("delivery").first()
        if letter is None:
            messages.success(request, done)
        else:
            tell = messages.success if letter.delivery else messages.warning
            tell(request, f"{done} {outcome_of(letter)}")
        return redirect(self.dossier)


def road_of(dossier: Dossier, *, always: bool) -> str:
    """How the letter will go, for whoever reads it before it is sent."""
    route = actions.route_of(dossier)
    if dossier.muted_at and not always and route.channel is not MessageChannel.NONE:
        return _("The citizen wants no messages about this dossier: this one only stands on the follow page.")
    return {
        MessageChannel.MAIL: _("By e-mail to %(to)s.") % {"to": route.to},
        MessageChannel.SMS: _("By text message to %(to)s: the subject, and the way to this letter.") % {"to": route.to},
        MessageChannel.PRINT: _("On paper: it waits with the letters to print."),
        MessageChannel.NONE: _("We have no contact data: this letter only stands on the follow page."),
    }[route.channel]


def outcome_of(letter: Notification) -> str:
    """What happens to the letter now, for the clerk who just sent it."""
    if letter.delivery is None:
        if letter.to:
            return _("The citizen wants no messages: the letter stands on the follow page.")
        return _("We have no contact data: the letter only stands on the follow page.")
    if letter.channel == MessageChannel.PRINT:
        return _("The letter waits with the letters to print.")
    if letter.delivery.not_before:
        when = formats.time_format(timezone.localtime(letter.delivery.not_before), "H:i")
        return _("The citizen gets the letter at %(when)s, together with what else happens before.") % {"when": when}
    if letter.channel == MessageChannel.SMS:
        return _("The citizen gets a text message with the way to the letter.")
    return _("The citizen gets the letter.")
