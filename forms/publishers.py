"""Questions that not every editor may ask: who publishes such a form needs the right to.

Whoever presses the button is asked for it; when nobody does (a schedule), whoever saved the revision. So a form with a
national number does not come on the website by a road that forgets to ask, and a right that was taken away counts at
once. docs/rules/rijksregisternummer.md
"""

from typing import Any

from django.utils.translation import gettext as _

from core.publishing import Problem
from forms.fields import registry
from forms.schema import Schema, fields_of


def problems(schema: Schema, publisher: Any) -> list[Problem]:
    """What this person may not ask; nobody at all (None) may ask nothing of the kind."""
    found = []
    for number, step in enumerate(schema["steps"], start=1):
        for place, field in enumerate(fields_of(schema | {"steps": [step]}), start=1):
            field_type = registry[field["parameters"]["type"]]
            if not field_type.permission or (publisher and publisher.has_perm(field_type.permission)):
                continue
            found.append(
                Problem(
                    _("Step %(step)d, question %(question)d (%(label)s)")
                    % {"step": number, "question": place, "label": field["label"] or field_type.label},
                    _("You may not publish a question of the type '%(type)s'. Ask a manager to publish this form.")
                    % {"type": field_type.label},
                )
            )
    return found
