"""Staff who sign in with the account of the organisation (OpenID Connect): whose account in Loket it opens.

It opens accounts that are there and gives no rights. docs/rules/aanmelden.md
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.models import StaffSubject, User
from integrations.actions import queue_mail

TIED, UNTIED = "loket.staff.tied", "loket.staff.untied"
LONGEST = 255


class NoAccess(Exception):
    """There is no account that this sign-in may open. Nobody learns which of the reasons it is."""


class PasswordGate:
    """Stands before the check of passwords: where they are switched off only superusers have one that works."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        superusers = User.objects.filter(username=credentials.get("username"), is_superuser=True)
        if not settings.STAFF_PASSWORD and not superusers.exists():
            User().set_password(str(credentials.get("password")))  # as long as a check takes: no name is given away
            raise PermissionDenied


def has_password(user: User) -> bool:
    """Whether a password lets this person in."""
    return settings.STAFF_PASSWORD or user.is_superuser


@transaction.atomic
def user_of(*, claims: Mapping[str, Any], issuer: str, at: datetime) -> User:
    """Whose account it opens. Raises NoAccess.

    The first time, where the town allows it (``STAFF_OIDC_BY_EMAIL``), the account with the same verified e-mail
    address: the only active one, of nobody who is a superuser.
    """
    value = _subject(claims)
    tie = StaffSubject.objects.select_related("user").filter(issuer=issuer, value=value).first()
    if tie is None:
        user = _by_email(claims)
        _tie(user, issuer, value, at)
        return user
    if not tie.user.is_active:
        raise NoAccess
    StaffSubject.objects.filter(pk=tie.pk).update(last_at=at)
    return tie.user


@transaction.atomic
def tie(*, user: User, claims: Mapping[str, Any], issuer: str, at: datetime) -> None:
    """Its owner, who is signed in, says that it is the same person. Raises NoAccess when it is another account's."""
    value = _subject(claims)
    StaffSubject.objects.filter(user=user, issuer=issuer).exclude(value=value).delete()
    if not StaffSubject.objects.filter(user=user, issuer=issuer).exists():
        _tie(user, issuer, value, at)


@transaction.atomic
def untie(*, user: User, issuer: str, at: datetime) -> bool:
    if not StaffSubject.objects.filter(user=user, issuer=issuer).delete()[0]:
        return False
    log(instance=user, action=UNTIED, user=user)
    _tell(user, _("Your account of the organisation opens Loket no longer"), at)
    return True


def is_second_step(claims: Mapping[str, Any]) -> bool:
    """Whether the provider itself asked for more than a password, in a way that the town trusts."""
    methods = claims.get("amr")
    said = {claims.get("acr"), *(methods if isinstance(methods, list) else [])}
    return any(each in said for each in settings.STAFF_OIDC_SECOND_STEP)


def _subject(claims: Mapping[str, Any]) -> str:
    value = claims.get("sub")
    if not isinstance(value, str) or not value or len(value) > LONGEST:
        raise NoAccess
    return value


def _by_email(claims: Mapping[str, Any]) -> User:
    email = claims.get("email")
    if not settings.STAFF_OIDC_BY_EMAIL or claims.get("email_verified") is not True or not isinstance(email, str):
        raise NoAccess
    same = [user for user in User.objects.filter(email__iexact=email) if user.email.lower() == email.lower()]
    active = [user for user in same if user.is_active]
    if not email or len(active) != 1 or active[0].is_superuser:
        raise NoAccess
    return active[0]


def _tie(user: User, issuer: str, value: str, at: datetime) -> None:
    try:
        with transaction.atomic():
            StaffSubject.objects.create(user=user, issuer=issuer, value=value, since=at, last_at=at)
    except IntegrityError:  # the account has another one already, or it is somebody else's
        raise NoAccess from None
    log(instance=user, action=TIED, user=user)
    _tell(user, _("Your account of the organisation now opens Loket"), at)


def _tell(person: User, subject: str, at: datetime) -> None:
    if person.email:
        queue_mail(
            kind="account",
            key=f"staff-sign-in-{person.pk}-{at.timestamp()}",
            to=[person.email],
            subject=subject,
            template="cms/mails/second_step.txt",
            context={"person": person, "subject": subject, "by": None, "at": timezone.localtime(at)},
            at=at,
            expires_at=at + timedelta(days=3),
        )
