"""A faster clock, and the machines that it runs in.

All processes of a test agree on the *true* time: a line through (real, true) points of a given rate, kept in a small
file. Each machine (an agent's) has a second file: when it booted, how wrong its wall clock is, how long it slept. The
test writes both files while the processes run; every reading of a `FastClock` looks whether they changed.

    real CLOCK_MONOTONIC ──rate──► true time ──error──► wall
                                       └──since boot──► boot ──less sleep──► mono
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from socle_core.clock import Clock, Reading

LEAST_S = 0.005


class Shared:
    """A small JSON file that one process replaces and others read again when it was replaced."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._held: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """Return what the file holds now."""
        status = os.stat(self.path)
        if (status.st_ino, status.st_mtime_ns) != self._seen:
            self._held = json.loads(self.path.read_bytes())
            self._seen = status.st_ino, status.st_mtime_ns
        return self._held

    def write(self, held: dict[str, Any]) -> None:
        """Replace the file at once."""
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(held))
        new.replace(self.path)


class TrueTime:
    """The time that a perfect clock would show, in Unix seconds, `rate` times faster than real time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = Shared(path)

    @classmethod
    def begin(cls, path: Path, unix: float, rate: float) -> TrueTime:
        """Let `unix` be the true time now, and time pass `rate` times faster."""
        self = cls(path)
        self._file.write({"real": _real(), "true": unix, "rate": rate})
        return self

    @property
    def rate(self) -> float:
        """True seconds in one real second."""
        return float(self._file.read()["rate"])

    def now(self) -> float:
        """The true time, in Unix seconds."""
        line = self._file.read()
        return float(line["true"] + (_real() - line["real"]) * line["rate"])

    def leap(self, seconds: float) -> None:
        """Let `seconds` pass at once, in every process."""
        self._line(self.now() + seconds, self.rate)

    def pace(self, rate: float) -> None:
        """Let time pass at another rate from now on."""
        self._line(self.now(), rate)

    def _line(self, true: float, rate: float) -> None:
        self._file.write({"real": _real(), "true": true, "rate": rate})


@dataclass(frozen=True)
class Faults:
    """What is particular about one machine's clocks.

    `booted`: true time of its boot. `boot_id`: eight hex digits. `wrong`: wall − true, in seconds.
    `synchronised`: what the kernel says of NTP. `slept`: seconds asleep in all past suspends.
    `asleep_since`: true time at which the present suspend began.
    """

    booted: float
    boot_id: str
    wrong: float = 0.0
    synchronised: bool = True
    slept: float = 0.0
    asleep_since: float | None = None


class MachineClock:
    """The test's hand on one machine's clocks."""

    def __init__(self, path: Path, truth: TrueTime, faults: Faults) -> None:
        self.path = path
        self._file = Shared(path)
        self._truth = truth
        self.faults = faults
        self._file.write(asdict(faults))

    def set(self, **changes: Any) -> None:
        """Change fields of `Faults`."""
        self.faults = replace(self.faults, **changes)
        self._file.write(asdict(self.faults))

    def reboot(self, boot_id: str) -> None:
        """Begin a new boot now."""
        self.set(booted=self._truth.now(), boot_id=boot_id, slept=0.0, asleep_since=None)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Stop CLOCK_MONOTONIC meanwhile (the machine's processes are to be stopped by the caller)."""
        began = self._truth.now()
        self.set(asleep_since=began)
        yield
        self.set(asleep_since=None, slept=self.faults.slept + self._truth.now() - began)


class FastClock(Clock):
    """The clocks of a machine whose files a test controls; without a machine, a perfect wall clock."""

    def __init__(self, truth: Path, machine: Path | None = None) -> None:
        self._truth = TrueTime(truth)
        self._machine = Shared(machine) if machine else None
        self._last = Reading(0.0, 0.0, 0.0)

    def read(self) -> Reading:
        """Read the three clocks; `mono` and `boot` never go back."""
        true, faults = self._truth.now(), self._faults()
        boot = true - faults.booted
        asleep = faults.slept + (true - faults.asleep_since if faults.asleep_since is not None else 0.0)
        self._last = Reading(true + faults.wrong, max(self._last.mono, boot - asleep), max(self._last.boot, boot))
        return self._last

    def boot_id(self) -> str:
        """The boot id that the test has given."""
        return self._faults().boot_id

    def synchronised(self) -> bool:
        """What the test has the kernel say."""
        return self._faults().synchronised

    def delay(self, seconds: float) -> float:
        """How long really to wait for `seconds` of this clock, 5 ms at least: a tick a second is to cost little."""
        return max(0.0, seconds / self._truth.rate, min(seconds, LEAST_S))

    def _faults(self) -> Faults:
        return Faults(**self._machine.read()) if self._machine else Faults(booted=0.0, boot_id="00000000")


def _real() -> float:
    return time.clock_gettime(time.CLOCK_MONOTONIC)
