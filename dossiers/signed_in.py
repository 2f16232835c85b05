"""Who signed in as a citizen in this browser, and what that opens (docs/rules/aanmelden-burger.md).

It stands in the session, under a key of its own, and ends by *Afmelden* or when nothing is done for
LOKET_CITIZEN_SESSION. It has nothing to do with who is signed in as staff.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from core.encryption import decrypt, encrypt
from dossiers.models import Contact, Dossier, FollowLink
from dossiers.models.contact import UNCONFIRMED
from dossiers.models.dossier import DossierQuerySet, Representation
from parties.actions import SignedIn
from parties.models import Party
from parties.remaining import remaining

SESSION_KEY = "signed_in"
KNOWN = "signed_in"
"""On the request: who was found to be signed in (cms.middleware)."""
SELDOM = timedelta(minutes=1)
"""The session is written at most so often to say that something is done."""
NUMBER = re.compile(r"[A-Z]{1,6}-\d{4}-\d{6}")
PAGES = ("/volg/", "/formulieren/", "/aanmelden/")
"""Where the top of the page says who is signed in: no cache may keep these pages."""


@dataclass(frozen=True)
class Shown:
    """For the top of a page."""

    signed_in: SignedIn

    @property
    def name(self) -> str:
        return self.signed_in.person.name

    @property
    def organisation(self) -> str:
        return self.signed_in.organisation.name if self.signed_in.organisation else ""


def begin(request: HttpRequest, signed_in: SignedIn, *, token: str, at: datetime) -> None:
    """From now on this browser is this person's. Its cookie changes, as at every sign-in. ``token`` proves to the
    provider, at signing out, who it is about; it may hold personal data, so it is kept encrypted."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = {
        "person": signed_in.person.pk,
        "organisation": signed_in.organisation.pk if signed_in.organisation else None,
        "token": encrypt(token) if token else "",
        "seen": at.timestamp(),
    }
    vars(request)[KNOWN] = signed_in


def end(request: HttpRequest) -> str:
    """Nobody is signed in any more; what proves to the provider who it was."""
    kept = request.session.pop(SESSION_KEY, None)
    vars(request)[KNOWN] = None
    return decrypt(kept["token"]) if kept and kept["token"] else ""


def current(request: HttpRequest) -> SignedIn | None:
    """Who is signed in, if anybody; never in a frame on another website. Asking it counts as doing something."""
    if KNOWN not in vars(request):
        vars(request)[KNOWN] = _read(request, timezone.now())
    found: SignedIn | None = vars(request)[KNOWN]
    return found


def _read(request: HttpRequest, at: datetime) -> SignedIn | None:
    kept = None
    if settings.CITIZEN_OIDC and not hasattr(request, "frame"):
        kept = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    idle = at.timestamp() - kept["seen"]
    if idle > (settings.CITIZEN_SESSION + SELDOM).total_seconds():
        del request.session[SESSION_KEY]
        return None
    if idle > SELDOM.total_seconds():
        request.session[SESSION_KEY] = kept | {"seen": at.timestamp()}
    parties = Party.objects.in_bulk([pk for pk in (kept["person"], kept["organisation"]) if pk])
    person, organisation = (parties.get(kept[name]) for name in ("person", "organisation"))
    if person is None or (kept["organisation"] and organisation is None):
        return None
    return SignedIn(_current(person), _current(organisation) if organisation else None)


def _current(party: Party) -> Party:
    return remaining(party) if party.merged_into_id else party


def dossiers_of(signed_in: SignedIn) -> DossierQuerySet:
    """Those that are this person's or that this person filled in for somebody else, and those of the organisation.

    Not what anybody put on their record by typing a name or a number, nor what somebody says to do for the
    organisation, until a clerk confirmed it.
    """
    mine = Q(initiator=signed_in.person) | Q(representative=signed_in.person)
    if signed_in.organisation:
        mine |= Q(initiator=signed_in.organisation) & ~Q(representation=Representation.CLAIMED)
    typed = Contact.objects.filter(dossier=OuterRef("pk"), party_match__in=UNCONFIRMED)
    return Dossier.objects.filter(mine).exclude(Exists(typed))


def link_to(dossier: Dossier) -> FollowLink:
    """A link that is kept nowhere: its address is the number of the dossier, and opens for who is signed in."""
    link = FollowLink(dossier=dossier)
    link.signed_in = True
    return link


def link_of(request: HttpRequest, token: str, at: datetime) -> FollowLink | None:
    """By which this browser may follow a dossier: the token of a link, or its number for who is signed in."""
    if not NUMBER.fullmatch(token):
        return FollowLink.objects.from_token(token, at)
    signed_in = current(request)
    dossier = dossiers_of(signed_in).filter(number=token).first() if signed_in else None
    return link_to(dossier) if dossier else None


def referrer_policy(request: HttpRequest) -> str:
    """Of a page whose address is a key, so that it is told nowhere. Where one can sign out at its top it is told within
    the site: a form that is posted without an origin is refused."""
    return "same-origin" if current(request) else "no-referrer"


def context(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Other pages say nothing of who is signed in, so that they open without the session."""
    there = settings.CITIZEN_OIDC and request.path.startswith(PAGES) and settings.SESSION_COOKIE_NAME in request.COOKIES
    return {"offers_sign_in": bool(settings.CITIZEN_OIDC)} | (
        {"signed_in": SimpleLazyObject(lambda: _shown(request))} if there else {}
    )


def _shown(request: HttpRequest) -> Shown | None:
    signed_in = current(request)
    return Shown(signed_in) if signed_in else None
