"""Mijn dossiers: a link by mail, fifteen minutes, once (docs/rules/volgen.md)."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from core import counters
from core.rates import Window, countable, disguised
from dossiers.models import EmailLogin, EmailLoginCount, FollowLink
from dossiers.models.email_login import hash_of
from integrations.actions import queue

LINK_LIFE = timedelta(minutes=15)
HOUR = timedelta(hours=1)
PER_ADDRESS = 5
"""Mails to one address in an hour."""
PER_NETWORK = 20
"""Requests from one connection in an hour: families and libraries share one."""


class TooManyAsked(Exception):
    """From this network too many links were asked; says nothing about any address."""


def links_of(email: str, at: datetime) -> list[FollowLink]:
    """The newest good link of each dossier in which this address was given and to which our answers go."""
    links = (
        FollowLink.objects.good(at)
        .filter(email__iexact=email)
        .select_related("dossier__status", "dossier__process_version")
        .order_by("created_at")
    )
    newest = {link.dossier_id: link for link in links if link.goes_to_the_citizen}
    return sorted(newest.values(), key=lambda link: link.dossier.first_contact_at, reverse=True)


@transaction.atomic
def ask_link(*, email: str, network: str, at: datetime) -> None:
    """Mail a link when we know the address; whoever asks cannot see the difference. Raises TooManyAsked."""
    email = email.strip().lower()
    if not _counted(countable(network), "network", PER_NETWORK, at):
        raise TooManyAsked
    if not _counted(email, "address", PER_ADDRESS, at) or not links_of(email, at):
        return
    token = secrets.token_urlsafe(32)
    login = EmailLogin.objects.create(token_hash=hash_of(token), email=email, created_at=at, expires_at=at + LINK_LIFE)
    address = settings.BASE_URL + reverse("my_dossiers_link", args=[token])
    queue(
        connector="mail",
        kind="dossier",
        key=f"my-dossiers-{login.pk}",
        payload={
            "to": [email],
            "subject": _("Your dossiers at %(municipality)s") % {"municipality": settings.MUNICIPALITY},
            "text": render_to_string(
                "dossiers/mails/my_dossiers.txt", {"address": address, "help_phone": settings.HELP_PHONE}
            ),
            "html": "",
            "reply_to": "",
        },
        expires_at=login.expires_at,
        at=at,
    )


def use_link(*, token: str, at: datetime) -> EmailLogin | None:
    """Use the link up: of any number at the same moment one succeeds."""
    if not EmailLogin.objects.unused(token, at).update(used_at=at):
        return None
    return EmailLogin.objects.get(token_hash=hash_of(token))


def log_out(*, login: EmailLogin, at: datetime) -> None:
    EmailLogin.objects.filter(pk=login.pk, ended_at__isnull=True).update(ended_at=at)


@transaction.atomic
def purge_logins(*, at: datetime) -> None:
    """Forget what nobody can use any more."""
    EmailLogin.objects.filter(expires_at__lt=at - HOUR).delete()
    EmailLoginCount.objects.filter(ends_at__lte=at).delete()


def _counted(whom: str, kind: str, most: int, at: datetime) -> bool:
    if not whom:
        return True
    window = Window.around(at, HOUR)
    row = {"subject": disguised(whom, f"my-dossiers-{kind}", window), "ends_at": window.end}
    return counters.add(EmailLoginCount, row, below=most)
