"""What the worker runs."""

from datetime import timedelta

from django.utils import timezone

from forms import actions, gate, resuming

KEEP_ORPHANS = timedelta(days=1)


def purge_drafts() -> None:
    actions.purge_drafts(at=timezone.now())


def remind_of_drafts() -> None:
    resuming.remind(at=timezone.now())


def purge_rate_counts() -> None:
    gate.purge_counts(at=timezone.now())


def scan_files() -> None:
    actions.scan_waiting(at=timezone.now())


def remove_orphans() -> None:
    actions.remove_orphans(before=timezone.now() - KEEP_ORPHANS)
