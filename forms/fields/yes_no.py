from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.publishing import Problem
from forms.fields.base import Definition, FieldType, QuestionBlock
from forms.fields.choice import ChoiceType

YES, NO = "ja", "nee"


class YesNoType(ChoiceType):
    name = "yes_no"
    block_class = QuestionBlock
    label = _("Yes or no")
    icon = "check"
    description = _("A question that is answered with yes or no.")

    def definition(self, value: Any, key: str, keys: dict[str, str] | None = None) -> Definition:
        return FieldType.definition(self, value, key, keys) | {
            "items": [
                {"value": YES, "label": gettext("Yes"), "description": ""},
                {"value": NO, "label": gettext("No"), "description": ""},
            ]
        }

    def problems(self, value: Any, where: str) -> list[Problem]:
        return []
