"""What happens to dossiers: verbs that touch several models or leave the building, one module for each subject.

Each is one transaction. Whatever leaves the building is a row in the outbox, written in that same transaction.
"""

from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.links import revoke_follow_links
from dossiers.actions.notifying import citizen_date, compose_letter
from dossiers.actions.opening import Opened, open_dossier
from dossiers.actions.people import confirm_party, detach_party
from dossiers.actions.refusals import Changed, StepRefused
from dossiers.actions.steps import take_step
from dossiers.actions.terms import recalculate_terms, working_calendar

__all__ = [
    "Changed",
    "Opened",
    "StepRefused",
    "ask_follow_up",
    "citizen_date",
    "compose_letter",
    "confirm_party",
    "detach_party",
    "open_dossier",
    "recalculate_terms",
    "revoke_follow_links",
    "take_step",
    "working_calendar",
]
