from forms.models.definition import FormDefinition, FormVersion
from forms.models.draft import FormDraft, Upload
from forms.models.question_group import QuestionGroup
from forms.models.submission import Submission

__all__ = ["FormDefinition", "FormDraft", "FormVersion", "QuestionGroup", "Submission", "Upload"]
