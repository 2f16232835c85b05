"""The pages of "save and go on later": asking a link, opening it, the time-out and opening a closed form again."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from core.actors import Actor
from core.forms import LoketFormMixin
from dossiers import signed_in
from forms import actions, cosigning, hold, on_behalf, resuming
from forms.filling_in import step_form
from forms.hold import Hold
from forms.models import ResumeLink
from forms.views import DraftView, belongs_to_sign_in


class AddressForm(LoketFormMixin, forms.Form):
    """Where the link goes."""

    summary_in_form = False
    email = forms.EmailField(
        label=gettext_lazy("To which e-mail address do we send the link?"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class Save(DraftView):
    """Everything is kept already; here one asks for a link to go on elsewhere or later."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(AddressForm(initial={"email": resuming.known_address(self.draft)}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = AddressForm(request.POST)
        if form.is_valid():
            try:
                resuming.send_resume_link(
                    draft=self.draft, email=form.cleaned_data["email"], by=Actor.citizen(), at=self.now
                )
            except resuming.LinkRefused as refusal:
                form.add_error("email", str(refusal))
            else:
                return redirect(self.address("saved"))
        return self.page(form)

    def page(self, form: AddressForm) -> HttpResponse:
        number = self.request.GET.get("stap", "")
        steps = len(self.schema["steps"])
        if number.isascii() and number.isdecimal() and 1 <= int(number) <= steps:
            back = self.address("step", int(number))
        else:
            back = self.left_off
        context = {"schema": self.schema, "form": form, "back": back, "keeping": self.keeping}
        return render(self.request, "forms/save.html", context)


class Saved(DraftView):
    """The link is on its way: to whom, until when it works, and what else one can do now."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        link = self.draft.resume_links.usable().order_by("-created_at").first()
        if link is None:
            return redirect(self.address("save"))
        context = {
            "schema": self.schema,
            "email": link.email,
            "address": self.left_off,
            "keeping": self.keeping,
        }
        return render(request, "forms/saved.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "intrekken" in request.POST:
            resuming.revoke_resume_links(draft=self.draft, by=Actor.citizen(), at=self.now)
            return redirect(self.address("save"))
        self.hold_after = Hold.NONE
        return redirect(f"{self.draft.version.definition.get_absolute_url()}?gesloten")


@method_decorator(never_cache, name="dispatch")
class Resume(View):
    """Where the link of the mail leads. Programs that open links to look for viruses change nothing: a person clicks.

    The link works until the form is sent or forgotten, on as many devices as its owner has.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        link = ResumeLink.objects.from_token(kwargs["token"])
        response: HttpResponseBase
        if link is None:
            response = render(request, "forms/link_unknown.html", status=404)
        elif link.draft.submitted_at:
            response = render(request, "forms/sent.html", status=410)
        else:
            response = super().dispatch(request, link, *args, **kwargs)
        # The address itself is the key, so no other site may see it. Not "no-referrer": then the button below would be
        # posted without an origin, and refused.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, link: ResumeLink, token: str) -> HttpResponse:
        context = {"schema": link.draft.version.schema, "until": link.draft.kept_until}
        return render(request, "forms/resume.html", context)

    def post(self, request: HttpRequest, link: ResumeLink, token: str) -> HttpResponse:
        now = timezone.now()
        same_browser = hold.hold_of(request, link.draft.pk, now) is Hold.OPEN
        try:
            draft = resuming.resume(draft=link.draft, same_browser=same_browser, by=Actor.citizen(), at=now)
        except actions.AlreadySubmitted:
            return render(request, "forms/sent.html", status=410)
        response = redirect(resuming.address_left_off(draft))
        hold.take(request, response, draft.pk, now)
        return response


