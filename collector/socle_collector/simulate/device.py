"""A virtual machine: the real agent's meter, ledger and sync, in virtual time."""

from __future__ import annotations

import sqlite3
from collections import deque
from dataclasses import replace
from datetime import time, timedelta
from random import Random
from typing import Any

from socle_agent.ledger import Ledger
from socle_agent.ledger.schema import prepare
from socle_agent.ledger.store import configure
from socle_agent.meter import Meter
from socle_agent.state import State
from socle_agent.sync import Sync
from socle_collector.simulate import hardware
from socle_collector.simulate.calendar import Calendar
from socle_collector.simulate.commune import Machine
from socle_collector.simulate.life import Moment, boots
from socle_core.clock import Dating, Reading
from socle_core.hours import Hours
from socle_core.wire.messages import Ack, Hello
from socle_core.wire.topics import new_id

HOURS = Hours.parse("mo-sa 08:00-17:00")
HOUR, DAY = 4, 96
"""In quarters: a health row is written when it is news, at most hourly, and once a day."""


class VirtualDevice:
    """Lives the life of `machine` up to where `advance` last went, in Unix seconds.

    `ledger` and `sync` are those of its present install. Ids are drawn from `seed`: the same run twice brings the
    same installs, so that a collector merges the second into the first.
    """

    def __init__(self, seed: str, machine: Machine, calendar: Calendar, catalogue: str | None = None) -> None:
        self.machine = machine
        self._calendar = calendar
        self._catalogue = catalogue
        self._rng = Random(f"{seed}/{machine.device}/{calendar.first}")
        self._former: list[Ledger] = []
        self._seed = seed
        self._day = calendar.first
        self._ahead = deque[tuple[Moment, bool]]()
        self._meter: Meter | None = None
        self._began = self._fell_asleep = self._slept = self._seen = 0
        self._page = ""
        self.awake = False
        self._install()

    def copy(self, seed: str) -> VirtualDevice:
        """A machine made from an image of this one's disk, which goes on with a life of its own."""
        twin = VirtualDevice(seed, self.machine, replace(self._calendar, first=self._day), self._catalogue)
        self._db.backup(twin._db)
        twin.ledger = Ledger(twin._db, twin._id)
        twin._begin()
        return twin

    def reinstall(self) -> None:
        """Install the machine anew, with a ledger of its own; it must be off."""
        self._former.append(self.ledger)
        self._install()

    def advance(self, until: int) -> None:
        """Live on to the Unix second `until`, and write down what was measured."""
        while (step := self._due(until)) is not None:
            moment, last = step
            if moment.state is not None:
                self._turn(moment.at, moment.state, moment.page)
            else:
                self._rest(moment.at, off=last)
        if self.awake:
            self._write_down(until)

    def received(self, ack: Ack, unix: int) -> None:
        """Take an ack, which proves the time: `unix`."""
        if self.awake and self._meter is not None and not self._meter.dating.trusted:
            self._meter.prove(self._reading(unix), ack.now, self.ledger.held)
            self._write_down(unix)

    def reached(self, unix: int) -> bool:
        """Whether it has a network at this Unix second."""
        since = self.machine.unreached
        return since is None or unix >= self._calendar.unix(since, time(0))

    def totals(self) -> dict[str, dict[str, Any]]:
        """The totals of each of its installs."""
        return {ledger.install: ledger.totals() for ledger in (*self._former, self.ledger)}

    def _install(self) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        configure(self._db)
        prepare(self._db)
        self.ledger = Ledger(self._db, self._id)
        self._begin()

    def _begin(self) -> None:
        self.ledger.begin(self._id(), self._id())
        self.sync = Sync(self.ledger, self._hello, self._rng)

    def _due(self, until: int) -> tuple[Moment, bool] | None:
        """The next moment of its life, and whether it ends a boot; None where there is none up to `until`."""
        while not self._ahead and self._calendar.unix(self._day, time(0)) <= until:
            for boot in boots(self._seed, self.machine, self._calendar, self._day):
                self._ahead.extend((moment, moment is boot[-1]) for moment in boot)
            self._day += timedelta(days=1)
        return self._ahead.popleft() if self._ahead and self._ahead[0][0].at <= until else None

    def _turn(self, at: int, state: State, page: str) -> None:
        """Another state holds from now on; the machine is started, or woken, for it if need be."""
        if self._meter is None:
            self._start(at)
        elif not self.awake:
            self._slept += at - self._fell_asleep
            self.ledger.begin(self._id(), self.ledger.boot)
        if self._meter is not None:
            self._visit(self._meter, at)
            self._meter.state = state.changed(online=self.reached(at))
            self._page = page
            self._examine(self._meter, at)
        self.awake = True

    def _visit(self, meter: Meter, at: int) -> None:
        """Live on to `at`, and count the page that was in front."""
        meter.advance(self._reading(at))
        if self._page and self.awake and at > self._seen:
            meter.visited(meter.state.profile(), {self._page: at - self._seen})
        self._seen = at

    def _examine(self, meter: Meter, at: int) -> None:
        """Look at the hardware, and write down what is news."""
        t = meter.quarter()
        if t is None:
            return
        last_t, last = self.ledger.last_health() or (0, {})
        if t - last_t >= HOUR:
            found = hardware.groups(self.machine, at, at - self._began - self._slept, meter.state)
            if found != last or t - last_t >= DAY:
                self.ledger.add_health(t, found)

    def _start(self, at: int) -> None:
        self._began, self._slept = at, 0
        reading = Reading(float(at), 0.0, 0.0)
        dating = Dating(reading.wall - reading.boot)
        if self.machine.clock:
            dating.prove(reading, at)
        self._meter = Meter(reading, dating, HOURS, self._calendar.timezone, self.ledger.powered)
        self.ledger.begin(self._id(), self._id())

    def _rest(self, at: int, *, off: bool) -> None:
        """The machine falls asleep or is shut down."""
        self._write_down(at)
        self.awake, self._fell_asleep, self._page = False, at, ""
        if off:
            self._meter = None

    def _write_down(self, at: int) -> None:
        if self._meter is not None:
            self._visit(self._meter, at)
            self.ledger.commit(self._meter.take(), self._meter.quarter(), self._meter.today())

    def _reading(self, unix: int) -> Reading:
        boot = unix - self._began
        return Reading(float(unix), float(boot - self._slept), float(boot))

    def _hello(self, ask: str) -> Hello:
        dated = self.machine.clock if self._meter is None else self._meter.dating.trusted
        return Hello(
            self.ledger.install,
            self.ledger.run,
            self.ledger.boot,
            ask,
            self.ledger.head,
            agent="0.1.0",
            os="debian 12",
            kind=self.machine.kind,
            clock="trusted" if dated else "untrusted",
            catalogue=self._catalogue,
            senses=self.machine.senses,
        )

    def _id(self) -> str:
        return new_id(self._rng)
