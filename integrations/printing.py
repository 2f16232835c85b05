"""Letters on paper: batches that never overlap, and that are never printed a second time without a word.

A batch is claimed by compare-and-set, as deliveries are: two clerks at the same moment get different letters.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from core.actors import Actor
from core.models import AccessLog, User
from integrations.models import Delivery, PrintBatch, PrintJob

MOST = 50  # letters in a batch: more would keep whoever waits for the PDF waiting


class NothingWaits(Exception):
    """There is no letter left for a new batch: a colleague took them, or there were none."""


class PrintedAlready(Exception):
    """This batch was marked as printed; whoever wants it again must say so."""


class Gone(Exception):
    """The letter is in a batch by now, so its envelope can no longer change."""


@transaction.atomic
def make_batch(*, by: User, at: datetime) -> PrintBatch:
    """The letters that wait longest, together. Raises NothingWaits."""
    batch = PrintBatch.objects.create(made_at=at, made_by=by)
    waiting = PrintJob.objects.waiting().select_for_update(skip_locked=True).values_list("pk", flat=True)[:MOST]
    if not PrintJob.objects.filter(pk__in=list(waiting), batch=None).update(batch=batch):
        raise NothingWaits
    return batch


@transaction.atomic
def mark_printed(*, batch: PrintBatch, by: User, at: datetime) -> None:
    """Somebody has the paper in hand. Raises PrintedAlready."""
    if not PrintBatch.objects.filter(pk=batch.pk, printed_at=None).update(
        printed_at=at, printed_by=by, times=F("times") + 1
    ):
        raise PrintedAlready
    AccessLog.objects.record(user=by, action="print", obj=batch, at=at)
    for delivery in Delivery.objects.select_for_update().filter(key__in=batch.jobs.values("key")):
        delivery.result |= {"printed_at": at.isoformat()}
        delivery.save(update_fields=["result"])


@transaction.atomic
def print_again(*, batch: PrintBatch, by: Actor, at: datetime) -> None:
    """The paper was lost or spoilt: the batch opens again, and the log says who asked."""
    reopened = PrintBatch.objects.filter(pk=batch.pk, printed_at__isnull=False).update(printed_at=None, printed_by=None)
    if reopened and by.user:
        AccessLog.objects.record(user=by.user, action="print again", obj=batch, at=at)


def readdress(*, job: PrintJob, recipient: str) -> None:
    """Another name or address on the envelope. Raises Gone."""
    lines = [line.strip() for line in recipient.splitlines() if line.strip()]
    if not PrintJob.objects.filter(pk=job.pk, batch=None).update(recipient="\n".join(lines)):
        raise Gone
