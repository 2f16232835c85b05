"""Somebody joins or leaves: an invitation by mail, and the end of every way in."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.staff_sign_in import has_password
from core import second_factor
from core.actors import Actor
from core.models import User
from integrations.actions import queue_mail

INVITED, LEFT, CAME_BACK = (f"loket.staff.{what}" for what in ("invited", "left", "came_back"))


@transaction.atomic
def invite(*, person: User, by: Actor, at: datetime) -> bool:
    """A mail with a link to choose a password, good once and for some days. An older link works until a password was
    chosen or its own days are over. Returns whether there is an address to send it to."""
    if not person.email:
        return False
    lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    key = urlsafe_base64_encode(force_bytes(person.pk))
    address = reverse("wagtailadmin_password_reset_confirm", args=[key, default_token_generator.make_token(person)])
    queue_mail(
        kind="account",
        key=f"{INVITED}-{person.pk}-{at.timestamp()}",
        to=[person.email],
        subject=_("Choose your password for Loket") if has_password(person) else _("You have access to Loket"),
        template="cms/mails/invitation.txt",
        context={
            "person": person,
            "by": by.user,
            "by_organisation": not has_password(person),
            "address": settings.BASE_URL + address,
            "until": timezone.localtime(at + lasts),
            "login": settings.BASE_URL + reverse("wagtailadmin_home"),
        },
        at=at,
        expires_at=at + lasts,
    )
    log(instance=person, action=INVITED, user=by.user)
    return True


@transaction.atomic
def end_access(person: User) -> None:
    """Signed out everywhere, and no second step left: whoever comes back sets it up anew. Safe to repeat."""
    person.end_sessions()
    second_factor.remove(person)


@transaction.atomic
def deactivate(*, person: User, by: Actor) -> bool:
    """Nobody signs in with this account any more, from this moment. What the person did keeps the name."""
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        return False
    person.is_active = False
    end_access(person)
    log(instance=person, action=LEFT, user=by.user)
    return True


@transaction.atomic
def reactivate(*, person: User, by: Actor, at: datetime) -> bool:
    """Back in service: with a new password only, for which the link goes along."""
    if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        return False
    person.is_active = True
    person.set_password(secrets.token_urlsafe(32))
    person.save(update_fields=["password"])
    log(instance=person, action=CAME_BACK, user=by.user)
    invite(person=person, by=by, at=at)
    return True
