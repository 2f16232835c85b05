"""How a term stands, in the words of a clerk."""

from datetime import datetime, timedelta

import pytest

from dossiers.clock import Calendar
from dossiers.models import Dossier
from dossiers.models.process_version import Status
from dossiers.views.deadline import Deadline
from tests.town import MONDAY


@pytest.mark.parametrize(
    ("milestone", "pauses", "due", "words", "level"),
    [
        ("completed", False, None, "afgehandeld", "none"),
        ("waiting_for_citizen", False, None, "gepauzeerd: wacht op de burger", "none"),
        ("in_progress", True, None, "gepauzeerd: de klok staat stil", "none"),
        ("received", False, None, "geen termijn", "none"),
        ("received", False, MONDAY - timedelta(days=3), "1 werkdag te laat", "late"),
        ("received", False, MONDAY, "vandaag", "soon"),
        ("received", False, MONDAY + timedelta(days=1), "nog 1 werkdag", "soon"),
        ("received", False, MONDAY + timedelta(days=2), "nog 2 werkdagen", "fine"),
    ],
)
def test_every_standing_has_its_words(
    milestone: str, pauses: bool, due: datetime | None, words: str, level: str
) -> None:
    dossier = Dossier(status=Status(milestone=milestone, pauses=pauses), due_at=due)
    deadline = Deadline.of(dossier, MONDAY, Calendar())
    assert (words in deadline.text, deadline.level) == (True, level), deadline.text
