"""A short storm; `make chaos` makes a long one."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.both
def test_nothing_is_lost_while_processes_are_killed() -> None:
    storm = [sys.executable, "scripts/chaos", "--submissions", "8", "--kills", "5", "--pause", "1.5", "--people", "2"]
    storm += ["--crowd", "8", "--seconds", "4"]
    result = subprocess.run(storm, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "24 steps" in result.stdout
