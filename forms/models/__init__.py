from forms.models.cosignature import Cosignature, CosignLink
from forms.models.definition import FormDefinition, FormVersion
from forms.models.draft import FormDraft, Upload
from forms.models.limited import KioskAddress, RateCount, SubmissionCount
from forms.models.question_group import QuestionGroup
from forms.models.resume_link import ResumeLink
from forms.models.submission import Submission
from forms.models.usage import UsageCount

__all__ = [
    "CosignLink",
    "Cosignature",
    "FormDefinition",
    "FormDraft",
    "FormVersion",
    "KioskAddress",
    "QuestionGroup",
    "RateCount",
    "ResumeLink",
    "Submission",
    "SubmissionCount",
    "Upload",
    "UsageCount",
]
