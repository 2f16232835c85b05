"""The pages of signing together: who is asked, what that person answers, and asking once more."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.actors import Actor
from core.forms import LoketFormMixin
from core.models import AccessLog
from core.views import ScopedView
from dossiers.models import FollowLink
from dossiers.permissions import may_handle
from dossiers.signed_in import link_of
from forms import actions, cosign_rules, cosigning, gate, usage
from forms.branches import follow
from forms.cosign_rules import Cosigner, Fault
from forms.fields import Purpose
from forms.fields.base import PlainTextField
from forms.models import Cosignature, CosignLink, FormDefinition
from forms.models.cosignature import State
from forms.schema import by_purpose
from forms.views import DraftView
from parties.contact_values import normalise_email

ADD, REMOVE = "erbij", "weg"
"""Names of buttons: one more person, and this one not."""


# --- Who is asked


class CosignersForm(LoketFormMixin, forms.Form):
    """Name and e-mail address of each; rows that stay blank ask nobody."""

    summary_in_form = False
    mark_optional = False

    def __init__(self, *, rows: list[Cosigner], faults: list[Fault] | None = None) -> None:
        data = {f"{part}_{n}": getattr(row, part) for n, row in enumerate(rows) for part in ("name", "email")}
        super().__init__(data if faults is not None else None, initial=data)
        self.faults = faults or []
        for number in range(len(rows)):
            # Not the reader's own data, so no browser should fill in the reader's own.
            attrs = {"autocomplete": "off"}
            self.fields[f"name_{number}"] = PlainTextField(
                label=_("First name and last name"), required=False, widget=forms.TextInput(attrs=attrs)
            )
            self.fields[f"email_{number}"] = PlainTextField(
                label=_("E-mail address"), required=False, widget=forms.EmailInput(attrs=attrs)
            )

    def clean(self) -> None:
        for fault in self.faults:
            self.add_error(f"{fault.part}_{fault.position}", fault.message)

    @property
    def rows(self) -> list[dict[str, Any]]:
        count = len(self.fields) // 2
        return [{"number": n, "name": self[f"name_{n}"], "email": self[f"email_{n}"]} for n in range(count)]


class Cosigners(DraftView):
    """After the check page: who is asked to sign too; from here such a form is sent."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.definition.cosigners_max:
            return redirect(self.address("check"))
        if step := actions.first_unfinished(self.draft, actions.uploads_of(self.draft)):
            return redirect(self.address("step", step))
        usage.asks_cosigners(self.draft, at=self.now)
        return self.page(cosigning.kept(self.draft))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = self.keep()
        if REMOVE in request.POST:
            gone = request.POST[REMOVE]
            return self.page([row for number, row in enumerate(rows) if str(number) != gone])
        if ADD in request.POST:
            return self.page([*rows, Cosigner("", "")])
        if faults := cosigning.faults_of(self.definition, rows, own_email=self.own_email, at=self.now):
            return self.refuse(rows, faults)
        gate.look_for_program(self.draft, trap=request.POST.get(gate.TRAP, ""), at=self.now)
        try:
            actions.submit(draft=self.draft, by=self.by, at=self.now, visitor=gate.Visitor.of(request))
        except actions.Incomplete as incomplete:
            return redirect(self.address("step", incomplete.step))
        except cosigning.Unfit as unfit:
            return self.refuse(rows, list(unfit.faults))
        return redirect(self.address("done"))

    def refuse(self, rows: list[Cosigner], faults: list[Fault]) -> HttpResponse:
        usage.cosigners_refused(self.draft, {fault.part for fault in faults}, at=self.now)
        return self.page(rows, faults)

    def keep(self) -> list[Cosigner]:
        rows = cosigning.typed_rows(self.request.POST)
        self.draft = actions.keep_cosigners(draft=self.draft, cosigners=rows, by=self.by, at=self.now)
        return rows

    def keep_late(self) -> bool:
        if self.request.method != "POST":
            return False
        self.keep()
        return True

    @property
    def loses_a_change(self) -> bool:
        return self.request.method == "POST"

    @property
    def definition(self) -> FormDefinition:
        return self.draft.version.definition

    @property
    def own_email(self) -> str:
        answers = follow(self.schema, self.draft.answers, self.draft.role).answers
        return normalise_email(by_purpose(self.schema, answers).get(Purpose.EMAIL) or "")

    def page(self, rows: list[Cosigner], faults: list[Fault] | None = None) -> HttpResponse:
        most = self.definition.cosigners_max
        rows = (rows or [Cosigner("", "")])[:most]
        context = {
            "schema": self.schema,
            "definition": self.definition,
            "draft": self.draft,
            "form": CosignersForm(rows=rows, faults=faults),
            "can_add": len(rows) < most,
            "last_day": cosign_rules.last_day(cosign_rules.deadline_after(self.now, self.definition.cosign_days)),
            "back": self.address("check"),
            "keeping": self.keeping,
            "trap": gate.TRAP,
            "mark": cosigning.MARK,
        }
        return render(self.request, "forms/cosigners.html", context)


