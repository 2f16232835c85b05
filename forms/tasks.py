"""What the worker runs."""

from datetime import timedelta

from django.utils import timezone

from forms import actions, editing, gate
from forms.models import FormTrial

KEEP_DRAFTS = timedelta(days=7)
KEEP_TRIALS = timedelta(hours=12)


def purge_drafts() -> None:
    actions.purge_drafts(before=timezone.now() - KEEP_DRAFTS)


def purge_rate_counts() -> None:
    gate.purge_counts(at=timezone.now())


def purge_trials() -> None:
    FormTrial.objects.filter(created_at__lt=timezone.now() - KEEP_TRIALS).delete()


def check_published() -> None:
    editing.check_published(at=timezone.now())
