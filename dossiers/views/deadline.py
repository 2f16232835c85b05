"""How a term stands, in the words of a clerk."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dossiers import clock
from dossiers.milestones import ENDS, PAUSES
from dossiers.models import Dossier


@dataclass(frozen=True)
class Deadline:
    """How a term stands, in the words of a clerk."""

    text: str
    level: str  # "late", "soon", "fine" or "none"

    @classmethod
    def of(cls, dossier: Dossier, now: datetime, calendar: clock.Calendar) -> "Deadline":
        if dossier.status.milestone in ENDS:
            return cls(_("finished"), "none")
        if dossier.status.milestone in PAUSES:
            return cls(_("paused: waiting for the citizen"), "none")
        if dossier.status.is_pause:
            return cls(_("paused: the clock stands still"), "none")
        if dossier.due_at is None:
            return cls(_("no term"), "none")
        left = clock.working_days_left(now, dossier.due_at, calendar)
        if left < 0:
            return cls(
                ngettext("%(days)s working day late", "%(days)s working days late", -left) % {"days": -left}, "late"
            )
        if left == 0:
            return cls(_("due today"), "soon")
        text = ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left}
        return cls(text, "soon" if left == 1 else "fine")
