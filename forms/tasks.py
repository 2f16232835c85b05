"""What the worker runs."""

from django.utils import timezone

from forms import actions, cosigning, gate, resuming


def purge_drafts() -> None:
    actions.purge_drafts(at=timezone.now())


def remind_of_drafts() -> None:
    resuming.remind(at=timezone.now())


def remind_of_cosigning() -> None:
    cosigning.remind(at=timezone.now())
    cosigning.tell_lapsed(at=timezone.now())


def purge_rate_counts() -> None:
    gate.purge_counts(at=timezone.now())
