"""The machine's clocks, and when a date can be believed.

Durations come from CLOCK_MONOTONIC, which stops while the machine is suspended. Dates come from an *anchor*
(the Unix time at which CLOCK_BOOTTIME read 0) plus CLOCK_BOOTTIME, which nobody can set. Only a proof sets the
anchor, so a wall clock that is wrong or stepped moves no use to a wrong day (contract, "Time").
"""

from __future__ import annotations

import ctypes
import time
import zlib
from pathlib import Path

from socle_core.dataclass import dataclass

STEP_S = 60
"""An unproved step of the wall clock above this many seconds suspends trust."""

EARLIEST, LATEST = 1_577_836_800, 4_102_444_800
"""2020 and 2100: what is proved to be outside is no proof (no row of the contract can be of before)."""
AGREEMENT_S = 2
"""So far apart, two proofs still say the same."""

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES = 512  # larger than struct timex on every architecture


@dataclass(frozen=True, slots=True)
class Reading:
    """The three clocks, read together, in seconds: `wall` since 1970, `mono` awake and `boot` since boot."""

    wall: float
    mono: float
    boot: float


class Clock:
    """The real clocks. Tests pass one of their own that they advance."""

    def read(self) -> Reading:
        """Read the three clocks."""
        boot = time.clock_gettime(time.CLOCK_BOOTTIME)  # first: a pause before the next line is no time asleep
        mono = time.clock_gettime(time.CLOCK_MONOTONIC)
        return Reading(time.time(), mono, boot)

    def boot_id(self) -> str:
        """Eight hex digits drawn anew at each boot; a checksum, so that it matches no journal."""
        drawn = Path("/proc/sys/kernel/random/boot_id").read_bytes().strip()
        return f"{zlib.crc32(drawn):08x}"

    def synchronised(self) -> bool:
        """Tell whether the kernel holds the wall clock to be NTP-synchronised (adjtimex(2))."""
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
        return state not in (-1, _TIME_ERROR)

    def delay(self, seconds: float) -> float:
        """How long really to wait for `seconds` of this clock to pass: the same, but for a test's faster clock."""
        return max(0.0, seconds)


@dataclass(slots=True)
class Dating:
    """Whether and how moments of this boot can be dated.

    `offset`: wall − boot when last looked at, in seconds. `anchor`: Unix time, in whole seconds, at boot second 0;
    None before the first proof of this boot. `trusted`: whether the anchor may be used.
    """

    offset: float
    anchor: int | None = None
    trusted: bool = False

    def watch(self, reading: Reading) -> bool:
        """Suspend trust where the wall clock stepped by more than a minute; tell whether it did."""
        offset = reading.wall - reading.boot
        stepped = abs(offset - self.offset) > STEP_S
        self.offset = offset
        if stepped:
            self.trusted = False
        return stepped

    def prove(self, reading: Reading, unix_now: float, late: float = 0.0) -> None:
        """Set the anchor: `unix_now`, in Unix seconds, is proved to be the time of `reading`.

        `late`: it may be the time of up to so many seconds before, as an answer from the network is.
        A trusted anchor with which the proof agrees is left alone: one that trembles would move the quarters' ends.
        """
        if not EARLIEST <= unix_now < LATEST:
            return
        anchor = round(unix_now - reading.boot)
        if self.anchor is None or not self.trusted or not self._agrees(anchor, late):
            self.anchor = anchor
        self.trusted = True

    def resume(self, reading: Reading, anchor: int | None, offset: float) -> None:
        """Take over what an earlier run of this boot had proved, if the wall clock did not step since."""
        if anchor is not None and abs(reading.wall - reading.boot - offset) <= STEP_S:
            self.anchor, self.trusted = anchor, True

    def unix(self, boot: float) -> int | None:
        """The Unix second of the boot second `boot`; None without trust."""
        if not self.trusted or self.anchor is None:
            return None
        return round(self.anchor + boot)

    def _agrees(self, anchor: int, late: float) -> bool:
        return self.anchor is not None and -AGREEMENT_S <= self.anchor - anchor <= late + AGREEMENT_S
