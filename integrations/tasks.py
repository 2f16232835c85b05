"""What the worker runs."""

from django.utils import timezone

from integrations import actions
from integrations.inbox import actions as inbox


def deliver(delivery_id: int) -> None:
    actions.deliver(delivery_id, at=timezone.now())


def sweep() -> None:
    actions.sweep(at=timezone.now())


def read_mailboxes() -> None:
    inbox.poll(at=timezone.now())
