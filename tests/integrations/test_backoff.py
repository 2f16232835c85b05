from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from integrations.backoff import JITTER, MAX_ATTEMPTS, PAUSES, pause_after

dice = st.floats(min_value=0, max_value=1)


@given(st.lists(dice, min_size=MAX_ATTEMPTS, max_size=MAX_ATTEMPTS))
def test_all_attempts_together_cover_two_days_whatever_the_dice(throws: list[float]) -> None:
    pauses = [pause_after(attempt, throw) for attempt, throw in enumerate(throws, start=1)]

    assert pauses[-1] is None
    assert sum((pause for pause in pauses if pause is not None), timedelta()) >= timedelta(hours=48)


@given(st.integers(min_value=1, max_value=len(PAUSES)), dice)
def test_jitter_only_lengthens_and_a_little(attempt: int, throw: float) -> None:
    pause = pause_after(attempt, throw)

    assert pause is not None
    assert PAUSES[attempt - 1] <= pause <= PAUSES[attempt - 1] * (1 + JITTER)
