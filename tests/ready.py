"""What comes with Loket, brought in and published the way an administrator and an editor do it."""

from datetime import date

from django.utils import timezone

from core.models import User
from dossiers import process_files
from dossiers.models import LetterTemplate, ProcessType, ProcessVersion, Signatory, Team
from forms import editing
from forms.editor_views import templates
from forms.models import FormDefinition
from tests import town

NAMES = sorted(process_files.templates())


def draft(name: str, *, by: User, team: Team | None = None) -> process_files.Imported:
    """The draft that somebody gets who takes a process of Loket."""
    data = process_files.templates()[name]
    return process_files.import_process(data=data, team=team or town.team(), by=by)


def choose_signatory() -> None:
    """Who signs the decisions, as the note with the draft asks."""
    signatory, _ = Signatory.objects.get_or_create(
        name="An Peeters",
        defaults={
            "function": "algemeen directeur",
            "mandate": "Besluit van het college van 13 januari 2025",
            "valid_from": date(2025, 1, 13),
        },
    )
    LetterTemplate.objects.filter(is_decision=True, signatory=None).update(signatory=signatory)


def process(name: str, *, by: User, team: Team | None = None) -> ProcessVersion:
    made = draft(name, by=by, team=team).process_type
    choose_signatory()
    return town.published(ProcessType.objects.get(pk=made.pk))


def form(name: str, version: ProcessVersion, *, by: User) -> FormDefinition:
    """The form of this process, published; Playwright types faster than people."""
    data = templates()[name] | {"slug": name, "process_type": version.name}
    made = editing.import_form(data=data, by=by, at=timezone.now()).definition
    made.minimum_seconds = 0
    made.save_revision().publish()
    return FormDefinition.objects.get(pk=made.pk)
