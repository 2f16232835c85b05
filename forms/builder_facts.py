"""What the form builder's script (static/forms/builder.js) cannot read from the page of the editor."""

from typing import Any

from django.utils.translation import gettext as _

from forms.checks import CHECKS, GROUP_CHECKS, PATTERNS
from forms.conditions import ROLE, TESTS
from forms.fields import registry
from forms.fields.base import FieldType
from forms.models import QuestionGroup
from forms.roles import Role


def facts() -> dict[str, Any]:
    def choices(field_type: FieldType, value: Any) -> list[tuple[str, str]]:
        return [(stored, str(label)) for stored, label in field_type.choices(field_type.definition(value, "x")).items()]

    def written(question: Any) -> list[tuple[str, str]]:
        """The options of a shared question: by block where there is one, else by value."""
        options = question.value.get("options")
        if options is None:
            return choices(registry[question.block_type], question.value)
        found = [(block.id, block.value["label"]) for block in options.bound_blocks]
        none = question.value.get("none_label")
        return [*found, (none, none)] if none else found

    return {
        "types": {
            field_type.name: {
                "label": str(field_type.label),
                "kind": str(field_type.kind),
                "content": field_type.is_content,
                "countable": type(field_type).amount is not FieldType.amount,
                "choices": choices(field_type, {}),
                "counts": [(end, str(label)) for end, label in field_type.counts.items()],
            }
            for field_type in registry
        },
        "shared": {
            str(group.pk): [
                {
                    "id": question.id,
                    "type": question.block_type,
                    "label": question.value.get("label") or "–",
                    "choices": written(question),
                }
                for question in group.questions
            ]
            for group in QuestionGroup.objects.all()
        },
        "tests": {str(kind): [str(test) for test in tests] for kind, tests in TESTS.items()},
        "checks": {name: check.needs for name, check in CHECKS.items()}
        | {name: needs for name, (_label, needs, _message) in GROUP_CHECKS.items()},
        "patterns": [(name, str(pattern.label)) for name, pattern in PATTERNS.items()],
        "checkKinds": {name: [str(kind) for kind in check.kinds] for name, check in CHECKS.items()},
        "role": ROLE,
        "roles": [(str(role), str(role.label)) for role in Role],
        "words": {
            "step": _("Step"),
            "choose": _("Choose …"),
            "role": _("Who fills in"),
            "gone": _("This question is not there any more"),
            "choiceGone": _("Not there any more:"),
            "later": _("(comes later in the form)"),
        },
    }
