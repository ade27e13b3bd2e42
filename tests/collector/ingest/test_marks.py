"""Marks, comparisons and resets, without a database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from socle_collector.ingest.marks import DAY_S, Difference, Mark, compare
from socle_core.wire.messages import Ledger

DAY = float(DAY_S)


def told(after: int, rev: int, run: str = "0000000a") -> Ledger:
    """A Ledger without rows."""
    return Ledger("9f3a11c2", run, "01c2d3e4", after, rev)


def test_worked_example() -> None:
    """The module's own example holds."""
    mark = Mark(1180, 10)
    first, gap = told(1180, 1234), told(1300, 1400)
    assert mark.covers(first) and not mark.covers(gap)
    mark.advance(first)
    assert (mark.rev, mark.run) == (1234, 10)
    assert mark.covers(first)
    mark.advance(told(1180, 1200, "0000000b"))
    assert (mark.rev, mark.run) == (1234, 10), "an older revision moves nothing, not even the run"


def test_equal_revision_changes_nothing() -> None:
    """A Ledger that ends at the mark leaves its run alone."""
    mark = Mark(5, 1)
    mark.advance(told(0, 5, "00000002"))
    assert (mark.rev, mark.run) == (5, 1)


def test_what_is_compared() -> None:
    """An audit speaks of what is stored only at the same revision of the same run, and never at 0."""
    assert Mark(5, 1).compares(5, 1)
    assert not Mark(5, 1).compares(4, 1)
    assert not Mark(5, 1).compares(5, 2)
    assert not Mark(0, None).compares(0, 0)


@given(st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)), st.integers(0, 9))
def test_compare(sums: dict[str, int], held: int) -> None:
    """What is told above what is held is missing, what is held above it is surplus."""
    found = compare(sums, dict.fromkeys("abc", held))
    assert found.missing == {name: value - held for name, value in sums.items() if value > held}
    assert found.surplus == {name: held - value for name, value in sums.items() if value < held}
    assert compare({}, {}) == Difference()


def failing(mark: Mark, now: float) -> bool:
    """Fail an audit at `now`, after the fleet has sent everything again; tell whether it reset the mark."""
    mark.rev, mark.run = 7, 1
    mark.settle(True, now)
    return mark.rev == 0


def test_resets_come_ever_more_seldom() -> None:
    """The n-th reset in a row lies at least 2^(n-1) days, at most 30, after the one before."""
    mark, now = Mark(7, 1), 1_000_000_000.0
    assert failing(mark, now)
    for n, days in enumerate((2, 4, 8, 16, 30, 30), start=2):
        assert not failing(mark, now + days * DAY - 1)
        assert (mark.rev, mark.run) == (7, 1), "too early: the mark stays"
        now += days * DAY
        assert failing(mark, now)
        assert (mark.resets, mark.run) == (n, None)


def test_a_reconciled_audit_ends_the_row() -> None:
    """After an audit that agreed, the next failure resets at once."""
    mark = Mark(7, 1)
    assert failing(mark, 0.0)
    mark.rev, mark.run = 7, 1
    mark.settle(False, DAY)
    assert (mark.resets, mark.rev) == (0, 7)
    assert failing(mark, DAY + 1)
