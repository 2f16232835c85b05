"""How far a dossier is, in milestones behind and ahead."""

import pytest

from dossiers.progress import stages

ALL = {"received", "admissible", "in_progress", "waiting_for_citizen", "completed", "inadmissible"}


@pytest.mark.parametrize(
    ("reached", "road"),
    [
        (["received"], "received=now admissible=ahead in_progress=ahead completed=ahead"),
        (["received", "admissible"], "received=passed admissible=now in_progress=ahead completed=ahead"),
        (
            ["received", "admissible", "waiting_for_citizen"],
            "received=passed admissible=now in_progress=ahead completed=ahead",
        ),
        (["received", "inadmissible"], "received=passed inadmissible=now"),
        (["received", "admissible", "withdrawn"], "received=passed admissible=passed withdrawn=now"),
        (["received", "completed"], "received=passed admissible=passed in_progress=passed completed=now"),
        (
            ["received", "completed", "in_progress"],
            "received=passed admissible=passed in_progress=now completed=ahead",
        ),
        (
            ["received", "completed", "waiting_for_citizen"],
            "received=now admissible=ahead in_progress=ahead completed=ahead",
        ),
    ],
)
def test_where_it_is(reached: list[str], road: str) -> None:
    assert " ".join(f"{stage.milestone}={stage.place}" for stage in stages(offered=ALL, reached=reached)) == road


def test_only_what_the_process_has() -> None:
    assert [stage.milestone for stage in stages(offered={"received", "completed"}, reached=["received"])] == [
        "received",
        "completed",
    ]
