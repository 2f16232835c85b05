"""Is the outbox alive? Asked by /readyz and by the list of outgoing messages."""

from datetime import datetime, timedelta

from integrations.models import Heartbeat

SWEEP = "outbox sweep"
SILENCE = timedelta(minutes=5)  # the sweep runs every minute


def last_sweep_at() -> datetime | None:
    """When the worker last swept the outbox, or None when it never did."""
    return Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()


def record_sweep(at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"at": at})


def is_sweeping(at: datetime) -> bool:
    """Whether the worker swept the outbox recently enough to trust that mail is going out."""
    last = last_sweep_at()
    return last is not None and at - last <= SILENCE
