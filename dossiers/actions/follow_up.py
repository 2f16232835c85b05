"""Something that somebody must look at."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions.addressees import of_handler
from dossiers.actions.history import record
from dossiers.models import Dossier, Event
from dossiers.models.deputy import deputies_on
from dossiers.models.event import EventKind
from integrations.actions import queue_mail


@transaction.atomic
def ask_follow_up(*, dossier: Dossier, what: str, by: Actor, at: datetime) -> Event:
    """Something happened that somebody must look at: it stands in the history, and handler and team get a mail.

    ``what`` says it in a sentence without personal data: history outlives those, and mailboxes are no place for them.
    """
    held = Dossier.objects.select_for_update(of=("self",)).select_related("team", "handler", "process_version").get(
        pk=dossier.pk
    )  # fmt: skip
    event = record(held, EventKind.FOLLOW_UP, by=by, at=at, reason=what)
    tell_staff(held, event, what, at=at)
    return event


def tell_staff(dossier: Dossier, event: Event, what: str, *, at: datetime) -> None:
    """A mail to handler and team, with the way to the dossier and nothing of the citizen."""
    readers = of_handler(dossier, deputies_on(timezone.localdate(at)))
    if to := list(dict.fromkeys(filter(None, [*readers, dossier.team.email]))):
        context = {
            "number": dossier.number,
            "process": dossier.process_version.name,
            "what": what,
            "address": settings.BASE_URL + dossier.get_absolute_url(),
        }
        queue_mail(
            kind="dossier",
            key=f"dossier-{dossier.pk}-event-{event.sequence}",
            to=to,
            subject=_("Asks for follow-up: %(number)s") % {"number": dossier.number},
            template="dossiers/mails/follow_up.txt",
            context=context,
            reply_to=dossier.team.email,
            at=at,
        )
