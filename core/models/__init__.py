from core.models.access_log import AccessLog
from core.models.closing_day import ClosingDay
from core.models.document import Document
from core.models.doomed_file import DoomedFile
from core.models.image import Image, Rendition
from core.models.keeping_term import KeepingTerm
from core.models.passkey import Passkey
from core.models.second_factor import RecoveryCode, SecondFactor
from core.models.staff_subject import StaffSubject
from core.models.user import User

__all__ = [
    "AccessLog",
    "ClosingDay",
    "Document",
    "DoomedFile",
    "Image",
    "KeepingTerm",
    "Passkey",
    "RecoveryCode",
    "Rendition",
    "SecondFactor",
    "StaffSubject",
    "User",
]
