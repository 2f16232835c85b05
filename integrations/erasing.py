"""Contents of what left and what came in, forgotten: with a dossier, or by themselves when nobody needs them any more.

Of a message that left, the row stays (when, by which road, whether it arrived); what it said and to whom goes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import erasing
from integrations.actions import withdraw
from integrations.models import Delivery, IncomingMail, PrintJob

OUTBOX = timedelta(days=90)
MAILS = timedelta(days=90)
BATCH, BATCHES = 500, 60
"""So many at once, and so often in one night: what is left goes the next."""

State = IncomingMail.State
ABOUT_NOBODY = (State.REPORT, State.AUTOMATIC, State.COPY, State.SET_ASIDE, State.BOUNCE)
"""What nobody has to look at any more and that stands in no dossier."""


class Underway(Exception):
    """A worker is sending it this very moment: try again in a while."""


def empty(deliveries: QuerySet[Delivery], *, at: datetime) -> int:
    """Forget what these said, to whom, and what was answered to them; what waits is not sent any more.

    In the caller's transaction. Raises Underway.
    """
    held = list(deliveries.select_for_update(of=("self",)).filter(emptied_at=None).order_by("pk"))
    for delivery in held:
        if delivery.state == Delivery.State.SENDING:
            raise Underway(_("A message is being sent right now."))
        if delivery.state == Delivery.State.QUEUED:
            withdraw(delivery, at=at)
    keys = [delivery.pk for delivery in held]
    PrintJob.objects.filter(key__in=[delivery.key for delivery in held]).delete()
    erase_mails(IncomingMail.objects.filter(delivery__in=keys, state__in=ABOUT_NOBODY), at=at)
    Delivery.objects.filter(pk__in=keys).update(payload={}, result={}, last_error="", emptied_at=at)
    return len(keys)


def erase_mails(mails: QuerySet[IncomingMail], *, at: datetime) -> int:
    """Remove what came in, with its bytes. Whoever refers to it let go of it before."""
    found = list(mails)
    erasing.doom(*(mail.raw for mail in found), at=at)
    IncomingMail.objects.filter(pk__in=[mail.pk for mail in found]).delete()
    return len(found)


def copies_of(mails: Iterable[IncomingMail]) -> QuerySet[IncomingMail]:
    """These, and further copies of the same messages."""
    found = list(mails)
    names = [mail.message_id for mail in found if mail.message_id]
    return IncomingMail.objects.filter(
        Q(pk__in=[mail.pk for mail in found]) | Q(message_id__in=names, state=State.COPY)
    )


# --- Technical terms


def empty_old_messages(at: datetime) -> None:
    """What left, or did not, so long ago that nobody sends it again."""
    old = Delivery.objects.filter(emptied_at=None, created_at__lt=at - OUTBOX).exclude(state__in=Delivery.OPEN)
    for _batch in range(BATCHES):
        keys = list(old.order_by("created_at", "pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            break
        with transaction.atomic():
            empty(Delivery.objects.filter(pk__in=keys), at=at)


def forget_old_mails(at: datetime) -> None:
    """Reports, automatic answers and what was set aside. What somebody must still look at stays."""
    old = IncomingMail.objects.filter(state__in=ABOUT_NOBODY, received_at__lt=at - MAILS)
    for _batch in range(BATCHES):
        keys = list(old.order_by("received_at", "pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            break
        with transaction.atomic():
            erase_mails(IncomingMail.objects.filter(pk__in=keys), at=at)


def declare() -> None:
    """For ``AppConfig.ready()``."""
    erasing.terms.register(
        "outbox",
        erasing.Term(
            what=gettext_lazy("What outgoing messages said, and to whom; letters that were printed"),
            kept=gettext_lazy("90 days after they were queued"),
            why=gettext_lazy("By then nobody sends them again. The dossier keeps its own copy as long as it is kept."),
            run=empty_old_messages,
        ),
    )
    erasing.terms.register(
        "incoming mail",
        erasing.Term(
            what=gettext_lazy(
                "E-mails that are about no dossier: set aside, automatic answers, reports of mail servers"
            ),
            kept=gettext_lazy("90 days after they came in"),
            why=gettext_lazy("Nobody has to do anything with them any more."),
            run=forget_old_mails,
        ),
    )
    for model, columns in (("Delivery", "payload result last_error"), ("PrintJob", erasing.ROW)):
        erasing.goes_by_itself(f"integrations.{model}", columns, term="outbox")
    erasing.stays(
        "integrations.Delivery",
        "kind connector key ordering_key reference",
        why="words of ours, keys of rows, and what the other side calls it: an answer after a year is still placed",
    )
    erasing.goes_with_dossier("integrations.IncomingMail")
    erasing.stays("integrations.Heartbeat", why="names of jobs")
    for model in ("Mailbox", "SmsGateway", "WebhookEndpoint"):
        erasing.stays(f"integrations.{model}", why="how the town reaches other systems")
