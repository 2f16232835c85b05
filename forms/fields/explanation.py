from django.utils.translation import gettext_lazy as _

from forms.fields.content import ContentType


class ExplanationType(ContentType):
    name = "explanation"
    label = _("Explanation")
    icon = "doc-full"
    description = _("A text between the questions, with lists and links.")
