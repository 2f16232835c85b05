"""What the worker runs."""

from datetime import timedelta

from django.utils import timezone

from dossiers import actions
from dossiers.actions import documents, my_dossiers, retention, surveys, tallying

KEEP_LOST_DOCUMENTS = timedelta(days=1)
KEEP_CONVERSATIONS = timedelta(days=30)  # their shells: so long a double press still finds its contact


def recalculate_terms() -> None:
    actions.recalculate_terms()


def watch_terms() -> None:
    actions.watch_terms(at=timezone.now())


def tell_given() -> None:
    actions.tell_given(at=timezone.now())


def watch_mandates() -> None:
    actions.watch_mandates(at=timezone.now())


def remove_lost_documents() -> None:
    actions.remove_lost_documents(before=timezone.now() - KEEP_LOST_DOCUMENTS)


def remind_of_survey() -> None:
    actions.remind_due(at=timezone.now())


def tally_survey() -> None:
    tallying.tally_months(at=timezone.now())


def purge_code_tries() -> None:
    surveys.purge_code_tries(at=timezone.now())


def scan_documents() -> None:
    documents.scan_documents(at=timezone.now())


def purge_unsent_documents() -> None:
    documents.purge_unsent(at=timezone.now())
    documents.remove_orphans(before=timezone.now() - KEEP_LOST_DOCUMENTS)


def purge_email_logins() -> None:
    my_dossiers.purge_logins(at=timezone.now())


def purge_conversations() -> None:
    actions.purge_conversations(before=timezone.now() - KEEP_CONVERSATIONS)


def propose_destruction() -> None:
    retention.propose(at=timezone.now())


def destroy_approved() -> None:
    retention.destroy_approved(at=timezone.now())