# --- What that person answers


class SignForm(LoketFormMixin, forms.Form):
    prefix = "akkoord"
    summary_in_form = False
    name = PlainTextField(
        label=gettext_lazy("Your first name and last name"),
        max_length=cosign_rules.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    declares = forms.BooleanField()

    def __init__(self, *args: Any, declaration: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declares"].label = declaration
        self.fields["declares"].error_messages["required"] = _("Tick the box if you agree and want to sign.")


class DeclineForm(LoketFormMixin, forms.Form):
    prefix = "niet"
    summary_in_form = False
    reason = PlainTextField(
        label=gettext_lazy("Why do you not agree?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 1000}),
    )

    def __init__(self, *args: Any, asker: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Only our staff reads this. %(asker)s does not.") % {"asker": asker}


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class Cosign(View):
    """Where the link of the mail leads. Programs that look for viruses open it and change nothing: a person clicks."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        try:
            link = CosignLink.objects.from_token(kwargs["token"])
            if link is None:
                raise cosigning.LinkGone
            response = super().dispatch(request, link, *args, **kwargs)
        except cosigning.LinkGone:
            response = render(request, "forms/cosign_unknown.html", status=404)
        except cosigning.TooLate:
            response = render(request, "forms/cosign_too_late.html", status=410)
        # The address itself is the key, so no other site may see it. Not "no-referrer": then the buttons would be
        # posted without an origin, and refused.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, link: CosignLink, token: str) -> HttpResponse:
        cosignature = link.cosignature
        match cosignature.state_at(timezone.now()):
            case State.LAPSED:
                raise cosigning.TooLate
            case State.SIGNED | State.DECLINED:
                return render(request, "forms/cosign_answered.html", {"cosignature": cosignature})
        return self.page(link, self.sign_form(cosignature), self.decline_form(cosignature))

    def post(self, request: HttpRequest, link: CosignLink, token: str) -> HttpResponse:
        cosignature = link.cosignature
        by, now = Actor.citizen(), timezone.now()
        if "nee" in request.POST:
            refusal = self.decline_form(cosignature, request.POST)
            if not refusal.is_valid():
                return self.page(link, self.sign_form(cosignature), refusal, wrong=refusal)
            cosigning.decline(link=link, reason=refusal.cleaned_data["reason"].strip(), by=by, at=now)
        else:
            form = self.sign_form(cosignature, request.POST)
            if not form.is_valid() and cosignature.state_at(now) is State.WAITING:
                return self.page(link, form, self.decline_form(cosignature), wrong=form)
            if form.is_valid():
                name, declaration = form.cleaned_data["name"], self.declaration(cosignature)
                cosigning.sign(link=link, name=name, declaration=declaration, by=by, at=now)
        return redirect(request.path)

    def declaration(self, cosignature: Cosignature) -> str:
        asker = cosigning.asker_name(cosignature.submission)
        return _("I have read the answers and I agree. I sign this form together with %(asker)s.") % {"asker": asker}

    def sign_form(self, cosignature: Cosignature, data: Any = None) -> SignForm:
        return SignForm(data, declaration=self.declaration(cosignature), initial={"name": cosignature.name})

    def decline_form(self, cosignature: Cosignature, data: Any = None) -> DeclineForm:
        return DeclineForm(data, asker=cosigning.asker_name(cosignature.submission))

    def page(self, link: CosignLink, sign: SignForm, decline: DeclineForm, wrong: Any = None) -> HttpResponse:
        cosignature = link.cosignature
        submission = cosignature.submission
        context = {
            "cosignature": cosignature,
            "title": submission.answers["title"],
            "asker": cosigning.asker_name(submission),
            "sent_at": submission.submitted_at,
            "steps": cosigning.seen_by_cosigner(submission),
            "sign": sign,
            "decline": decline,
            "form": wrong,
        }
        return render(self.request, "forms/cosign.html", context)


# --- Asking once more


class AskAgainForm(LoketFormMixin, forms.Form):
    """To the same address, or to the right one."""

    summary_in_form = False
    email = forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, cosignature: Cosignature, **kwargs: Any) -> None:
        kwargs |= {"prefix": f"m{cosignature.pk}", "initial": {"email": cosignature.email}}
        super().__init__(*args, **kwargs)
        self.cosignature = cosignature
        self.fields["email"].label = _("E-mail address of %(name)s") % {"name": cosignature.name}


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class AskAgain(View):
    """For who filled in, from the follow page: send the question once more, also to another address."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        link = link_of(request, kwargs["token"], timezone.now())
        if link is None or not link.goes_to_the_citizen:
            raise Http404
        response = super().dispatch(request, link, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"  # as for Cosign
        response["X-Robots-Tag"] = "noindex"
        return response

    def waiting(self, link: FollowLink) -> Any:
        return Cosignature.objects.waiting(timezone.now()).filter(submission__dossier=link.dossier_id)

    def get(self, request: HttpRequest, link: FollowLink, token: str) -> HttpResponse:
        return self.page(link, [AskAgainForm(cosignature=one) for one in self.waiting(link)])

    def post(self, request: HttpRequest, link: FollowLink, token: str) -> HttpResponse:
        forms_shown, wrong = [], None
        for one in self.waiting(link):
            chosen = request.POST.get("wie") == str(one.pk)
            form = AskAgainForm(request.POST if chosen else None, cosignature=one)
            forms_shown.append(form)
            if chosen and form.is_valid():
                try:
                    email = form.cleaned_data["email"]
                    cosigning.ask_again(cosignature=one, email=email, by=Actor.citizen(), at=timezone.now())
                except cosigning.AskRefused as refused:
                    form.add_error("email", str(refused))
                else:
                    return redirect(f"{request.path}?gevraagd={one.pk}")
            wrong = form if chosen else wrong
        return self.page(link, forms_shown, wrong)

    def page(self, link: FollowLink, shown: list[AskAgainForm], wrong: AskAgainForm | None = None) -> HttpResponse:
        asked = self.request.GET.get("gevraagd", "")
        context = {
            "dossier": link.dossier,
            "back": link.get_absolute_url(),
            "forms": shown,
            "form": wrong,
            "asked": next((form.cosignature for form in shown if str(form.cosignature.pk) == asked), None),
        }
        return render(self.request, "forms/cosign_again.html", context)


class StaffAskAgainForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    until = forms.DateField(
        label=gettext_lazy("Sign until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("This day included."),
    )


@method_decorator(never_cache, name="dispatch")
class StaffAskAgain(ScopedView):
    """A clerk sends the question once more, mends the address or gives more time. Written down."""

    model = Cosignature
    permission = "dossiers.handle_dossier"

    @cached_property
    def cosignature(self) -> Cosignature:
        queryset = self.get_queryset().select_related("submission__dossier")
        return get_object_or_404(queryset, pk=self.kwargs["pk"])

    @property
    def dossier(self) -> Any:
        return self.cosignature.submission.dossier

    def authorise(self) -> None:
        if not may_handle(self.user, self.dossier):
            raise PermissionDenied

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.cosignature.state in {State.SIGNED, State.DECLINED}:
            return redirect(self.dossier)
        AccessLog.objects.record(user=self.user, action="view", obj=self.cosignature, at=timezone.now())
        return self.page(StaffAskAgainForm(initial={"email": self.cosignature.email, "until": self.proposed()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = StaffAskAgainForm(request.POST)
        if form.is_valid():
            try:
                cosigning.ask_again(
                    cosignature=self.cosignature, **form.cleaned_data, by=Actor.staff(self.user), at=timezone.now()
                )
            except cosigning.AskRefused as refused:
                form.add_error(refused.field, str(refused))
            else:
                messages.success(request, _("%(name)s is asked once more.") % {"name": self.cosignature.name})
                return redirect(self.dossier)
        return self.page(form, status=422)

    def proposed(self) -> date:
        """The day it is, or a week more when that is over."""
        now = timezone.now()
        if self.cosignature.state_at(now) is State.WAITING:
            return self.cosignature.until
        return cosign_rules.last_day(cosign_rules.deadline_after(now, 7))

    def page(self, form: StaffAskAgainForm, status: int = 200) -> HttpResponse:
        title = _("Ask %(name)s once more") % {"name": self.cosignature.name}
        context = {
            "header_title": f"{title} – {self.dossier.number}",
            "breadcrumbs_items": [
                {"url": reverse("dossiers:list"), "label": _("Dossiers")},
                {"url": self.dossier.get_absolute_url(), "label": self.dossier.number},
                {"url": "", "label": title},
            ],
            "title": title,
            "dossier": self.dossier,
            "cosignature": self.cosignature,
            "form": form,
        }
        return render(self.request, "forms/cosign_staff.html", context, status=status)
