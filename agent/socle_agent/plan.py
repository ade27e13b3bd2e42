"""When the agent writes down what it measured, and when it reports.

A report is due at the end of a quarter of an hour and a jitter, fixed per device, so that a fleet does not speak at
once. Checkpoints are spread evenly between, and one of them is the report's: what is sent has just been committed,
and an idle machine wakes once a checkpoint.

    quarter ends        |                                  |
    reports (jitter)       R                                  R
    checkpoints            c   c   c   c   c   c   c   c   c  c

Times are seconds of CLOCK_BOOTTIME. Before the first proof of the date, quarters of boot time stand in.
"""

from __future__ import annotations

import zlib
from math import ceil, floor

from socle_core.dataclass import dataclass

QUARTER_S, JITTER_S = 900, 60
_SOON_S = 0.01


def jitter(device: str) -> float:
    """Seconds between a quarter's end and this device's report, 0 to 60, always the same."""
    return zlib.crc32(device.encode()) % (100 * JITTER_S) / 100


@dataclass(frozen=True, slots=True)
class Plan:
    """`phase`: boot second of some report; `checkpoint_s`: longest time between two checkpoints; `every`: quarters."""

    phase: float
    checkpoint_s: int
    every: int

    def next_checkpoint(self, now: float) -> float:
        """Boot second of the first checkpoint after `now`."""
        step = QUARTER_S / ceil(QUARTER_S / self.checkpoint_s)
        at = self.phase + (floor((now - self.phase) / step) + 1) * step
        return at if at - now > _SOON_S else at + step

    def period(self, now: float) -> int | None:
        """A number that changes when a report is due; None when each checkpoint is to be reported."""
        if not self.every:
            return None
        return floor((now - self.phase + _SOON_S) / (QUARTER_S * self.every))


def plan(device: str, anchor: int | None, checkpoint_s: int, every: int) -> Plan:
    """The plan of a device; `anchor`: Unix second of boot second 0, None while it is not known."""
    return Plan(jitter(device) - (anchor or 0), checkpoint_s, every)
