from dossiers.models.advice import Advice
from dossiers.models.call_back import CallBack
from dossiers.models.citizen_login import AddressChange, CitizenLogin, CitizenLoginCount
from dossiers.models.competence import ClosedProcess, Competence
from dossiers.models.contact import Contact, ContactLink
from dossiers.models.conversation import Conversation, StandardQuestion
from dossiers.models.deputy import Deputy
from dossiers.models.document import Document
from dossiers.models.dossier import Dossier, NumberSequence
from dossiers.models.event import Event
from dossiers.models.follow_link import FollowLink
from dossiers.models.letter_template import LetterTemplate
from dossiers.models.message import Message
from dossiers.models.note import Note
from dossiers.models.notification import Notification
from dossiers.models.process_type import ProcessType
from dossiers.models.process_version import ProcessVersion, Status, Transition
from dossiers.models.relation import Relation
from dossiers.models.retention import DestructionItem, DestructionList, Hold, RetentionWalk
from dossiers.models.saved_view import SavedView
from dossiers.models.signatory import Signatory
from dossiers.models.survey import CodeTry, SurveyInvitation, SurveyResponse
from dossiers.models.survey_tally import SurveyTally
from dossiers.models.task import Task
from dossiers.models.team import Team

__all__ = [
    "AddressChange",
    "Advice",
    "CallBack",
    "CitizenLogin",
    "CitizenLoginCount",
    "ClosedProcess",
    "CodeTry",
    "Competence",
    "Contact",
    "ContactLink",
    "Conversation",
    "Deputy",
    "DestructionItem",
    "DestructionList",
    "Document",
    "Dossier",
    "Event",
    "FollowLink",
    "Hold",
    "LetterTemplate",
    "Message",
    "Note",
    "Notification",
    "NumberSequence",
    "ProcessType",
    "ProcessVersion",
    "Relation",
    "RetentionWalk",
    "SavedView",
    "Signatory",
    "StandardQuestion",
    "Status",
    "SurveyInvitation",
    "SurveyResponse",
    "SurveyTally",
    "Task",
    "Team",
    "Transition",
]
