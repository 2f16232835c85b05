from forms.models.definition import FormDefinition, FormVersion
from forms.models.draft import FormDraft, Upload
from forms.models.submission import Submission

__all__ = ["FormDefinition", "FormDraft", "FormVersion", "Submission", "Upload"]
