"""When a boot was awake, from what its journal says of two clocks. Pure.

Each line of a journal has the wall clock, which anybody may set, and the monotonic clock, which counts the seconds
awake since the start and which nobody sets. The date of the last line is believed, being the one that had most time
to be put right, and the others are reckoned back from it by the monotonic clock. The wall clock may run ahead of it
only across a suspend; any other difference was a set clock, and moves nothing.

    wall       (wrong) 3:00     12:01  sleeps      15:01  12:00+3:21
    monotonic          0:00      0:20   0:30        0:30   0:50
    awake             11:41 ───────── 12:11        15:01 ── 15:21
"""

from __future__ import annotations

from collections.abc import Sequence

from socle_core.dataclass import dataclass

Stretches = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the journal, in seconds: `wall` since 1970, `awake` since the boot. `sleeps`: a suspend begins."""

    wall: float
    awake: float
    sleeps: bool = False

    @property
    def ahead(self) -> float:
        """Wall clock less seconds awake."""
        return self.wall - self.awake


def stretches(points: Sequence[Point], since: float = 0, proof: int | None = None) -> Stretches:
    """The stretches awake of one boot, in order, as Unix seconds, from its second awake `since` to its last point.

    `points`: in order of time, the last one last; at least one. `proof`: the Unix second that was proved to be that
    of `since`, which is believed before the last line's.
    """
    parts = _parts(points)
    wrong = 0.0
    if proof is not None:
        wrong = next((ahead + since - proof for ahead, _, end in parts if since <= end), 0)
    dated = ((round(ahead - wrong + max(start, since)), round(ahead - wrong + end)) for ahead, start, end in parts)
    return [(start, end) for start, end in dated if start < end]


def _parts(points: Sequence[Point]) -> list[tuple[float, float, float]]:
    """The parts between suspends, in order: wall clock less seconds awake, first and last second awake."""
    parts = []
    end, ahead = points[-1].awake, points[-1].ahead
    for earlier, later in zip(points[-2::-1], points[:0:-1], strict=True):
        asleep = later.ahead - earlier.ahead
        if earlier.sleeps and asleep >= 1:
            parts.append((ahead, later.awake, end))
            end, ahead = later.awake, ahead - asleep
    parts.append((ahead, 0.0, end))
    return parts[::-1]


def after(found: Stretches, floor: int) -> tuple[Stretches, int]:
    """The parts of stretches after the Unix second `floor`, which each raises; how many seconds are not."""
    kept: Stretches = []
    seconds = sum(end - start for start, end in found)
    for start, end in found:
        if end > max(start, floor):
            kept.append((max(start, floor), end))
            floor = end
    return kept, seconds - sum(end - start for start, end in kept)
