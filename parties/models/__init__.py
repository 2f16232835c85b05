from parties.models.access_request import AccessRequest
from parties.models.address import Address
from parties.models.contact_point import ContactPoint
from parties.models.email_change import EmailChange, hash_of
from parties.models.identifier import Identifier, lookups
from parties.models.merge import LookAlike, Merge, MergeChange
from parties.models.note import PartyNote
from parties.models.party import Party
from parties.models.party_event import PartyEvent, Reason
from parties.models.party_import import PartyImport
from parties.models.recognition import Recognition, RecognitionCategory
from parties.models.representation import Representation
from parties.models.search_word import SearchWord, WordKey
from parties.models.subject import Subject
from parties.models.verification import Verification

__all__ = [
    "AccessRequest",
    "Address",
    "ContactPoint",
    "EmailChange",
    "Identifier",
    "LookAlike",
    "Merge",
    "MergeChange",
    "Party",
    "PartyEvent",
    "PartyImport",
    "PartyNote",
    "Reason",
    "Recognition",
    "RecognitionCategory",
    "Representation",
    "SearchWord",
    "Subject",
    "Verification",
    "WordKey",
    "hash_of",
    "lookups",
]
