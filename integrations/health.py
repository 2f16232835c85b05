"""Is the outbox alive? Asked by whoever watches over Loket and by the list of outgoing messages."""

from datetime import datetime, timedelta

from integrations.models import Delivery, Heartbeat

SWEEP = "outbox sweep"
PATIENCE = timedelta(minutes=5)  # the sweep runs every minute


def last_sweep_at() -> datetime | None:
    """When the worker last swept the outbox, or None when it never did."""
    return Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()


def record_sweep(at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"at": at})


def is_stalled(at: datetime) -> bool:
    """Whether something has been due for so long that no worker can be running (or none can keep up)."""
    return Delivery.objects.due(at - PATIENCE).exists()
