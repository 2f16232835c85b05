"""What happens in the register: verbs that touch several models or leave the building, one module for each subject.

Each is one transaction and writes a ``PartyEvent``. Whatever leaves the building is a row in the outbox, written in
that same transaction.
"""

from parties.actions.addresses import add_address, correct_address, remove_address
from parties.actions.contact_points import (
    add_contact_point,
    change_contact_point,
    end_contact_point,
    is_bounced,
    mark_bounced,
    mark_reachable,
    verify_contact_point,
)
from parties.actions.core_data import change_core_data
from parties.actions.email_change import ask_confirmation, change_email, confirm_email, withdraw_email_change
from parties.actions.notes import remove_note, write_note
from parties.actions.numbers import (
    add_number,
    correct_number,
    remove_number,
    reveal_national_number,
    verify,
    verify_number,
)
from parties.actions.recognition import correct_recognition, recognise
from parties.actions.refusals import Changed, LooksKnown, NumberTaken, Refused
from parties.actions.registering import known_already, register
from parties.actions.representation import (
    add_representation,
    correct_representation,
    end_representation,
    is_representative,
)
from parties.actions.resolving import Anonymous, Match, Resolution, register_namesake, resolve
from parties.actions.signing_in import SignedIn, sign_in
from parties.actions.verifying import verify_identity

__all__ = [
    "Anonymous",
    "Changed",
    "LooksKnown",
    "Match",
    "NumberTaken",
    "Refused",
    "Resolution",
    "SignedIn",
    "add_address",
    "add_contact_point",
    "add_number",
    "add_representation",
    "ask_confirmation",
    "change_contact_point",
    "change_core_data",
    "change_email",
    "confirm_email",
    "correct_address",
    "correct_number",
    "correct_recognition",
    "correct_representation",
    "end_contact_point",
    "end_representation",
    "is_bounced",
    "is_representative",
    "known_already",
    "mark_bounced",
    "mark_reachable",
    "recognise",
    "register",
    "register_namesake",
    "remove_address",
    "remove_note",
    "remove_number",
    "resolve",
    "reveal_national_number",
    "sign_in",
    "verify",
    "verify_contact_point",
    "verify_identity",
    "verify_number",
    "withdraw_email_change",
    "write_note",
]
