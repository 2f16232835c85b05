"""At the desk: send a form and take the first step of its dossier with one press.

Only steps that ask nothing and send nothing, and that this clerk may take (``dossiers.permissions``). A question that
is answered on the spot is then registered and closed without another page.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from core.actors import Actor
from dossiers.actions import StepRefused, take_step
from dossiers.models import Dossier, Transition
from dossiers.permissions import first_steps_at_once, steps_at_once
from forms.models import FormDraft
from forms.roles import Role

NAME = "meteen"
"""Name of the buttons; their value is the key of the step."""


def offered(draft: FormDraft) -> list[Transition]:
    """The steps that can go with sending this form; none for a citizen, or when others sign it too."""
    definition = draft.version.definition
    if draft.role != Role.DESK or draft.filled_in_by is None or definition.cosigners_max:
        return []
    version = definition.process_type.current_version if definition.process_type else None
    return first_steps_at_once(draft.filled_in_by, version) if version else []


def take(*, dossier: Dossier, step: str, by: Actor, at: datetime) -> Transition:
    """Take this step of a dossier that was just opened. Raises StepRefused when this clerk may not, or no longer."""
    possible = steps_at_once(by.user, dossier) if by.user else []
    chosen = next((each for each in possible if each.key == step), None)
    if chosen is None:
        raise StepRefused(_("This step is not possible now."))
    take_step(dossier=dossier, step=step, expected_version=dossier.version, by=by, at=at)
    return chosen
