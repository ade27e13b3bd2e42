"""When a boot was awake, from two clocks."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from socle_agent.boots.stretches import Point, after, stretches

NOON = 1_795_435_200


def test_the_example_at_the_top_of_the_module() -> None:
    """The wall clock's last date holds for all of a boot, and only a suspend lies between its stretches."""
    points = [
        Point(NOON - 9 * 3600, 0),
        Point(NOON + 60, 20),
        Point(NOON + 70, 30, sleeps=True),
        Point(NOON + 3 * 3600 + 70, 30),
        Point(NOON + 3 * 3600 + 90, 50),
    ]
    assert stretches(points) == [(NOON + 40, NOON + 70), (NOON + 3 * 3600 + 70, NOON + 3 * 3600 + 90)]


def test_of_a_boot_that_an_agent_left_the_rest_is_told() -> None:
    """What an agent had measured is not told again, be the rest before a suspend, after it or in both."""
    points = [Point(NOON + 100, 100, sleeps=True), Point(NOON + 1100, 100), Point(NOON + 1200, 200)]
    assert stretches(points, 40) == [(NOON + 40, NOON + 100), (NOON + 1100, NOON + 1200)]
    assert stretches(points, 100) == [(NOON + 1100, NOON + 1200)]
    assert stretches(points, 150) == [(NOON + 1150, NOON + 1200)]
    assert stretches(points, 250) == []


def test_a_proved_date_is_believed_before_the_wall_clock() -> None:
    """Where the agent knew the date, the rest of the boot continues from there, and keeps its suspends."""
    points = [Point(NOON + 100, 100, sleeps=True), Point(NOON + 1100, 100), Point(NOON + 1200, 200)]
    right = NOON + 7200
    assert stretches(points, 40, right + 40) == [(right + 40, right + 100), (right + 1100, right + 1200)]
    assert stretches(points, 100, right + 100) == [(right + 1100, right + 1200)]
    assert stretches(points, 150, right + 1150) == [(right + 1150, right + 1200)]


def test_a_set_clock_is_no_suspend() -> None:
    """A wall clock set forth or back in an awake boot neither lengthens nor moves it."""
    for step in (-5000, 5000):
        points = [Point(NOON - step, 0), Point(NOON - step + 50, 50), Point(NOON + 100, 100)]
        assert stretches(points) == [(NOON, NOON + 100)]


def test_one_line_tells_the_whole_boot() -> None:
    """The monotonic clock of the last line is how long the machine had been awake."""
    assert stretches([Point(NOON + 500.4, 500)]) == [(NOON, NOON + 500)]


def test_stretches_begin_after_what_was_before() -> None:
    """What lies before the floor, or within an earlier stretch, is cut off and counted."""
    assert after([(10, 20), (15, 30), (5, 8), (40, 50)], 12) == ([(12, 20), (20, 30), (40, 50)], 2 + 5 + 3)


@given(st.lists(st.tuples(st.integers(1, 5000), st.integers(1, 50_000)), min_size=1, max_size=8), st.integers(0, 9000))
def test_every_second_awake_is_told_once(parts: list[tuple[int, int]], since: int) -> None:
    """However a boot was cut by suspends, its stretches are apart, in order, and as long as it was awake."""
    wall, awake, points = float(NOON), 0.0, []
    for run, asleep in parts:
        wall, awake = wall + run, awake + run
        points.append(Point(wall, awake, sleeps=True))
        wall += asleep
        points.append(Point(wall, awake))
    found = stretches(points, since)
    assert sum(end - start for start, end in found) == max(0, awake - since)
    assert all(before[1] < later[0] for before, later in pairwise(found))
