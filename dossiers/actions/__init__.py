"""What happens to dossiers: verbs that touch several models or leave the building, one module for each subject.

Each is one transaction. Whatever leaves the building is a row in the outbox, written in that same transaction.
"""

from dossiers.actions.advising import ask_advice, give_advice, withdraw_advice
from dossiers.actions.assigning import assign
from dossiers.actions.call_backs import Window, WindowRefused, nobody_answered, not_needed, spoke, window_on
from dossiers.actions.competences import May, set_competences
from dossiers.actions.confidential import lift_confidentiality, make_confidential
from dossiers.actions.contact_data import change_contact_data, confirm_address
from dossiers.actions.conversations import (
    HandedOver,
    NotFinished,
    TooManyOpen,
    add_to_dossiers,
    answer_now,
    becomes,
    begin,
    begin_with_mail,
    call_back_later,
    call_visitor,
    discard,
    hand_over,
    keep,
    purge_conversations,
    receive_visitor,
    register_standard_question,
    take_over,
)
from dossiers.actions.correcting import correct_first_contact, correct_step, correctable, last_step
from dossiers.actions.decisions import on_paper, remove_lost_documents
from dossiers.actions.deputies import DeputyRefused, end_standing_in, stand_in
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
from dossiers.actions.retention import hold, lift_hold
from dossiers.actions.steps import take_step
from dossiers.actions.surveys import answer, cancel_invitation, invite, invite_at_desk, remind_due
from dossiers.actions.tasks import add_task, finish_task, reopen_task
from dossiers.actions.terms import recalculate_terms, working_calendar
from dossiers.actions.watching import watch_terms

__all__ = [
    "Changed",
    "DeputyRefused",
    "HandedOver",
    "May",
    "NotFinished",
    "NotLinkable",
    "Opened",
    "StepRefused",
    "TooMany",
    "TooManyAsked",
    "TooManyOpen",
    "Window",
    "WindowRefused",
    "add_document",
    "add_task",
    "add_to_dossiers",
    "answer",
    "answer_message",
    "answer_now",
    "ask_advice",
    "ask_follow_up",
    "ask_link",
    "ask_link_by_text",
    "ask_link_for",
    "assign",
    "becomes",
    "begin",
    "begin_with_mail",
    "call_back_later",
    "call_visitor",
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
    "discard",
    "end_standing_in",
    "finish_task",
    "give_advice",
    "hand_over",
    "hold",
    "invite",
    "invite_at_desk",
    "keep",
    "keep_unsent",
    "last_step",
    "later_promise",
    "lift_confidentiality",
    "lift_hold",
    "link_mail",
    "links_of",
    "links_of_address",
    "log_out",
    "look_alikes",
    "make_confidential",
    "message_came_back",
    "move_to_version",
    "mute",
    "nobody_answered",
    "not_needed",
    "on_paper",
    "open_dossier",
    "promise_later",
    "purge_conversations",
    "read_messages",
    "recalculate_terms",
    "receive_reply",
    "receive_visitor",
    "record_verdict",
    "register_standard_question",
    "relate",
    "remind_due",
    "remove_lost_documents",
    "remove_unsent",
    "reopen_task",
    "revoke_follow_links",
    "route_of",
    "send_message",
    "set_competences",
    "set_confidential",
    "set_mail_aside",
    "spoke",
    "stand_in",
    "take_over",
    "take_step",
    "tell_given",
    "unmute",
    "unrelate",
    "use_link",
    "watch_mandates",
    "watch_terms",
    "what_we_asked",
    "window_on",
    "withdraw_advice",
    "withdraw_request",
    "withdrawal",
    "working_calendar",
    "write_note",
]
