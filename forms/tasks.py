"""What the worker runs."""

from datetime import timedelta

from django.utils import timezone

from forms import actions, cosigning, editing, gate, resuming
from forms.models import FormTrial

KEEP_ORPHANS = timedelta(days=1)
KEEP_TRIALS = timedelta(hours=12)


def purge_drafts() -> None:
    actions.purge_drafts(at=timezone.now())


def remind_of_drafts() -> None:
    resuming.remind(at=timezone.now())


def remind_of_cosigning() -> None:
    cosigning.remind(at=timezone.now())
    cosigning.tell_lapsed(at=timezone.now())


def purge_rate_counts() -> None:
    gate.purge_counts(at=timezone.now())


def scan_files() -> None:
    actions.scan_waiting(at=timezone.now())


def remove_orphans() -> None:
    actions.remove_orphans(before=timezone.now() - KEEP_ORPHANS)


def purge_trials() -> None:
    FormTrial.objects.filter(created_at__lt=timezone.now() - KEEP_TRIALS).delete()


def check_published() -> None:
    editing.check_published(at=timezone.now())