class Keep(DraftView):
    """For theme/timeout.js: keep what is typed, and stay open; or close, when the time is over (``einde``)."""

    http_method_names = ["post"]
    asks_for_whom = True  # that page too is kept

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if on_behalf.MARK in request.POST:
            resuming.keep_for_whom(draft=self.draft, data=request.POST, by=Actor.citizen(), at=self.now)
        elif number := self.number:
            form = step_form(
                self.schema,
                number,
                self.draft.role,
                answers=self.draft.answers,
                uploads=actions.uploads_of(self.draft),
                data=request.POST,
                files={},
            )
            resuming.keep_typed(
                draft=self.draft, number=number, form=form, data=request.POST, by=Actor.citizen(), at=self.now
            )
        elif cosigning.MARK in request.POST:
            actions.keep_cosigners(
                draft=self.draft, cosigners=cosigning.typed_rows(request.POST), by=Actor.citizen(), at=self.now
            )
        if "einde" in request.POST:
            self.hold_after = Hold.CLOSED
            if belongs_to_sign_in(self.draft):
                signed_in.end(request)  # this is no sign of life
        return HttpResponse(status=204)

    def keep_late(self) -> bool:
        """The computer slept, and woke up after the time was over."""
        if on_behalf.MARK in self.request.POST:
            resuming.keep_for_whom(draft=self.draft, data=self.request.POST, by=Actor.citizen(), at=self.now)
            return True
        if cosigning.MARK in self.request.POST:
            rows = cosigning.typed_rows(self.request.POST)
            actions.keep_cosigners(draft=self.draft, cosigners=rows, by=Actor.citizen(), at=self.now)
            return True
        if self.number is None:
            return False
        resuming.keep_typed(
            draft=self.draft, number=self.number, data=self.request.POST, by=Actor.citizen(), at=self.now
        )
        return True

    @property
    def number(self) -> int | None:
        """The step that was open, if any."""
        said = self.request.POST.get("stap", "")
        known = said.isascii() and said.isdecimal() and 1 <= int(said) <= len(self.schema["steps"])
        return int(said) if known else None


class Closed(DraftView):
    """Nothing was done for too long, so no answer is shown any more. How to go on from here."""

    is_for_closed = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if self.hold is Hold.OPEN:
            return redirect(resuming.address_left_off(self.draft))  # another tab went on
        return self.page(OwnForm(question=self.question))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if belongs_to_sign_in(self.draft):
            return self.get(request)
        if "stuur" in request.POST and (address := resuming.known_address(self.draft)):
            try:
                resuming.send_resume_link(draft=self.draft, email=address, by=Actor.citizen(), at=self.now)
            except resuming.LinkRefused as refusal:
                return self.page(OwnForm(question=self.question), refusal=str(refusal))
            return redirect(f"{self.address('closed')}?verstuurd")
        form = OwnForm(request.POST, question=self.question)
        if form.is_valid():
            said = form.cleaned_data.get("said", "")
            if resuming.reopen(draft=self.draft, said=said, by=Actor.citizen(), at=self.now):
                self.hold_after = Hold.OPEN
                self.draft.refresh_from_db()
                return redirect(resuming.address_left_off(self.draft))
            form.add_error(
                "said" if "said" in form.fields else None,
                _("This is not what was filled in. Look whether you typed it in the same way."),
            )
        return self.page(form)

    @cached_property
    def question(self) -> resuming.OwnQuestion | None:
        return resuming.own_question(self.draft)

    def page(self, form: "OwnForm", refusal: str = "") -> HttpResponse:
        self.draft.refresh_from_db(fields=["wrong_answers"])
        may_answer = self.draft.wrong_answers < resuming.WRONG_ANSWERS
        context = {
            "schema": self.schema,
            "slug": self.slug,
            "by_sign_in": belongs_to_sign_in(self.draft),
            "address": self.address("closed"),
            "form": form if may_answer else None,
            "only_by_link": resuming.only_by_link(self.draft),
            "question": self.question,
            "can_mail": bool(resuming.known_address(self.draft)),
            "keeping": self.keeping,
            "just_kept": "bewaard" in self.request.GET,
            "just_sent": "verstuurd" in self.request.GET,
            "refusal": refusal,
        }
        return render(self.request, "forms/closed.html", context)


class OwnForm(LoketFormMixin, forms.Form):
    """One question of the form itself, to know that it is the same person: nothing that must be remembered."""

    summary_in_form = False

    def __init__(self, *args: Any, question: resuming.OwnQuestion | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if question:
            token = {"name": "name", "email": "email", "phone": "tel"}[question.purpose]
            self.fields["said"] = forms.CharField(
                label=question.label, max_length=254, widget=forms.TextInput(attrs={"autocomplete": token})
            )
