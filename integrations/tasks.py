"""What the worker runs."""

from django.utils import timezone

from integrations import actions


def deliver(delivery_id: int) -> None:
    actions.deliver(delivery_id, at=timezone.now())


def sweep() -> None:
    actions.sweep(at=timezone.now())
