"""What the worker runs."""

from django.utils import timezone

from dossiers import actions


def recalculate_terms() -> None:
    actions.recalculate_terms()


def watch_terms() -> None:
    actions.watch_terms(at=timezone.now())
