"""A process that decides: its letter is complete, and its signatory may sign in November 2026."""

from datetime import date
from typing import Any

from dossiers.models import LetterTemplate, ProcessVersion, Signatory
from tests import town

FACTS = "- Het voetpad is 1,80 meter breed.\n- Er blijft 80 centimeter over."
REASON = "Wie voorbijgaat moet 1,50 meter hebben."


def signatory(**changes: Any) -> Signatory:
    return Signatory.objects.create(
        **{
            "name": "An Peeters",
            "function": "algemeen directeur",
            "mandate": "Besluit van het college van 12 januari 2026",
            "valid_from": date(2026, 1, 12),
            "valid_until": date(2026, 12, 31),
        }
        | changes
    )


def letter(**changes: Any) -> LetterTemplate:
    fields: dict[str, Any] = {
        "name": "Weigering",
        "subject": "Uw aanvraag {nummer}: geen vergunning",
        "body": "Dag {naam}\n\nWe geven geen vergunning.\n\n{feiten}\n\n{reden}",
        "is_decision": True,
        "legal_base": "Algemene politieverordening, artikel 48.",
        "appeal": "Stuur binnen 30 dagen een aangetekende brief naar de deputatie.",
    } | changes
    if "signatory" not in fields:
        fields["signatory"] = signatory()
    made = LetterTemplate(**fields)
    made.full_clean()
    made.save()
    return made


def process(decision: LetterTemplate | None = None) -> ProcessVersion:
    """A melding of which the step 'Weigeren' is a decision."""
    decision = decision or letter()
    return town.published(
        town.draft_melding(
            steps=[
                town.step("Aanvaarden", ["Ontvangen", "Wacht op u"], "Ontvankelijk"),
                town.step("Weigeren", ["Ontvangen"], "Niet ontvankelijk", letter=decision.pk, needs_reason=True),
                town.step("Vragen", ["Ontvangen"], "Wacht op u"),
                town.step("Afwerken", ["Ontvankelijk"], "Afgehandeld"),
            ],
            survey=False,
        )
    )
