"""Another e-mail address for somebody, asked by a clerk: the new one is verified, and the old one is told.

Also the same address, to be sure that it is the party's.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actors import Actor
from parties.actions.contact_points import annotate, mark_verified, normalise, put_right, stop_using, use
from parties.actions.holding import hold
from parties.actions.mails import LINK_LIFE, mail
from parties.actions.refusals import Refused
from parties.models import ContactPoint, EmailChange, Party, PartyEvent, Reason, hash_of

CHANGES_A_DAY = 5


@transaction.atomic
def change_email(
    *,
    point: ContactPoint,
    expected_version: int,
    email: str,
    note: str = "",
    is_preferred: bool = False,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> EmailChange:
    """Another address in the place of this one. Its owner gets a link there; the old address is told.

    Until the link was used, the old address stays in use. Only where nobody ever verified the old one and it was
    wrong from the start, the new one takes its place at once, to be verified by the same link. Raises Changed and
    Refused.
    """
    held = hold(point.party, expected_version=expected_version)
    point = _email_in_use(held, point)
    wanted, old = normalise(point.kind, email), point.value
    if held.contact_points.in_use().filter(kind=point.kind, value=wanted).exists():
        raise Refused(_("This stands here already."), field="value")
    if waits(point, reason):
        what = _("Another e-mail address asked")
    else:
        point = put_right(held, point, value=wanted, as_given=email.strip())
        what = _("Changed: %(kind)s") % {"kind": point.get_kind_display()}
    annotate(point, note=note, is_preferred=is_preferred)
    change = _ask(point, wanted, by=by, at=at)
    mail(f"email-{change.pk}-old", old, _("Another e-mail address was asked for"), "email_old", at=at)
    PartyEvent.objects.record(held, PartyEvent.Kind.CONTACT_DATA, by=by, at=at, what=what, reason=reason)
    return change


@transaction.atomic
def ask_confirmation(*, point: ContactPoint, by: Actor, at: datetime) -> EmailChange:
    """A link to the address itself, so that we know it is the party's. Raises Refused."""
    held = hold(point.party)
    point = _email_in_use(held, point)
    change = _ask(point, point.value, by=by, at=at)
    what = _("Confirmation asked of the e-mail address")
    PartyEvent.objects.record(held, PartyEvent.Kind.CONTACT_DATA, by=by, at=at, what=what)
    return change


@transaction.atomic
def withdraw_email_change(*, change: EmailChange, by: Actor, at: datetime) -> None:
    """The link that was sent works no longer. Withdrawn twice is withdrawn once."""
    held = hold(change.point.party)
    if EmailChange.objects.waiting(at).filter(pk=change.pk).update(expires_at=at):
        what = _("Confirmation of the e-mail address withdrawn")
        PartyEvent.objects.record(held, PartyEvent.Kind.CONTACT_DATA, by=by, at=at, what=what)


@transaction.atomic
def confirm_email(*, token: str, by: Actor, at: datetime) -> EmailChange | None:
    """The owner of the address says yes. None for a link that is wrong, old or used, or that a clerk overtook."""
    change = EmailChange.objects.waiting(at).filter(token_hash=hash_of(token)).select_related("point__party").first()
    if change is None or change.point.party.merged_into_id:
        return None
    held = hold(change.point.party)
    point = held.contact_points.in_use().filter(pk=change.point_id).first()
    if point is None or not EmailChange.objects.waiting(at).filter(pk=change.pk).update(used_at=at):
        return None
    if point.value != change.email:
        replaced = point
        stop_using(replaced, at=at)
        point = use(held, kind=point.kind, value=change.email, as_given=change.email, at=at)
        annotate(point, note=replaced.note, is_preferred=replaced.is_preferred)
    mark_verified(point, how=ContactPoint.Verified.LINK, by=by, at=at)
    PartyEvent.objects.record(
        held,
        PartyEvent.Kind.VERIFIED,
        by=by,
        at=at,
        what=f"{point.get_kind_display()}: {ContactPoint.Verified.LINK.label}",
    )
    return change


def waits(point: ContactPoint, reason: str) -> bool:
    """Whether the old address stays in use until the new one is confirmed."""
    return bool(point.verified_how) or reason not in (Reason.SLIP, Reason.RECTIFICATION)


def _email_in_use(party: Party, point: ContactPoint) -> ContactPoint:
    current = party.contact_points.in_use().filter(pk=point.pk, kind=ContactPoint.Kind.EMAIL).first()
    if current is None:
        raise Refused(_("This is no longer used."))
    return current


def _ask(point: ContactPoint, email: str, *, by: Actor, at: datetime) -> EmailChange:
    """Send the link; the last one counts."""
    if by.user is None:
        raise ValueError("A member of staff asks for it.")
    today = EmailChange.objects.filter(point__party=point.party_id, created_at__gt=at - timedelta(days=1))
    if today.count() >= CHANGES_A_DAY:
        raise Refused(_("This was asked several times today. Try again tomorrow."), field="value")
    point.changes.waiting(at).update(expires_at=at)
    token = secrets.token_urlsafe(32)
    change = EmailChange.objects.create(
        point=point, email=email, token_hash=hash_of(token), asked_by=by.user, created_at=at, expires_at=at + LINK_LIFE
    )
    address = settings.BASE_URL + reverse("confirm_email", args=[token])
    mail(f"email-{change.pk}-new", email, _("Confirm your e-mail address"), "email_new", at=at, address=address)
    return change
