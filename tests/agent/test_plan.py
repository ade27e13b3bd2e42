"""When checkpoints and reports fall."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from socle_agent.plan import jitter, plan

ANCHOR = 1_795_440_123
DEVICES = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=12, max_size=12)
MOMENTS = st.floats(0, 10_000_000)


def checkpoints(device: str, checkpoint_s: int, every: int, start: float, count: int) -> list[tuple[float, bool]]:
    """So many checkpoints from `start` on, and whether each is a report's."""
    the_plan = plan(device, ANCHOR, checkpoint_s, every)
    told, now, period = [], start, the_plan.period(start)
    for _ in range(count):
        now = the_plan.next_checkpoint(now)
        told.append((now, the_plan.period(now) != period))
        period = the_plan.period(now)
    return told


@given(DEVICES)
def test_the_jitter_is_fixed_and_within_a_minute(device: str) -> None:
    """A device always has the same jitter, between 0 and 60 seconds."""
    assert 0 <= jitter(device) < 60
    assert jitter(device) == jitter(device)


def test_devices_spread_over_the_minute() -> None:
    """A fleet does not report at once: a tenth of the minute never holds half of a hundred devices."""
    tenths = [int(jitter(f"{number:012}") // 6) for number in range(100)]
    assert max(tenths.count(tenth) for tenth in range(10)) < 50


@given(DEVICES, st.integers(10, 900), MOMENTS)
def test_checkpoints_are_never_further_apart_than_told(device: str, checkpoint_s: int, start: float) -> None:
    """At most `checkpoint_s` lie between two checkpoints, and never less than half of it."""
    times = [start, *(at for at, _report in checkpoints(device, checkpoint_s, 1, start, 50))]
    gaps = [after - before for before, after in pairwise(times)]
    assert all(0 < gap <= checkpoint_s + 0.02 for gap in gaps)
    assert all(gap > checkpoint_s / 2 for gap in gaps[1:])


@given(DEVICES, st.sampled_from([10, 60, 70, 300, 900]), st.sampled_from([1, 2, 4, 96]), MOMENTS)
def test_a_report_is_at_a_checkpoint_just_after_a_quarter(
    device: str, checkpoint_s: int, every: int, start: float
) -> None:
    """Every `every` quarters one checkpoint falls within a minute after the quarter's end, and is the report's."""
    told = checkpoints(device, checkpoint_s, every, start, 2 * 900 * every // checkpoint_s + 4)
    reports = [at for at, is_report in told if is_report]
    assert len(reports) >= 1
    for at in reports:
        late = (ANCHOR + at) % (900 * every)
        assert abs(late - jitter(device)) < 0.1


def test_without_a_date_quarters_of_boot_time_stand_in() -> None:
    """Before the first proof there are checkpoints and reports all the same."""
    the_plan = plan("abcdefgh2345", None, 60, 1)
    assert the_plan.period(100) != the_plan.period(1100)
    assert 0 < the_plan.next_checkpoint(100) - 100 <= 60


def test_zero_quarters_reports_every_checkpoint() -> None:
    """0 stands for demonstrations and the day of installation."""
    assert plan("abcdefgh2345", ANCHOR, 60, 0).period(1000) is None
