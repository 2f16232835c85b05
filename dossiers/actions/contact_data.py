"""Where a citizen wants to be reached about one dossier. The person's record in the register is not touched."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions.history import record
from dossiers.actions.links import FOLLOW_LINK_LIFE
from dossiers.actions.my_dossiers import may_text
from dossiers.actions.notifying import first_contact
from dossiers.actions.refusals import StepRefused
from dossiers.channels import short_text
from dossiers.models import AddressChange, Contact, Dossier, FollowLink
from dossiers.models.event import EventKind
from integrations.actions import queue, queue_mail
from parties.contact_values import mobile_phone
from parties.models import hash_of

LINK_LIFE = timedelta(hours=24)
CHANGES_A_DAY = 3


@transaction.atomic
def change_contact_data(
    *, dossier: Dossier, email: str, phone: str, reply_by: str, by: Actor, at: datetime
) -> AddressChange | None:
    """Another phone number or road is used at once, another address only after its owner opened the link there.

    The old address is told, and so is the old number when our answers went there. Returns the change that waits, if
    any. Raises StepRefused.
    """
    held, contact = _held(dossier)
    if phone != contact.given_phone:
        mobile = mobile_phone(phone)
        Contact.objects.filter(pk=contact.pk).update(given_phone=phone, given_mobile=mobile)
        if mobile != contact.given_mobile and contact.answers_reach(contact.given_mobile):
            _tell_old_number(held, contact.given_mobile, at)
        record(held, EventKind.CONTACT_DATA, by=by, at=at, reason=_("Phone number changed."))
    if reply_by != contact.reply_by:
        Contact.objects.filter(pk=contact.pk).update(reply_by=reply_by)
        record(held, EventKind.CONTACT_DATA, by=by, at=at, reason=_("Other choice of how we answer."))
    if not email or email.lower() == contact.given_email.lower():
        return None
    if held.address_changes.filter(created_at__gt=at - timedelta(days=1)).count() >= CHANGES_A_DAY:
        raise StepRefused(_("You asked this several times today. Try again tomorrow, or call us."))
    held.address_changes.filter(used_at__isnull=True, expires_at__gt=at).update(expires_at=at)  # the last one counts
    token = secrets.token_urlsafe(32)
    change = AddressChange.objects.create(
        dossier=held, token_hash=hash_of(token), email=email, created_at=at, expires_at=at + LINK_LIFE
    )
    record(held, EventKind.CONTACT_DATA, by=by, at=at, reason=_("Another e-mail address asked."))
    context = {
        "number": held.number,
        "address": settings.BASE_URL + reverse("follow_confirm_address", args=[token]),
        "help_phone": settings.HELP_PHONE,
    }
    _mail(held, email, f"address-{change.pk}-new", _("Confirm your e-mail address"), "address_new", context, at)
    if contact.given_email:
        subject = _("Another e-mail address for %(number)s") % {"number": held.number}
        _mail(held, contact.given_email, f"address-{change.pk}-old", subject, "address_old", context, at)
    return change


@transaction.atomic
def confirm_address(*, token: str, by: Actor, at: datetime) -> FollowLink | None:
    """The owner of the new address says yes: from now on our messages go there, and there is a new follow link.

    Links that went to the old address show how the dossier stands and no more. None for a token that is wrong, old or
    used.
    """
    change = AddressChange.objects.unused(token, at).select_related("dossier").first()
    if change is None or not AddressChange.objects.unused(token, at).update(used_at=at):
        return None
    held, contact = _held(change.dossier)
    Contact.objects.filter(pk=contact.pk).update(given_email=change.email)
    record(held, EventKind.CONTACT_DATA, by=by, at=at, reason=_("The new e-mail address is confirmed."))
    return FollowLink.objects.create(dossier=held, email=change.email, created_at=at, expires_at=at + FOLLOW_LINK_LIFE)


def _held(dossier: Dossier) -> tuple[Dossier, Contact]:
    held = Dossier.objects.select_for_update(of=("self",)).select_related("team").get(pk=dossier.pk)
    contact = first_contact(held)
    if contact is None:
        raise StepRefused(_("Nobody is known for this request. Call us."))
    return held, contact


def _tell_old_number(dossier: Dossier, mobile: str, at: datetime) -> None:
    if not may_text(mobile, at):
        return
    words = _("Somebody gave us another phone number for %(number)s. Was it not you? Call us:")
    queue(
        connector="sms",
        kind="dossier",
        key=f"number-{dossier.pk}-{at.timestamp()}",
        payload={"to": mobile, "text": short_text(words % {"number": dossier.number}, settings.HELP_PHONE)},
        expires_at=at + LINK_LIFE,
        at=at,
    )


def _mail(
    dossier: Dossier, to: str, key: str, subject: str, template: str, context: dict[str, str], at: datetime
) -> None:
    queue_mail(
        kind="dossier",
        key=key,
        to=[to],
        subject=subject,
        template=f"dossiers/mails/{template}.txt",
        context=context,
        reply_to=dossier.team.email,
        expires_at=at + LINK_LIFE,
        at=at,
    )
