"""A machine made of a clock that tests move, the real meter and the real ledger, joined as the daemon joins them."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from socle_agent.ledger import Ledger
from socle_agent.meter import Meter
from socle_core.clock import Dating
from socle_core.hours import Hours
from socle_core.wire.messages import Day, Slot, Undated
from socle_core.wire.topics import new_id
from support.clocks import HandClock

MONDAY = 1_795_420_800
"""Monday 23 November 2026, 09:00 in Paris: the beginning of a quarter."""


class Machine:
    """`ledger` is in memory, or in `file`. With `proved` its date is trusted from the start."""

    def __init__(
        self,
        wall: float = MONDAY,
        *,
        hours: str = "mo-sa 08:00-17:00",
        timezone: str = "Europe/Paris",
        proved: bool = True,
        file: Path | None = None,
    ) -> None:
        self.rng = Random(1)
        self.clock = HandClock(wall, boot=1000.0)
        self.hours, self.timezone = Hours.parse(hours), ZoneInfo(timezone)
        self.file = file
        self.ledger = self._open()
        self.boot_id = new_id(self.rng)
        self._start()
        if proved:
            self.prove()

    def _open(self) -> Ledger:
        return Ledger.open(self.file, self._id) if self.file else Ledger.in_memory(self._id)

    def _id(self) -> str:
        return new_id(self.rng)

    def _start(self) -> None:
        reading = self.clock.read()
        position = self.ledger.position()
        same = position.get("boot") == self.boot_id
        dating = Dating(reading.wall - reading.boot)
        self.meter = Meter(reading, dating, self.hours, self.timezone, self.ledger.powered)
        self.ledger.begin(self._id(), self.boot_id)
        if same:
            dating.resume(reading, position["anchor"], position["offset"])
            self.meter.unobserved(position["at"], round(reading.mono - position["mono"]))

    def restart(self, away: float = 0.0) -> None:
        """`kill -9` of the agent, and a new one after `away` seconds awake, in the same boot."""
        self.clock.advance(away)
        if self.file:
            self.ledger.close()
            self.ledger = self._open()
        self._start()

    def reboot(self, off: float = 60.0) -> None:
        """The machine goes off and comes back; its real-time clock runs on."""
        self.clock.wall += off
        self.clock.mono = self.clock.boot = 10.0
        self.boot_id = self._id()
        self._start()

    def use(self, **changes: Any) -> None:
        """From now on this holds (fields of State)."""
        self.meter.change(self.clock.read(), **changes)

    def run(self, seconds: float) -> None:
        """Let time pass awake, and measure it."""
        self.clock.advance(seconds)
        self.meter.advance(self.clock.read())

    def sleep(self, seconds: float) -> None:
        """Suspend; the agent sees it only at its next reading."""
        self.clock.suspend(seconds)

    def prove(self, unix: float | None = None) -> None:
        """A proof comes: of the wall clock's time unless told."""
        reading = self.clock.read()
        self.meter.prove(reading, reading.wall if unix is None else unix, self.ledger.held)

    def commit(self) -> None:
        """Write down what grew."""
        reading = self.clock.read()
        self.meter.advance(reading)
        dating = self.meter.dating
        place = {"at": self.meter.at, "mono": reading.mono, "anchor": dating.anchor if dating.trusted else None}
        self.ledger.commit(self.meter.take(), self.meter.quarter(), boot=self.boot_id, offset=dating.offset, **place)

    def slots(self) -> dict[int, Slot]:
        """The slots, by quarter since Monday 09:00."""
        return {slot.t - MONDAY // 900: slot for slot in self._rows("slots")}

    def days(self) -> dict[tuple[int, str], Day]:
        """The days, by day since Monday and profile."""
        return {(day.d - MONDAY // 86400, day.profile): day for day in self._rows("days")}

    def undated(self) -> dict[tuple[str, str], Undated]:
        """The undated rows, by boot and profile."""
        return {(row.boot, row.profile): row for row in self._rows("undated")}

    def _rows(self, kind: str) -> list[Any]:
        self.commit()
        rows: list[Any] = []
        after = 0
        while after < self.ledger.head:
            message = self.ledger.message(after, "0" * 8)
            rows += getattr(message, kind)
            after = message.rev
        return rows
