"""Who needs the second step at sign-in, and whether somebody has taken it. ``core/second_factor.py`` holds the codes.

Asked of everybody who may do more than work at the website or look at figures: a new right counts as one that shows
personal data until it is named here. Whoever set the step up without having to, is asked as well.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from cms import roles
from core.models import User

WITHOUT_PERSONAL_DATA = (
    roles.ENTER
    | roles.EDIT_WEBSITE
    | roles.EDIT_PAGES
    | roles.EDIT_FILES
    | roles.MANAGE_FILES
    | roles.SEE_OWN_SATISFACTION
    | {"dossiers.view_all_survey_results"}
)
"""Rights with which nobody sees who a citizen is."""

PASSED = "second_factor"
"""In the session: the key of the second factor that was used to open it."""

BY_PROVIDER = "second_factor_by_provider"
"""In the session: the key of whose second step was asked by the sign-in of the organisation."""

OPEN_PAGES = frozenset(
    {
        "staff_sign_in",
        "staff_signed_in_back",
        "second_step",
        "second_step_set_up",
        "second_step_passkey",
        "second_step_leave",
        "wagtailadmin_login",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_password_reset",
        "wagtailadmin_password_reset_done",
        "wagtailadmin_password_reset_confirm",
        "wagtailadmin_password_reset_complete",
    }
)
"""What opens within /beheer/ between the password and the second step: nothing here shows who is a citizen."""


def sees_personal_data(user: User) -> bool:
    return user.is_superuser or bool(user.get_all_permissions() - WITHOUT_PERSONAL_DATA)


def is_required(user: User) -> bool:
    return settings.SECOND_FACTOR_REQUIRED and sees_personal_data(user)


def is_missing(user: User, session: SessionBase) -> bool:
    """Signed in with a password, and not yet with the code that this person has or must have."""
    if session.get(BY_PROVIDER) == user.pk:
        return False
    if user.second_factor_id is not None:
        return bool(session.get(PASSED) != user.second_factor_id)
    return is_required(user)


def pass_with(user: User, session: SessionBase) -> None:
    """This session is opened with the person's second factor of now. Its cookie changes, as at every sign-in."""
    session.cycle_key()
    session[PASSED] = user.second_factor_id


def pass_by_provider(user: User, session: SessionBase, *, passed: bool) -> None:
    """Whether the sign-in of the organisation asked for it this time (cms/staff_sign_in.py)."""
    session[BY_PROVIDER] = user.pk if passed else None


def signing_in(request: HttpRequest) -> User | None:
    """Who gave a password in this session and still owes the second step (cms.middleware)."""
    if request.user.is_authenticated:
        return None
    person = getattr(request, "signing_in", None)
    return person if isinstance(person, User) else None


def is_open(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name in OPEN_PAGES


def ask(request: HttpRequest) -> HttpResponseRedirect:
    """To the second step, and afterwards to where this person was going."""
    address = reverse("second_step")
    where = request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home")
    return redirect(address if where == reverse("wagtailadmin_home") else f"{address}?{urlencode({'next': where})}")


def destination(request: HttpRequest) -> str:
    """Where ``next`` says to go on, when that is within Loket."""
    where = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(where, {request.get_host()}, require_https=request.is_secure())
    return where if safe else reverse("wagtailadmin_home")
