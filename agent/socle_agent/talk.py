"""The conversation with the collector: what the link hears goes to `Sync`, what `Sync` says goes to the link."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from socle_agent.gauge import Gauge
from socle_agent.link import Link
from socle_agent.loop import Loop
from socle_agent.sent import Outbox, Sent
from socle_agent.sync import Sync
from socle_core.clock import Clock
from socle_core.settings.agent import AgentSettings
from socle_core.wire import topics
from socle_core.wire.decode_down import decode_ack, decode_collector, decode_config
from socle_core.wire.encode import encode
from socle_core.wire.messages import Hello, Message, Presence
from socle_core.wire.readable import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random

_log = logging.getLogger(__name__)


class Talk:
    """One device's conversation. `outbox`: what was said last.

    `greet(ask)`: the Hello of this machine. `on_config`: given the settings of a Config message.
    """

    def __init__(
        self,
        loop: Loop,
        clock: Clock,
        settings: AgentSettings,
        gauge: Gauge,
        rng: Random,
        *,
        greet: Callable[[str], Hello],
        on_config: Callable[[dict[str, object]], None],
    ) -> None:
        self.sync = Sync(gauge.ledger, greet, rng)
        self.link = Link(loop, settings, self, rng)
        self.outbox = Outbox()
        self._loop, self._clock, self._settings, self._gauge = loop, clock, settings, gauge
        self._on_config = on_config
        self._then: Callable[[], None] | None = None
        self._will, self._online = b"", False

    def start(self) -> None:
        """Connect, and stay connected; one that is about to leave goes first."""
        if self._then is not None:
            self._gone()
        self.link.start()

    def restart(self) -> None:
        """Connect anew: what there was of a connection did not outlive a suspend."""
        self._gone()
        self.link.start()

    def report(self, *, whole: bool = True) -> None:
        """Send what the ledger holds, all of it committed; not `whole`: without the quarter just begun."""
        self._do(lambda: self.sync.report(self._now(), whole=whole))

    def leave(self, patience_s: float, then: Callable[[], None]) -> None:
        """Report, say `sleeping`, wait so long for the collector to have all, disconnect, and call `then`."""
        self._then = then
        if self.link.state != "connected":
            self._gone()
            return
        self._loop.after("leaving", patience_s, self._gone)
        self._do(lambda: self.sync.stopping(self._now()))

    def will(self) -> bytes:
        """From the link: what the broker is to say when the connection is lost."""
        self._will = encode(self.sync.presence("lost"))
        return self._will

    def connected(self) -> None:
        """From the link."""
        self.sent("will", topics.topic(self._settings.realm, self._settings.device, "presence"), self._will)
        self._do(lambda: self.sync.connected(self._now()))

    def lost(self) -> None:
        """From the link."""
        self.sync.disconnected()
        self._do(list)
        if self._then is not None:
            self._gone()

    def message(self, kind: str, payload: bytes, retained: bool) -> None:
        """From the link: an ack, settings, or the collector's word. What cannot be read is said and dropped."""
        try:
            if kind == "ack":
                self._ack(payload)
            elif kind == "config":
                self._on_config(decode_config(payload).settings)
            elif kind == "collector":
                self.sync.collector(self._now(), decode_collector(payload).state, retained=retained)
                self._do(list)
        except Unreadable as error:
            _log.warning("mqtt: cannot read a message (%s): %s", kind, error)

    def sent(self, kind: str, topic: str, payload: bytes) -> None:
        """From the link: these bytes are on their way."""
        self.outbox.note(Sent(self._clock.read().wall, kind, topic, payload))

    def _ack(self, payload: bytes) -> None:
        ack = decode_ack(payload)
        if not self.sync.answers(ack):
            return
        now = self._now()
        self.link.praise()
        self._gauge.prove(ack.now, self.sync.age(now))
        self._do(lambda: self.sync.received(now, ack, self._gauge.unix()))

    def _do(self, step: Callable[[], list[Message]]) -> None:
        """Take a step of the conversation, say what it asks for, and come back when it wants."""
        try:
            said = step()
        except sqlite3.Error as error:
            self._gauge.excuse(error)
            said = []
        for message in said:
            kind = type(message).__name__.lower()
            self.link.publish(kind, encode(message), retain=isinstance(message, Presence))
        if self._online != self.sync.reachable:
            self._online = self.sync.reachable
            self._gauge.tell(online=self._online)
        self._wait()
        if self._then is not None and self.sync.caught_up():
            self._gone()

    def _wait(self) -> None:
        deadline = self.sync.deadline
        if deadline is None:
            self._loop.cancel("sync")
        else:
            self._loop.at("sync", deadline, lambda: self._do(lambda: self.sync.due(self._now())))

    def _gone(self) -> None:
        then, self._then = self._then, None
        self._loop.cancel("leaving")
        self._loop.cancel("sync")
        self.link.stop()
        self.sync.disconnected()
        if then is not None:
            then()

    def _now(self) -> float:
        return self._clock.read().boot
