"""Promise 1: whatever is killed, whenever, the totals are equal to the second once all runs again."""

from __future__ import annotations

from pathlib import Path

from e2e.suffer import suffer_all

SCHEDULES = 30


def test_promise_1_nothing_that_is_killed_loses_a_second(tmp_path: Path) -> None:
    """Whatever is killed, whenever, in any order: when all run again, the totals are equal to the second."""
    assert suffer_all(range(1, SCHEDULES + 1), tmp_path) == SCHEDULES
