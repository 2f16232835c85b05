"""How upper floors hear of what came in. Register in ``AppConfig.ready()``."""

from datetime import datetime
from typing import Protocol

from core.registry import Registry
from integrations.inbox.reading import Mail, Report
from integrations.models import Delivery, IncomingMail


class Handler(Protocol):
    """Each is called in the transaction in which the incoming mail becomes handled: its work is done once or not."""

    def on_bounce(self, delivery: Delivery, report: Report, at: datetime) -> None:
        """A message of ours came back."""
        ...

    def on_arrival(self, delivery: Delivery, at: datetime) -> None:
        """A mail server reports that a message of ours arrived."""
        ...

    def on_reply(self, delivery: Delivery | None, mail: Mail, incoming: IncomingMail, at: datetime) -> bool:
        """Somebody wrote: an answer to this message, or to none that we know. Whether it found its place."""
        ...


registry: Registry[Handler] = Registry("handler of incoming mail")
