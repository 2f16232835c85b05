"""What the worker runs."""

from django.utils import timezone

from dossiers import actions
from dossiers.actions import surveys


def recalculate_terms() -> None:
    actions.recalculate_terms()


def watch_terms() -> None:
    actions.watch_terms(at=timezone.now())


def remind_of_survey() -> None:
    actions.remind_due(at=timezone.now())


def purge_code_tries() -> None:
    surveys.purge_code_tries(at=timezone.now())
