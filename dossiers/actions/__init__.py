"""What happens to dossiers: verbs that touch several models or leave the building, one module for each subject.

Each is one transaction. Whatever leaves the building is a row in the outbox, written in that same transaction.
"""

from dossiers.actions.correcting import correct_first_contact, correct_step, correctable
from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.links import revoke_follow_links
from dossiers.actions.moving import move_to_version
from dossiers.actions.notifying import citizen_date, compose_letter
from dossiers.actions.opening import Opened, open_dossier
from dossiers.actions.people import confirm_party, detach_party
from dossiers.actions.promising import delay_letter, later_promise, promise_later
from dossiers.actions.refusals import Changed, StepRefused
from dossiers.actions.steps import take_step
from dossiers.actions.tasks import add_task, finish_task, reopen_task
from dossiers.actions.terms import recalculate_terms, working_calendar
from dossiers.actions.watching import watch_terms

__all__ = [
    "Changed",
    "Opened",
    "StepRefused",
    "add_task",
    "ask_follow_up",
    "citizen_date",
    "compose_letter",
    "confirm_party",
    "correct_first_contact",
    "correct_step",
    "correctable",
    "delay_letter",
    "detach_party",
    "finish_task",
    "later_promise",
    "move_to_version",
    "open_dossier",
    "promise_later",
    "recalculate_terms",
    "reopen_task",
    "revoke_follow_links",
    "take_step",
    "watch_terms",
    "working_calendar",
]
