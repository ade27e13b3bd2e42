"""A school day spoken by the agent's own ledger, sync and mqtt, one report after the other, without waiting."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable

from socle_agent.growth import Growth, Use
from socle_agent.ledger import Ledger
from socle_agent.loop import Loop
from socle_agent.mqtt import Session
from socle_agent.sync import Sync
from socle_core.clock import Clock
from socle_core.settings.agent import AgentSettings
from socle_core.wire import decode_down
from socle_core.wire.encode import encode
from socle_core.wire.messages import Hello, Message
from socle_core.wire.topics import new_id

from . import school
from .places import NotMeasuredError

CHECKPOINT_S = 60
JITTER_S = 30
"""The report leaves up to 60 s after the quarter: the checkpoint before it has begun the next slot."""


class Talk:
    """A device's day on its connection: `day` returns when the last report is acknowledged."""

    def __init__(self, settings: AgentSettings) -> None:
        self._rng = random.Random(2)
        self._loop = Loop(Clock())
        self._ledger = Ledger.in_memory(self._id)
        self._ledger.begin(self._id(), self._id())
        self._sync = Sync(self._ledger, self._hello, self._rng)
        self._session = Session(self._loop, settings, self)
        self._now = 1000.0
        self._first = (int(time.time()) // 86_400 - 1) * 96 + 34
        self.sent: Counter[str] = Counter()
        """Payload bytes by kind of message, and of a Ledger's parts."""

    def day(self) -> None:
        """Connect, and report the quarters of yesterday one after the other."""
        self._session.open(encode(self._sync.presence("lost")))
        self._until(self._sync.caught_up)
        for quarter in range(school.QUARTERS):
            t = self._first + quarter
            self._measure(t, 0 if quarter == 0 else JITTER_S, school.QUARTER_S)
            if quarter % school.HOUR == 0:
                self._ledger.add_health(t, school.health(quarter))
            self._measure(t + 1, 0, JITTER_S)
            self._now += school.QUARTER_S
            self._say(self._sync.report(self._now, whole=False))
            self._until(self._sync.idle)
        self._say([self._sync.presence("sleeping")])
        self._session.close()

    def opened(self) -> None:
        """From the session."""
        self._say(self._sync.connected(self._now))

    def arrived(self, kind: str, payload: bytes, retained: bool) -> None:
        """From the session."""
        self.sent[f"received {kind}"] += len(payload)
        if kind == "ack":
            self._say(self._sync.received(self._now, decode_down.decode_ack(payload)))

    def ended(self, reason: str) -> None:
        """From the session."""
        raise NotMeasuredError(f"the connection of the wire's day ended: {reason}")

    def _measure(self, t: int, start: int, end: int) -> None:
        for at in range(start, end, CHECKPOINT_S):
            seconds = min(CHECKPOINT_S, end - at)
            growth = Growth()
            for name in ("powered", "observed", "charging", "online", "open", "active", "display"):
                growth.slot(t, name, seconds)
            growth.work(t, 31, seconds)
            services = school.PUPIL[: 1 + (t - self._first) // school.HOUR]
            used = {service: [seconds, self._rng.randrange(seconds)] for service in services}
            growth.day(t // 96, "pupil", Use(seconds, seconds, used))
            self._ledger.commit(growth, t, t // 96)

    def _say(self, messages: list[Message]) -> None:
        for message in messages:
            kind = type(message).__name__.lower()
            payload = encode(message)
            self.sent[kind] += len(payload)
            for part, rows in json.loads(payload).items():
                if kind == "ledger" and isinstance(rows, list):
                    self.sent[f"ledger.{part}"] += len(json.dumps(rows, separators=(",", ":")))
            self._session.publish(kind, payload, retain=kind == "presence")

    def _hello(self, ask: str) -> Hello:
        senses = {"session": "logind", "idle": "x11", "focus": "x11", "programs": "fanotify", "web": "extension"}
        ledger = self._ledger
        known = {"agent": "0.1.0", "os": "debian 12", "kind": "cart", "clock": "trusted", "catalogue": "2026.11"}
        return Hello(ledger.install, ledger.run, "5d21c0aa", ask, ledger.head, **known, senses=senses)

    def _id(self) -> str:
        return new_id(self._rng)

    def _until(self, true: Callable[[], bool], seconds: float = 15) -> None:
        end = time.monotonic() + seconds

        def ask() -> None:
            if true() or time.monotonic() > end:
                self._loop.stop()
            else:
                self._loop.after("bench", 0.002, ask)

        ask()
        self._loop.after("bench", 0, ask)
        self._loop.run()
        if not true():
            raise NotMeasuredError(f"no answer on the wire within {seconds:.0f} s")
