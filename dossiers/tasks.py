"""What the worker runs."""

from datetime import timedelta

from django.utils import timezone

from dossiers import actions

KEEP_LOST_DOCUMENTS = timedelta(days=1)


def recalculate_terms() -> None:
    actions.recalculate_terms()


def watch_terms() -> None:
    actions.watch_terms(at=timezone.now())


def remove_lost_documents() -> None:
    actions.remove_lost_documents(before=timezone.now() - KEEP_LOST_DOCUMENTS)
