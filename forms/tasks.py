"""What the worker runs."""

from datetime import timedelta

from django.utils import timezone

from forms import actions

KEEP_DRAFTS = timedelta(days=7)


def purge_drafts() -> None:
    actions.purge_drafts(before=timezone.now() - KEEP_DRAFTS)
