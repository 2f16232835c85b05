"""What the worker runs."""

from datetime import timedelta

from django.utils import timezone

from dossiers import actions
from dossiers.actions import surveys

KEEP_LOST_DOCUMENTS = timedelta(days=1)


def recalculate_terms() -> None:
    actions.recalculate_terms()


def watch_terms() -> None:
    actions.watch_terms(at=timezone.now())


def remove_lost_documents() -> None:
    actions.remove_lost_documents(before=timezone.now() - KEEP_LOST_DOCUMENTS)


def remind_of_survey() -> None:
    actions.remind_due(at=timezone.now())


def purge_code_tries() -> None:
    surveys.purge_code_tries(at=timezone.now())
