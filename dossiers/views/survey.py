"""The pages of the three questions, for citizens: /tevredenheid/. They show nothing of the dossier."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.actors import Actor
from dossiers.actions import surveys
from dossiers.models import SurveyInvitation
from dossiers.survey_forms import PREFILLED, CodeForm, SurveyForm

KIOSK = "loket"
"""In the address of the screen at the desk: no menu, no phone number, and back to the code for whoever is next."""


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class SurveyPage(View):
    """What these pages have in common."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        # The address is the key. Not "no-referrer": then the answer would be posted without an origin, and refused.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    @property
    def is_kiosk(self) -> bool:
        return KIOSK in self.request.GET

    def to(self, address: str) -> HttpResponse:
        return redirect(f"{address}?{KIOSK}" if self.is_kiosk else address)

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"is_kiosk": self.is_kiosk, "next": f"{reverse('survey_code')}?{KIOSK}"}
        return render(self.request, f"dossiers/survey/{template}.html", context, status=status)


class EnterCode(SurveyPage):
    """For whoever has the code on paper."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("code", form=CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if form.is_valid():
            now = timezone.now()
            try:
                invitation = surveys.find_by_code(
                    typed=form.cleaned_data["code"], address=request.META.get("REMOTE_ADDR", ""), at=now
                )
            except surveys.TooManyCodes as refusal:
                return self.page("too_many", status=429, retry_at=refusal.retry_at)
            if invitation is not None:
                return self.to(invitation.get_absolute_url())
            form.add_error("code", _("We do not know this code. Compare it with your letter once more."))
        return self.page("code", status=422, form=form)


class Survey(SurveyPage):
    """The three questions. Programs that look for viruses open the link too, so opening it changes nothing."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = SurveyInvitation.objects.from_token(token)
        if invitation is None or not invitation.is_open(timezone.now()):
            return self.refused(invitation)
        initial = {"result": request.GET.get(PREFILLED)}
        return self.page("questions", form=SurveyForm(initial=initial))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = SurveyInvitation.objects.from_token(token)
        if invitation is None or not invitation.is_open(timezone.now()):
            return self.refused(invitation)
        form = SurveyForm(request.POST)
        if not form.is_valid():
            return self.page("questions", status=422, form=form)
        try:
            surveys.answer(invitation=invitation, given=form.given, by=Actor.citizen(), at=timezone.now())
        except surveys.AlreadyAnswered:
            pass  # the same answer sent twice: once is enough
        except surveys.SurveyClosed:
            return self.page("closed", status=410)
        return self.to(reverse("survey_thanks"))

    def refused(self, invitation: SurveyInvitation | None) -> HttpResponse:
        """In place of questions that are not open."""
        if invitation is None:
            return self.page("unknown", status=404)
        if invitation.answered_at:
            return self.page("answered", answered_at=invitation.answered_at)
        return self.page("closed", status=410)


class Thanks(SurveyPage):
    """An address of its own, the same for everybody: nobody at the desk can go back to somebody's questions."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("thanks")
