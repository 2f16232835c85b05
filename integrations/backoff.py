"""How long to wait after a failed attempt. Pure: no database, no clock, the dice are handed in."""

from datetime import timedelta

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=12),
)
MAX_ATTEMPTS = len(PAUSES) + 1
JITTER = 0.1


def pause_after(attempt: int, dice: float) -> timedelta | None:
    """The wait after this attempt (the first is 1), or None when it was the last.

    ``dice`` between 0 and 1 only ever lengthens the wait, so that all attempts together cover at least the sum of
    PAUSES (over 48 hours) while a mail server that comes back is not run over by everyone at once.
    """
    if attempt >= MAX_ATTEMPTS:
        return None
    return PAUSES[attempt - 1] * (1 + JITTER * dice)
