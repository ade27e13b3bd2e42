"""Clocks that tests move by hand."""

from __future__ import annotations

from socle_core.clock import Clock, Reading


class HandClock(Clock):
    """A clock that stands still until it is told to move; whoever waits on it is there at once.

    `wall`, `mono`, `boot` in seconds. `ntp`: whether the wall clock is synchronised.
    """

    def __init__(self, wall: float = 1_795_440_000.0, boot: float = 1000.0) -> None:
        self.wall, self.mono, self.boot = wall, boot, boot
        self.ntp = False

    def read(self) -> Reading:
        """Tell the time without moving it."""
        return Reading(self.wall, self.mono, self.boot)

    def advance(self, seconds: float) -> None:
        """Let time pass, awake."""
        self.wall += seconds
        self.mono += seconds
        self.boot += seconds

    def suspend(self, seconds: float) -> None:
        """Let time pass, asleep."""
        self.wall += seconds
        self.boot += seconds

    def delay(self, seconds: float) -> float:
        """Jump over the wait."""
        self.advance(max(0.0, seconds))
        return 0.0

    def synchronised(self) -> bool:
        """What the test said."""
        return self.ntp

    def boot_id(self) -> str:
        """A fixed one."""
        return "b0071d00"


class FastClock(Clock):
    """The real clocks, so many times faster since it was made, for tests with real servers."""

    def __init__(self, speed: float) -> None:
        self.speed, self._start = speed, super().read()

    def read(self) -> Reading:
        """Tell the stretched time."""
        now, start, speed = super().read(), self._start, self.speed
        return Reading(
            start.wall + (now.wall - start.wall) * speed,
            start.mono + (now.mono - start.mono) * speed,
            start.boot + (now.boot - start.boot) * speed,
        )

    def delay(self, seconds: float) -> float:
        """Wait the shorter for it."""
        return max(0.0, seconds) / self.speed
