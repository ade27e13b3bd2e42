"""An agent of the model: the real meter, ledger and sync, joined as the daemon joins them, on virtual clocks."""

from __future__ import annotations

import sqlite3
from random import Random
from zoneinfo import ZoneInfo

from support.clocks import HandClock

from socle_agent.ledger import Ledger
from socle_agent.meter import Meter, Session
from socle_agent.state import State
from socle_agent.sync import Sync
from socle_core.clock import Dating
from socle_core.hours import Hours
from socle_core.wire.decode_down import decode_ack
from socle_core.wire.encode import encode
from socle_core.wire.messages import Hello, Message
from socle_core.wire.topics import new_id

HOURS, PARIS = Hours.parse("mo-sa 08:00-17:00"), ZoneInfo("Europe/Paris")
STATES = (
    State(sessions=(), programs=frozenset(), senses=5),
    State(sessions=(Session("pupil", True, True, "gcompris"),), programs=frozenset({("gcompris", "pupil")}), senses=31),
    State(sessions=(Session("teacher", True, False),), programs=frozenset({("lumni", "teacher")}), senses=7),
    State(charging=True, senses=0),
)


Said = tuple[str, bytes]
"""Kind and payload of a message."""


class Agent:
    """One physical machine. `disk` is what a power cut leaves: the ledger's database.

    `awake_s`: seconds it was awake under an agent that measures, for what is counted to be compared with.
    """

    def __init__(self, device: str, true: float, rng: Random, disk: Ledger | None = None) -> None:
        self.device, self.rng = device, rng
        self.disk = disk or Ledger.in_memory(self._id)
        self.clock = HandClock(true)
        self.asleep = False
        self.awake_s = 0.0
        self.starts = 0
        self.boot()

    def boot(self) -> None:
        """The machine starts, or starts over."""
        self.clock.mono = self.clock.boot = 0.0
        self.boot_id, self.asleep = self._id(), False
        self.start()

    def start(self) -> None:
        """The agent starts, in whatever boot this is; what an earlier one had not committed is lost."""
        reading = self.clock.read()
        dating = Dating(reading.wall - reading.boot)
        self.meter = Meter(reading, dating, HOURS, PARIS, self.disk.powered)
        last = self.disk.position()
        self.disk.begin(self._id(), self.boot_id)
        if last.get("boot") == self.boot_id:
            dating.resume(reading, last["anchor"], last["offset"])
            self.meter.unobserved(last["at"], round(reading.mono - last["mono"]))
        self.meter.state = STATES[0]
        self.sync = Sync(self.disk, self._hello, self.rng)
        self.starts += 1

    def checkpoint(self) -> None:
        """Look at the clocks and write down what was measured."""
        reading = self.clock.read()
        self.meter.distrust(reading)
        if self.clock.ntp:
            self.meter.prove(reading, reading.wall, self.disk.held)
        dating = self.meter.dating
        anchor = dating.anchor if dating.trusted else None
        growth = self.meter.take()
        place = {"at": self.meter.at, "mono": reading.mono, "offset": dating.offset, "anchor": anchor}
        self.disk.commit(growth, self.meter.quarter(), self.meter.today(), boot=self.boot_id, **place)

    def image(self) -> Ledger:
        """A copy of the disk as it is now."""
        db = sqlite3.connect(":memory:", isolation_level=None)
        self.disk._db.backup(db)
        return Ledger(db, self._id)

    def suspend(self) -> list[Said]:
        """The machine goes to sleep; what it says before."""
        self.checkpoint()
        self.asleep = True
        return encoded(self.sync.stopping(self.clock.boot))

    def resume(self) -> list[Said]:
        """It wakes up: a new run, and what it says if its connection stands."""
        self.asleep = False
        self.disk.begin(self._id(), self.boot_id)
        return encoded(self.sync.resumed(self.clock.boot))

    def connected(self) -> list[Said]:
        """A connection stands."""
        return encoded(self.sync.connected(self.clock.boot))

    def report(self, *, whole: bool = True) -> list[Said]:
        """A quarter has ended."""
        self.checkpoint()
        return encoded(self.sync.report(self.clock.boot, whole=whole))

    def pass_time(self, seconds: float) -> None:
        """Time passes, awake or asleep."""
        if self.asleep:
            self.clock.suspend(seconds)
        else:
            self.clock.advance(seconds)
            self.awake_s += seconds

    def hear(self, kind: str, payload: bytes, retained: bool) -> list[Said]:
        """A message came down; what it says to that."""
        now = self.clock.boot
        if kind == "collector":
            self.sync.collector(now, payload.decode(), retained=retained)
            return []
        ack = decode_ack(payload)
        if not self.sync.answers(ack):
            return []
        late = self.sync.age(now)
        if late <= 60 and not self.clock.ntp:
            self.meter.prove(self.clock.read(), ack.now, self.disk.held, late)
        return encoded(self.sync.received(now, ack, self.meter.dating.unix(now)))

    def due(self) -> list[Said]:
        """What it says because its time has come."""
        return encoded(self.sync.due(self.clock.boot))

    def _hello(self, ask: str) -> Hello:
        return Hello(self.disk.install, self.disk.run, self.boot_id, ask, self.disk.head)

    def _id(self) -> str:
        return new_id(self.rng)


def encoded(messages: list[Message]) -> list[Said]:
    """Kinds and payloads."""
    return [(type(message).__name__.lower(), encode(message)) for message in messages]
