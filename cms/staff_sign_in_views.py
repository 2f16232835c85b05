"""The pages of signing in with the account of the organisation: to the provider and back, and in the own account."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry

from cms import second_step, staff_sign_in
from cms.second_step_views import SURE, PasswordForm, is_person, is_sure
from core.models import StaffSubject, User
from integrations import openid
from integrations.openid import Reason

PROVIDER = "staff"
NEEDS = frozenset({"email"})
TYING = "staff_tying"
"""In the session: the key of who asked, in the own account, that the provider's account opens it."""
BACKEND = "django.contrib.auth.backends.ModelBackend"
STATUS = {Reason.CANCELLED: 200, Reason.UNREACHABLE: 503, Reason.LOST: 400, Reason.WRONG: 403}


class StaffSigningIn(View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.STAFF_OIDC is None:
            raise Http404
        self.config = settings.STAFF_OIDC
        return super().dispatch(request, *args, **kwargs)

    def leave(self, request: HttpRequest, *, then: str) -> HttpResponse:
        callback = request.build_absolute_uri(reverse("staff_signed_in_back"))
        try:
            return openid.begin(request, PROVIDER, self.config, callback=callback, then=then)
        except openid.Failed as failed:
            return self.refused(failed.reason, STATUS[failed.reason])

    def refused(self, reason: str, status: int = 403) -> HttpResponse:
        return render(self.request, "cms/staff_sign_in/refused.html", {"reason": str(reason)}, status=status)


@method_decorator(never_cache, name="dispatch")
class Begin(StaffSigningIn):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        request.session.pop(TYING, None)
        return self.leave(request, then=second_step.destination(request))


@method_decorator(never_cache, name="dispatch")
class Back(StaffSigningIn):
    """Where the provider leads back to."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            answer = openid.finish(request, PROVIDER, self.config, needs=NEEDS)
        except openid.Failed as failed:
            return self.refused(failed.reason, STATUS[failed.reason])
        now, issuer = timezone.now(), self.config.issuer
        tying = request.session.pop(TYING, None)
        try:
            if tying is not None:
                if not isinstance(request.user, User) or request.user.pk != tying:
                    return self.refused(Reason.LOST, STATUS[Reason.LOST])
                staff_sign_in.tie(user=request.user, claims=answer.claims, issuer=issuer, at=now)
                messages.success(request, _("From now on you can sign in with your account of the organisation."))
                return redirect("staff_sign_in_account")
            user = staff_sign_in.user_of(claims=answer.claims, issuer=issuer, at=now)
        except staff_sign_in.NoAccess:
            return self.refused("no_access")
        login(request, user, backend=BACKEND)
        request.session[SURE] = now.timestamp()
        second_step.pass_by_provider(user, request.session, passed=staff_sign_in.is_second_step(answer.claims))
        return redirect(answer.then)


class Account(StaffSigningIn):
    """A part of "my account": whether the account of the organisation opens it; tie it, or untie it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(PasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        assert isinstance(person, User)  # noqa: S101  Wagtail lets nobody else in
        form = PasswordForm(request.POST)
        if staff_sign_in.has_password(person):
            if not form.is_valid() or not is_person(request, form, person):
                return self.page(form)
        elif not is_sure(request):
            return self.page(form)
        if request.POST.get("doe") == "los":
            if staff_sign_in.has_password(person) and staff_sign_in.untie(
                user=person, issuer=self.config.issuer, at=timezone.now()
            ):
                messages.success(request, _("Your account of the organisation opens Loket no longer."))
            return redirect("staff_sign_in_account")
        request.session[TYING] = person.pk
        return self.leave(request, then=reverse("staff_sign_in_account"))

    def page(self, form: PasswordForm) -> HttpResponse:
        person = self.request.user
        assert isinstance(person, User)  # noqa: S101  Wagtail lets nobody else in
        return render(
            self.request,
            "cms/staff_sign_in/account.html",
            {
                "breadcrumbs_items": [
                    {"url": reverse("wagtailadmin_account"), "label": _("Account")},
                    {"url": "", "label": _("Account of the organisation")},
                ],
                "header_title": _("Account of the organisation"),
                "header_icon": "user",
                "form": form,
                "tie": StaffSubject.objects.filter(user=person, issuer=self.config.issuer).first(),
                "has_password": staff_sign_in.has_password(person),
            },
        )


def account_item(request: HttpRequest) -> dict[str, Any] | None:
    """The way in, under "More actions" of the account; nothing without a provider."""
    if settings.STAFF_OIDC is None:
        return None
    return {
        "url": reverse("staff_sign_in_account"),
        "label": _("Account of the organisation"),
        "help_text": _("Sign in to Loket with the account of your work."),
    }


def register_log_actions(actions: LogActionRegistry) -> None:
    """What the history of an account says of it."""
    for action, words in (
        (staff_sign_in.TIED, gettext_lazy("Tied the account of the organisation")),
        (staff_sign_in.UNTIED, gettext_lazy("Untied the account of the organisation")),
    ):
        actions.register_action(action, words, words)
