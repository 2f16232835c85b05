"""The five processes that come with Loket, brought in and published as an administrator would."""

from datetime import date

from core.models import User
from dossiers import process_files
from dossiers.models import LetterTemplate, ProcessType, Signatory, Team

NAME = "Melding openbaar domein"

TEAM_OF = {
    "melding": "Themaloket ruimte",
    "bouwen": "Themaloket ruimte",
    "attest": "Burgerzaken",
    "klacht": "Klachten",
    "inlichtingen": "Themaloket burger",
}
"""Who handles what, by name of the template."""


def make_process(key: str, editor: User) -> ProcessType:
    """The published process type; made once, and then it is the town's."""
    data = process_files.templates()[key]
    existing = ProcessType.objects.filter(name=data["name"]).first()
    if existing:
        return existing
    made = process_files.import_process(data=data, team=Team.objects.get(name=TEAM_OF[key]), by=editor).process_type
    LetterTemplate.objects.filter(is_decision=True, signatory=None).update(signatory=_signatory())
    process = ProcessType.objects.get(pk=made.pk)
    process.save_revision(user=editor).publish(user=editor)
    process.refresh_from_db()
    return process


def _signatory() -> Signatory:
    known = Signatory.objects.order_by("pk").first()
    return known or Signatory.objects.create(
        name="Els Vandenberghe",
        function="algemeen directeur",
        mandate="Besluit van het college van burgemeester en schepenen van 13 januari 2025 over wie tekent",
        valid_from=date(2025, 1, 13),
    )
