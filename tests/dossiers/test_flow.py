"""The shape of a process (dossiers/flow.py)."""

from dossiers.flow import Flow

MILESTONES = {"in": "received", "ok": "admissible", "no": "inadmissible", "done": "completed", "away": "withdrawn"}


def flow(*steps: tuple[str, str], **milestones: str) -> Flow:
    return Flow("in", MILESTONES | milestones, frozenset(steps))


SOUND = (("in", "ok"), ("in", "no"), ("ok", "done"), ("in", "away"))


def test_a_sound_melding_has_nothing_to_complain_about() -> None:
    sound = flow(*SOUND)
    assert not sound.unreachable()
    assert not sound.dead_ends()
    assert not sound.undecided_ends()


def test_a_status_that_no_step_leads_to_is_unreachable() -> None:
    assert flow(("in", "ok"), ("ok", "done")).unreachable() == {"no", "away"}


def test_a_status_that_leads_nowhere_is_a_dead_end_unless_it_is_an_end() -> None:
    assert flow(("in", "ok"), ("in", "no"), ("in", "done"), ("in", "away")).dead_ends() == {"ok"}


def test_a_short_cut_to_the_end_leaves_somebody_without_a_decision() -> None:
    assert flow(*SOUND, ("in", "done")).undecided_ends() == {"done"}


def test_a_detour_round_the_decision_is_found_too() -> None:
    detour = flow(
        *SOUND, ("in", "wait"), ("wait", "busy"), ("busy", "done"), wait="waiting_for_citizen", busy="in_progress"
    )
    assert detour.undecided_ends() == {"done"}


def test_withdrawing_needs_no_decision() -> None:
    assert flow(*SOUND).undecided_ends() == set()


def test_a_circle_ends_the_search() -> None:
    assert flow(*SOUND, ("ok", "in")).reachable() == {"in", "ok", "no", "done", "away"}
