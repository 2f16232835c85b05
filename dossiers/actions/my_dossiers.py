"""Mijn dossiers: a link by mail or by text message, fifteen minutes, once (docs/rules/volgen.md)."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import counters
from core.rates import Window, countable, disguised
from dossiers.actions.notifying import first_contact
from dossiers.channels import short_text
from dossiers.models import CitizenLogin, CitizenLoginCount, Contact, Dossier, FollowLink
from dossiers.models.follow_link import FollowLinkQuerySet
from integrations import health
from integrations.actions import queue, queue_mail
from parties.models import hash_of

LINK_LIFE = timedelta(minutes=15)
PHONE_LINK_LIFE = timedelta(days=1)
"""How long the page stays open that a link by text message led to: time to find a paper and write an answer."""
HOUR = timedelta(hours=1)
PER_ADDRESS = 5
"""Mails to one address in an hour."""
PER_NUMBER = 3
"""Text messages to one number in an hour: each costs the town money."""
PER_NETWORK = 20
"""Requests from one connection in an hour: families and libraries share one."""


class TooManyAsked(Exception):
    """From this network too many links were asked; says nothing about any address."""


def links_of(login: CitizenLogin, at: datetime) -> list[FollowLink]:
    """The newest good link of each dossier in which this address or number was given and to which our answers go."""
    return links_of_number(login.phone, at) if login.phone else links_of_address(login.email, at)


def links_of_address(email: str, at: datetime) -> list[FollowLink]:
    return _newest(FollowLink.objects.good(at).filter(email__iexact=email))


def links_of_number(mobile: str, at: datetime) -> list[FollowLink]:
    """Those that were made when a link by text message was used."""
    return _newest(FollowLink.objects.good(at).filter(phone=mobile))


def dossiers_of_number(mobile: str) -> list[Dossier]:
    """In which this number, in E.164, was given and to which our answers go."""
    given = Contact.objects.opening().filter(given_mobile=mobile).select_related("dossier")
    return [contact.dossier for contact in given if contact.dossier and contact.answers_reach(mobile)]


@transaction.atomic
def ask_link(*, email: str, network: str, at: datetime) -> None:
    """Mail a link when we know the address; whoever asks cannot see the difference. Raises TooManyAsked."""
    email = email.strip().lower()
    _count_network(network, at)
    if not _counted(email, "address", PER_ADDRESS, at) or not links_of_address(email, at):
        return
    login, address = _login(email=email, at=at)
    queue_mail(
        kind="dossier",
        key=f"my-dossiers-{login.pk}",
        to=[email],
        subject=_("Your dossiers at %(municipality)s") % {"municipality": settings.MUNICIPALITY},
        template="dossiers/mails/my_dossiers.txt",
        context={"address": address, "help_phone": settings.HELP_PHONE},
        expires_at=login.expires_at,
        at=at,
    )


@transaction.atomic
def ask_link_by_text(*, mobile: str, network: str, at: datetime) -> None:
    """The same to a mobile number, in E.164. Raises TooManyAsked."""
    _count_network(network, at)
    if may_text(mobile, at) and dossiers_of_number(mobile):
        _text(mobile, dossier=None, at=at)


@transaction.atomic
def ask_link_for(*, dossier: Dossier, network: str, at: datetime) -> None:
    """From the page of a dossier: to the number that was given for it, if any. Raises TooManyAsked."""
    _count_network(network, at)
    contact = first_contact(dossier)
    mobile = contact.given_mobile if contact else ""
    if contact is not None and contact.answers_reach(mobile) and may_text(mobile, at):
        _text(mobile, dossier=dossier, at=at)


def may_text(mobile: str, at: datetime) -> bool:
    """Whether somebody who need not be the owner may have one more text message sent to this number; it is counted."""
    return health.is_open("sms") and _counted(mobile, "number", PER_NUMBER, at)


@transaction.atomic
def use_link(*, token: str, at: datetime) -> CitizenLogin | None:
    """Use the link up: of any number at the same moment one succeeds.

    Who came by text message showed to have the phone: each dossier of that number gets a link that lives for a day.
    """
    if not CitizenLogin.objects.unused(token, at).update(used_at=at):
        return None
    login = CitizenLogin.objects.select_related("dossier").get(token_hash=hash_of(token))
    for dossier in dossiers_of_number(login.phone) if login.phone else []:
        FollowLink.objects.create(dossier=dossier, phone=login.phone, created_at=at, expires_at=at + PHONE_LINK_LIFE)
    return login


@transaction.atomic
def log_out(*, login: CitizenLogin, at: datetime) -> None:
    """The list closes; so do the pages that a text message opened."""
    CitizenLogin.objects.filter(pk=login.pk, ended_at__isnull=True).update(ended_at=at)
    if login.phone:
        FollowLink.objects.good(at).filter(phone=login.phone).update(expires_at=at)


@transaction.atomic
def purge_logins(*, at: datetime) -> None:
    """Forget what nobody can use any more."""
    CitizenLogin.objects.filter(expires_at__lt=at - HOUR).delete()
    CitizenLoginCount.objects.filter(ends_at__lte=at).delete()
    FollowLink.objects.exclude(phone="").filter(expires_at__lte=at).delete()


def _newest(links: FollowLinkQuerySet) -> list[FollowLink]:
    shown = list(links.select_related("dossier__status", "dossier__process_version").order_by("created_at"))
    opening = Contact.objects.opening().filter(dossier__in=[link.dossier_id for link in shown])
    first = {contact.dossier_id: contact for contact in opening}
    newest = {link.dossier_id: link for link in shown if link.reaches(first.get(link.dossier_id))}
    return sorted(newest.values(), key=lambda link: link.dossier.first_contact_at, reverse=True)


def _login(
    *, email: str = "", phone: str = "", dossier: Dossier | None = None, at: datetime
) -> tuple[CitizenLogin, str]:
    """The link, and its address in full: the only place where its token stands."""
    token = secrets.token_urlsafe(16 if phone else 32)  # 128 bits are enough, and a text message is short
    login = CitizenLogin.objects.create(
        token_hash=hash_of(token), email=email, phone=phone, dossier=dossier, created_at=at, expires_at=at + LINK_LIFE
    )
    return login, settings.BASE_URL + reverse("my_dossiers_link", args=[token])


def _text(mobile: str, *, dossier: Dossier | None, at: datetime) -> None:
    login, address = _login(phone=mobile, dossier=dossier, at=at)
    if dossier:
        words = _("Your link for %(number)s. It works for 15 minutes, once:") % {"number": dossier.number}
    else:
        words = _("Your link to your dossiers at %(municipality)s. It works for 15 minutes, once:") % {
            "municipality": settings.MUNICIPALITY
        }
    queue(
        connector="sms",
        kind="dossier",
        key=f"my-dossiers-{login.pk}",
        payload={"to": mobile, "text": short_text(words, address)},
        expires_at=login.expires_at,
        at=at,
    )


def _count_network(network: str, at: datetime) -> None:
    if not _counted(countable(network), "network", PER_NETWORK, at):
        raise TooManyAsked


def _counted(whom: str, kind: str, most: int, at: datetime) -> bool:
    if not whom:
        return True
    window = Window.around(at, HOUR)
    row = {"subject": disguised(whom, f"my-dossiers-{kind}", window), "ends_at": window.end}
    return counters.add(CitizenLoginCount, row, below=most)
