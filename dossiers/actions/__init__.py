"""What happens to dossiers: verbs that touch several models or leave the building, one module for each subject.

Each is one transaction. Whatever leaves the building is a row in the outbox, written in that same transaction.
"""

from dossiers.actions.advising import ask_advice, give_advice, withdraw_advice
from dossiers.actions.assigning import assign
from dossiers.actions.contact_data import change_contact_data, confirm_address
from dossiers.actions.correcting import correct_first_contact, correct_step, correctable, last_step
from dossiers.actions.decisions import on_paper, remove_lost_documents
from dossiers.actions.documents import (
    add_document,
    keep_unsent,
    record_verdict,
    remove_unsent,
    set_confidential,
)
from dossiers.actions.follow_up import ask_follow_up
from dossiers.actions.giving import tell_given
from dossiers.actions.links import revoke_follow_links
from dossiers.actions.mail import NotLinkable, link_mail, message_came_back, receive_reply, set_mail_aside
from dossiers.actions.mandates import decisions_nobody_may_sign, watch_mandates
from dossiers.actions.messages import (
    TooMany,
    answer_message,
    read_messages,
    send_message,
    what_we_asked,
    withdraw_request,
    withdrawal,
)
from dossiers.actions.moving import move_to_version
from dossiers.actions.muting import mute, unmute
from dossiers.actions.my_dossiers import (
    TooManyAsked,
    ask_link,
    ask_link_by_text,
    ask_link_for,
    links_of,
    links_of_address,
    log_out,
    use_link,
)
from dossiers.actions.notes import write_note
from dossiers.actions.notifying import citizen_date, compose_letter, route_of
from dossiers.actions.opening import Opened, open_dossier
from dossiers.actions.people import confirm_party, detach_party
from dossiers.actions.promising import delay_letter, later_promise, promise_later
from dossiers.actions.refusals import Changed, StepRefused
from dossiers.actions.relating import look_alikes, relate, unrelate
from dossiers.actions.steps import take_step
from dossiers.actions.surveys import answer, cancel_invitation, invite, invite_at_desk, remind_due
from dossiers.actions.tasks import add_task, finish_task, reopen_task
from dossiers.actions.terms import recalculate_terms, working_calendar
from dossiers.actions.watching import watch_terms

__all__ = [
    "Changed",
    "NotLinkable",
    "Opened",
    "StepRefused",
    "TooMany",
    "TooManyAsked",
    "add_document",
    "add_task",
    "answer",
    "answer_message",
    "ask_advice",
    "ask_follow_up",
    "ask_link",
    "ask_link_by_text",
    "ask_link_for",
    "assign",
    "cancel_invitation",
    "change_contact_data",
    "citizen_date",
    "compose_letter",
    "confirm_address",
    "confirm_party",
    "correct_first_contact",
    "correct_step",
    "correctable",
    "decisions_nobody_may_sign",
    "delay_letter",
    "detach_party",
    "finish_task",
    "give_advice",
    "invite",
    "invite_at_desk",
    "keep_unsent",
    "last_step",
    "later_promise",
    "link_mail",
    "links_of",
    "links_of_address",
    "log_out",
    "look_alikes",
    "message_came_back",
    "move_to_version",
    "mute",
    "on_paper",
    "open_dossier",
    "promise_later",
    "read_messages",
    "recalculate_terms",
    "receive_reply",
    "record_verdict",
    "relate",
    "remind_due",
    "remove_lost_documents",
    "remove_unsent",
    "reopen_task",
    "revoke_follow_links",
    "route_of",
    "send_message",
    "set_confidential",
    "set_mail_aside",
    "take_step",
    "tell_given",
    "unmute",
    "unrelate",
    "use_link",
    "watch_mandates",
    "watch_terms",
    "what_we_asked",
    "withdraw_advice",
    "withdraw_request",
    "withdrawal",
    "working_calendar",
    "write_note",
]
