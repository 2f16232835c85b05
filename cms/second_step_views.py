"""The screens of the second step at sign-in: give a code, set it up, keep recovery codes, take it away.

Between the password and the code a person is nobody (cms.middleware), so the first two stand outside Wagtail's admin
and look like its sign-in page; the others are screens like any other.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry, log

from cms import second_step
from cms.staff_sign_in import has_password
from core import passkeys, second_factor
from core.encryption import decrypt, encrypt
from core.models import User
from core.passkeys import Site
from core.views import ScopedView
from integrations.actions import queue_mail

PENDING, CODES, SURE = "second_factor_pending", "second_factor_codes", "second_factor_sure"
"""In the session: the key that is being set up and the codes to show, both encrypted; when the password was given."""
SURE_FOR = timedelta(minutes=10)
CHALLENGE = "passkey_challenge"
"""In the session: what a passkey must sign on the page that was shown last; it is taken once."""
FEW = 3
BY_PAPER = "herstelcode"  # value of ?met=
SET_UP, RENEWED, REMOVED, RESET, RECOVERY_USED, PASSKEY_ADDED, PASSKEY_REMOVED = (
    f"loket.second_factor.{what}"
    for what in ("set_up", "renewed", "removed", "reset", "recovery_used", "passkey_added", "passkey_removed")
)
SUBJECTS = {
    SET_UP: gettext_lazy("Loket now asks a code when you sign in"),
    RENEWED: gettext_lazy("You have new recovery codes for Loket"),
    REMOVED: gettext_lazy("Loket no longer asks a code when you sign in"),
    RESET: gettext_lazy("The second step of your sign-in to Loket was taken away"),
    PASSKEY_ADDED: gettext_lazy("A passkey was added to your account in Loket"),
    PASSKEY_REMOVED: gettext_lazy("A passkey was taken away from your account in Loket"),
    RECOVERY_USED: gettext_lazy("A recovery code was used to sign in to Loket"),
}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("6-digit code"),
        max_length=20,
        error_messages={"required": gettext_lazy("Type the 6 digits that your app shows.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
        ),
    )


class RecoveryForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Recovery code"),
        max_length=40,
        error_messages={"required": gettext_lazy("Type one of the codes on your paper.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "autofocus": True, "spellcheck": "false"}
        ),
    )


class PasskeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the passkey"),
        help_text=gettext_lazy("So that you recognise it later: laptop at work, blue key."),
        max_length=60,
        error_messages={"required": gettext_lazy("Give the passkey a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    passkey = forms.CharField(widget=forms.HiddenInput, max_length=passkeys.LONGEST)


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("Needed to change something here."),
        strip=False,
        error_messages={"required": gettext_lazy("Type your password, so that we know that it is you.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AskCode(View):
    """After the password: the code of the app, or one from paper."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person = second_step.signing_in(request)
        if person is None:
            return redirect(second_step.destination(request))
        if person.second_factor_id is None:
            return redirect(f"{reverse('second_step_set_up')}?{request.GET.urlencode()}")
        return self._page(RecoveryForm() if self._by_paper else CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        person = second_step.signing_in(request)
        if person is None or person.second_factor_id is None:
            return self.get(request)
        if "passkey" in request.POST:
            return self._by_passkey(request, person)
        form = (RecoveryForm if self._by_paper else CodeForm)(request.POST)
        if not form.is_valid() or not self._is_right(form, person):
            return self._page(form)
        second_step.pass_with(person, request.session)
        return redirect(second_step.destination(request))

    def _by_passkey(self, request: HttpRequest, person: User) -> HttpResponse:
        site, challenge = Site.of(request), request.session.pop(CHALLENGE, "")
        try:
            if site is None or not challenge:
                raise passkeys.NotTaken
            answer = request.POST["passkey"]
            passkeys.verify(person, answer=answer, challenge=challenge, site=site, at=timezone.now())
        except passkeys.NotTaken:
            return self._page(CodeForm(), refused=True)
        second_step.pass_with(person, request.session)
        return redirect(second_step.destination(request))

    def _is_right(self, form: forms.Form, person: User) -> bool:
        code, now = form.cleaned_data["code"], timezone.now()
        try:
            if self._by_paper:
                left = second_factor.verify_recovery(person, code, at=now)
                _tell(person, RECOVERY_USED, at=now)
                if left <= FEW:
                    messages.warning(self.request, _few_left(left))
            else:
                second_factor.verify(person, code, at=now)
        except second_factor.TooSoon as refusal:
            form.add_error("code", _too_soon(refusal.seconds))
        except second_factor.WrongCode:
            form.add_error(
                "code",
                _("This is none of your recovery codes, or you used it before. Each code works once.")
                if self._by_paper
                else _("This code is not right. Type the code that your app shows now; each code works once."),
            )
        return form.is_valid()

    @property
    def _by_paper(self) -> bool:
        return self.request.GET.get("met") == BY_PAPER

    def _page(self, form: forms.Form, *, refused: bool = False) -> HttpResponse:
        person = second_step.signing_in(self.request)
        site, question = Site.of(self.request), None
        if person and site and not self._by_paper and passkeys.of(person):
            question = passkeys.ask(person, site)
            self.request.session[CHALLENGE] = question.challenge
            form.fields["code"].widget.attrs.pop("autofocus", None)  # the button of the passkey comes first
        context = {
            "form": form,
            "by_paper": self._by_paper,
            "next": self.request.POST.get("next") or self.request.GET.get("next") or "",
            "question": question,
            "refused": refused,
            "has_app": bool(person and person.second_factor and person.second_factor.has_app),
        }
        return render(self.request, "cms/second_step/code.html", context)


class Leave(View):
    """Wagtail signs out only who is signed in, and half-way one is not."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        logout(request)
        return redirect("wagtailadmin_login")


class SettingUp(View):
    """For who has no second step yet and needs it, and for who gave the password again on the account page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = second_step.signing_in(request)
        if person is not None and person.second_factor_id is not None:
            return second_step.ask(request)  # who has one proves it first: a password alone replaces nothing
        if person is None:
            if not isinstance(request.user, User):
                return redirect("wagtailadmin_login")
            if not is_sure(request):
                return redirect("second_step_account")
            person = request.user
        self.person = person
        return super().dispatch(request, *args, **kwargs)


class SetUp(SettingUp):
    """In three steps: an app, the key, a code to see that it works."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm()
        del form.fields["code"].widget.attrs["autofocus"]  # it stands last, and there is something to read first
        return self._page(form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        now = timezone.now()
        try:
            codes = second_factor.set_up(self.person, key=self._key(), code=form.cleaned_data["code"], at=now)
        except second_factor.WrongCode:
            form.add_error(
                "code",
                _("This code does not fit the key. Wait for the next one, and see that your phone's clock is right."),
            )
            return self._page(form)
        request.session.pop(PENDING, None)
        second_step.pass_with(self.person, request.session)
        log(instance=self.person, action=SET_UP, user=self.person)
        _tell(self.person, SET_UP, at=now)
        _keep_codes(request, codes)
        return redirect(f"{reverse('second_step_codes')}?{request.GET.urlencode()}")

    def _key(self) -> str:
        """The same one until a code of it was given: a page that is opened again must not spoil what was scanned."""
        kept = self.request.session.get(PENDING)
        if kept is None:
            kept = self.request.session[PENDING] = encrypt(second_factor.new_key())
        return decrypt(kept)

    def _page(self, form: forms.Form) -> HttpResponse:
        key = self._key()
        address = second_factor.key_address(
            key, account=self.person.get_username(), issuer=f"Loket {settings.MUNICIPALITY}"
        )
        return render(
            self.request,
            "cms/second_step/set_up.html",
            {
                "form": form,
                "picture": mark_safe(second_factor.picture(address)),  # noqa: S308  drawn by us
                "address": address,
                "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
                "required": second_step.is_required(self.person),
                "offers_passkey": Site.of(self.request) is not None and self.person.second_factor_id is None,
                "next": self.request.GET.get("next", ""),
            },
        )


class AddPasskey(SettingUp):
    """A key of the device, beside the app or instead of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PasskeyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form, site = PasskeyForm(request.POST), Site.of(request)
        challenge, now = request.session.pop(CHALLENGE, ""), timezone.now()
        if not form.is_valid() or site is None:
            return self._page(form)
        given = form.cleaned_data
        try:
            if not challenge:
                raise passkeys.NotTaken
            _passkey, codes = passkeys.add(
                self.person, answer=given["passkey"], challenge=challenge, site=site, name=given["name"], at=now
            )
        except passkeys.NotTaken:
            form.add_error("name", _("This passkey could not be added. Try again, or use another one."))
            return self._page(form)
        log(instance=self.person, action=PASSKEY_ADDED, user=self.person)
        _tell(self.person, PASSKEY_ADDED, at=now)
        second_step.pass_with(self.person, request.session)
        if codes:
            _keep_codes(request, codes)
            return redirect(f"{reverse('second_step_codes')}?{request.GET.urlencode()}")
        messages.success(request, _("The passkey was added."))
        return redirect("second_step_account")

    def _page(self, form: PasskeyForm) -> HttpResponse:
        site, question = Site.of(self.request), None
        if site is not None:
            question = passkeys.ask_new(self.person, site, called=f"Loket {settings.MUNICIPALITY}")
            self.request.session[CHALLENGE] = question.challenge
        context = {"form": form, "question": question, "next": self.request.GET.get("next", "")}
        return render(self.request, "cms/second_step/passkey.html", context)


class Codes(View):
    """The recovery codes, until their owner says that they are kept."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or CODES not in request.session:
            return redirect("wagtailadmin_home")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            "cms/second_step/codes.html",
            {"codes": json.loads(decrypt(request.session[CODES])), "today": timezone.localdate()},
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        del request.session[CODES]
        return redirect(second_step.destination(request))


class Account(View):
    """A part of "my account": what there is, and after the password again, what can be done with it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        assert isinstance(person, User)  # noqa: S101  Wagtail lets nobody else in
        form = PasswordForm(request.POST)
        if has_password(person):
            if not form.is_valid() or not is_person(request, form, person):
                return self._page(form)
            request.session[SURE] = timezone.now().timestamp()
        elif not is_sure(request):
            return self._page(form)
        wish, now = request.POST.get("doe", ""), timezone.now()
        if wish == "codes" and person.second_factor_id is not None:
            _keep_codes(request, second_factor.renew_codes(person))
            log(instance=person, action=RENEWED, user=person)
            _tell(person, RENEWED, at=now)
            return redirect(f"{reverse('second_step_codes')}?next={reverse('second_step_account')}")
        if wish == "passkey":
            return redirect(f"{reverse('second_step_passkey')}?next={reverse('second_step_account')}")
        if wish.startswith("weg-") and wish.removeprefix("weg-").isdecimal():
            return self._remove_passkey(person, int(wish.removeprefix("weg-")))
        if wish == "weg" and second_factor.remove(person):
            log(instance=person, action=REMOVED, user=person)
            _tell(person, REMOVED, at=now)
            messages.success(request, _("The second step was taken away."))
            return redirect("second_step_account")
        return redirect(f"{reverse('second_step_set_up')}?next={reverse('second_step_account')}")

    def _remove_passkey(self, person: User, pk: int) -> HttpResponse:
        try:
            removed = passkeys.remove(person, pk)
        except passkeys.LastOne:
            messages.warning(
                self.request, _("This is your only second step besides paper. First add an app or another passkey.")
            )
        else:
            if removed:
                log(instance=person, action=PASSKEY_REMOVED, user=person)
                _tell(person, PASSKEY_REMOVED, at=timezone.now())
                messages.success(self.request, _("The passkey %(name)s was taken away.") % {"name": removed})
        return redirect("second_step_account")

    def _page(self, form: forms.Form) -> HttpResponse:
        person = self.request.user
        assert isinstance(person, User)  # noqa: S101  Wagtail lets nobody else in
        left = second_factor.codes_left(person)
        return render(
            self.request,
            "cms/second_step/account.html",
            {
                "breadcrumbs_items": [
                    {"url": reverse("wagtailadmin_account"), "label": _("Account")},
                    {"url": "", "label": _("Second step at sign-in")},
                ],
                "header_title": _("Second step at sign-in"),
                "header_icon": "lock",
                "form": form,
                "factor": person.second_factor,
                "passkeys": passkeys.of(person),
                "offers_passkey": Site.of(self.request) is not None,
                "left": left,
                "few": left <= FEW,
                "required": second_step.is_required(person),
                "has_password": has_password(person),
                "is_sure": is_sure(self.request),
            },
        )


class Reset(ScopedView):
    """Somebody lost the phone and the paper: the administrator takes the step away, and it is set up anew."""

    model = User
    permission = "core.change_user"

    def get_queryset(self) -> Any:
        """Not one's own (that is on the account page, with the password), and a superuser only by another one."""
        others = User.objects.exclude(pk=self.user.pk).exclude(second_factor=None)
        return others if self.user.is_superuser else others.exclude(is_superuser=True)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person: User = self.get_object()
        return render(
            request,
            "cms/second_step/reset.html",
            {
                "breadcrumbs_items": [
                    {"url": reverse("wagtailusers_users:index"), "label": _("Users")},
                    {"url": reverse("wagtailusers_users:edit", args=[pk]), "label": str(person)},
                    {"url": "", "label": _("Take away the second step")},
                ],
                "header_title": _("Take away the second step"),
                "header_icon": "lock",
                "person": person,
                "required": second_step.is_required(person),
            },
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person: User = self.get_object()
        if second_factor.remove(person):
            person.end_sessions()
            log(instance=person, action=RESET, user=self.user)
            _tell(person, RESET, at=timezone.now(), by=self.user)
        messages.success(request, _("The second step of %(name)s was taken away.") % {"name": person})
        return redirect("wagtailusers_users:edit", pk)


def account_item(request: HttpRequest) -> dict[str, Any]:
    """The way in, under "More actions" of the account."""
    return {
        "url": reverse("second_step_account"),
        "label": _("Second step at sign-in"),
        "help_text": _("A code of an app on your phone, or a passkey, besides your password."),
    }


def register_log_actions(actions: LogActionRegistry) -> None:
    """What the history of an account says of it."""
    actions.register_action(SET_UP, gettext_lazy("Set up the second step"), gettext_lazy("Set up the second step"))
    actions.register_action(RENEWED, gettext_lazy("New recovery codes"), gettext_lazy("Made new recovery codes"))
    for action, words in (
        (PASSKEY_ADDED, gettext_lazy("Added a passkey")),
        (PASSKEY_REMOVED, gettext_lazy("Took a passkey away")),
    ):
        actions.register_action(action, words, words)
    actions.register_action(
        REMOVED, gettext_lazy("Took the second step away"), gettext_lazy("Took the own second step away")
    )
    actions.register_action(
        RESET, gettext_lazy("Second step reset"), gettext_lazy("Took the second step of this person away")
    )


def _tell(person: User, what: str, *, at: datetime, by: User | None = None) -> None:
    """So that nobody changes how somebody signs in without that person knowing."""
    if not person.email:
        return
    queue_mail(
        kind="account",
        key=f"{what}-{person.pk}-{at.timestamp()}",
        to=[person.email],
        subject=str(SUBJECTS[what]),
        template="cms/mails/second_step.txt",
        context={"person": person, "subject": SUBJECTS[what], "by": by, "at": timezone.localtime(at)},
        at=at,
        expires_at=at + timedelta(days=3),
    )


def _keep_codes(request: HttpRequest, codes: list[str]) -> None:
    request.session[CODES] = encrypt(json.dumps(codes))


def is_person(request: HttpRequest, form: forms.Form, person: User) -> bool:
    """Whether it is the own password. Through the same door as signing in, so that guessing is locked out there too."""
    password = form.cleaned_data["password"]
    if authenticate(request, username=person.get_username(), password=password) != person:
        form.add_error("password", _("This is not your password."))
    return form.is_valid()


def is_sure(request: HttpRequest) -> bool:
    """Whether the password was given again a moment ago, or the sign-in of the organisation was."""
    given = request.session.get(SURE)
    return given is not None and timezone.now().timestamp() - given < SURE_FOR.total_seconds()


def _too_soon(seconds: int) -> str:
    return ngettext(
        "There were several wrong codes. Wait %(number)d second, and try again.",
        "There were several wrong codes. Wait %(number)d seconds, and try again.",
        seconds,
    ) % {"number": seconds}


def _few_left(left: int) -> str:
    return ngettext(
        "You have %(number)d recovery code left. Make new ones in your account.",
        "You have %(number)d recovery codes left. Make new ones in your account.",
        left,
    ) % {"number": left}
