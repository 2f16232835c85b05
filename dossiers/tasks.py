"""What the worker runs."""

from dossiers import actions


def recalculate_terms() -> None:
    actions.recalculate_terms()
