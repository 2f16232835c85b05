from forms.models.cosignature import Cosignature, CosignLink
from forms.models.definition import FormDefinition, FormStanding, FormVersion
from forms.models.draft import FormDraft, Upload
from forms.models.embed_host import EmbedHost
from forms.models.limited import KioskAddress, RateCount, SubmissionCount
from forms.models.question_group import QuestionGroup
from forms.models.remark import FormRemark
from forms.models.resume_link import ResumeLink
from forms.models.submission import Submission
from forms.models.trial import FormTrial
from forms.models.usage import UsageCount

__all__ = [
    "CosignLink",
    "Cosignature",
    "EmbedHost",
    "FormDefinition",
    "FormDraft",
    "FormRemark",
    "FormStanding",
    "FormTrial",
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
