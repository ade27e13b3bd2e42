"""From stretches in which no agent measured to quarters: powered, not observed. Pure.

A quarter never holds more than its 900 seconds, with what the ledger has of it. Rough stretches, whose ends are
known by the wall clock alone, fill only quarters of which the ledger and the exact ones know nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from socle_agent.growth import Growth
from socle_agent.quarters import QUARTER_S

Stretch = Sequence[int]
"""Two Unix seconds: the first awake, and the first after it that is not."""


def fill(
    exact: Iterable[Stretch], rough: Iterable[Stretch], until: int, powered: Callable[[int], int]
) -> tuple[Growth, int]:
    """What the stretches add to the ledger, and how many of their seconds find no room.

    `until`: the Unix second at which this boot began; what lies after it contradicts it. `powered(t)`: the seconds
    that the ledger holds of the quarter `t`.
    """
    growth, left_out = Growth(), 0
    for start, end in exact:
        for quarter, seconds in _pieces(start, min(end, until)):
            fits = min(seconds, QUARTER_S - powered(quarter) - _has(growth, quarter))
            left_out += seconds - _add(growth, quarter, fits)
        left_out += max(0, end - max(start, until))
    known = frozenset(growth.slots)
    for start, end in rough:
        for quarter, seconds in _pieces(start, min(end, until)):
            if quarter in known or powered(quarter):
                continue
            left_out += seconds - _add(growth, quarter, min(seconds, QUARTER_S - _has(growth, quarter)))
    return growth, left_out


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Quarters, and how many seconds of the stretch each takes."""
    while start < end:
        quarter = start // QUARTER_S
        ends = min(end, (quarter + 1) * QUARTER_S)
        yield quarter, ends - start
        start = ends


def _has(growth: Growth, quarter: int) -> int:
    return growth.slots.get(quarter, {}).get("powered", 0)


def _add(growth: Growth, quarter: int, seconds: int) -> int:
    """Add what is above 0; return how much that is."""
    if seconds <= 0:
        return 0
    growth.slot(quarter, "powered", seconds)
    growth.slot(quarter, "observed", 0)
    return seconds
