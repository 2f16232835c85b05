"""Is the outbox alive? Asked by whoever watches over Loket and by the list of outgoing messages."""

from datetime import datetime, timedelta

from integrations import connectors
from integrations.models import Delivery, Heartbeat, Mailbox

SWEEP = "outbox sweep"
PATIENCE = timedelta(minutes=5)  # the sweep runs every minute
MAILBOX_PATIENCE = timedelta(minutes=15)  # it is read every two minutes
TRIED_OFTEN = 5  # attempts: that takes more than an hour


def last_sweep_at() -> datetime | None:
    """When the worker last swept the outbox, or None when it never did."""
    return Heartbeat.objects.filter(name=SWEEP).values_list("at", flat=True).first()


def record_sweep(at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=SWEEP, defaults={"at": at})


def is_stalled(at: datetime) -> bool:
    """Whether something has been due for so long that no worker can be running (or none can keep up)."""
    return Delivery.objects.due(at - PATIENCE).exists()


def is_open(connector: str) -> bool:
    """Whether this town can use this road."""
    road = connectors.registry.get(connector)
    return road is not None and road.is_set_up()


def can_leave(connector: str, at: datetime) -> bool:
    """Whether this road is open: it exists, the worker runs, and not everything waits that was given to it lately."""
    return connector in connectors.registry and not is_stalled(at) and not _is_blocked(connector)


def blocked_roads() -> list[str]:
    """The names of the roads on which everything waits that was given to them lately."""
    return [connector.name for connector in connectors.registry if _is_blocked(connector.name)]


def unreachable_mailboxes(at: datetime) -> list[Mailbox]:
    """Those that could not be read for a while; one try that fails is no news."""
    return list(Mailbox.objects.enabled().filter(failing_since__lte=at - MAILBOX_PATIENCE))


def _is_blocked(connector: str) -> bool:
    """One message that was tried for over an hour may have a difficult address; not when nothing else left since."""
    of_road = Delivery.objects.filter(connector=connector)
    tried = of_road.open().filter(attempts__gte=TRIED_OFTEN).order_by("created_at").first()
    return tried is not None and not of_road.filter(sent_at__gt=tried.created_at).exists()
