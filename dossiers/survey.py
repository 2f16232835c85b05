"""The three questions after a dossier: whether they are asked, when, and with which code on paper.

Pure: no database, no ``now()``. Its rules: docs/rules/tevredenheid.md; dossiers/satisfaction.py counts the answers.
"""

import secrets
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from dossiers import clock
from dossiers.milestones import Milestone, ProcessKind

if TYPE_CHECKING:  # the models use this module
    from dossiers.models.process_version import ProcessVersion

ASKED_AFTER = frozenset({Milestone.COMPLETED, Milestone.INADMISSIBLE})
"""Who withdraws a request did not get an answer to be satisfied with."""
NEVER_ASKED = frozenset({ProcessKind.INFORMATION, ProcessKind.INVOICE})
OPEN_DAYS = 30
REMIND_AFTER_DAYS = 7
ONCE_IN_DAYS = 30
"""The same person is not asked about the same process type again within this time."""
OFFICE_OPENS = time(9)

ALPHABET = "CDFGHJKMNPQRTVWXY34679"
"""Nothing that looks like something else on paper (0 O, 1 I L, 2 Z, 5 S, 8 B, U V), and no vowels, so no words."""
CODE_LENGTH = 8


def applies(version: "ProcessVersion", *, milestone: str, origin: str) -> bool:
    """Whether a dossier of this version is asked about when it comes to this milestone."""
    return version.survey and version.kind not in NEVER_ASKED and milestone in ASKED_AFTER and origin == "own"


def sent_at(ended_at: datetime, calendar: clock.Calendar) -> datetime:
    """One working day later at nine, so that a wrong click can still be put right before anybody hears of it."""
    return _nine_o_clock_on_working_day(ended_at, calendar)


def remind_at(asked_at: datetime, calendar: clock.Calendar) -> datetime:
    """A week later at nine, or on the first working day after that."""
    return _nine_o_clock_on_working_day(asked_at + timedelta(days=REMIND_AFTER_DAYS - 1), calendar)


def closes_at(asked_at: datetime) -> datetime:
    """The first moment at which it is too late: 30 days are open, the thirtieth included."""
    day = asked_at.astimezone(clock.BRUSSELS).date() + timedelta(days=OPEN_DAYS + 1)
    return datetime.combine(day, time.min, tzinfo=clock.BRUSSELS)


def _nine_o_clock_on_working_day(after: datetime, calendar: clock.Calendar) -> datetime:
    try:
        day = clock.due_date(after, 1, calendar)
    except clock.NeverDue:  # a calendar that was filled in wrongly must not stop a dossier from being finished
        day = after.astimezone(clock.BRUSSELS).date() + timedelta(days=1)
    return datetime.combine(day, OFFICE_OPENS, tzinfo=clock.BRUSSELS)


# --- The code on paper ------------------------------------------------------------------------------------------------


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def typed_code(text: str) -> str:
    """A code as it was typed, however people write it: 'cdfg hjkm', 'CDFG-HJKM', 'Cdfg.hjkm'."""
    return "".join(character for character in text.upper() if character.isalnum())


def printed_code(code: str) -> str:
    """In two groups, which are easier to read and to type."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"
