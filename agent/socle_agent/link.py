"""Keeps the machine connected to its broker: which connection there is, and when the next is tried.

    stopped ──start──► connecting ──opened──► connected
                          ▲   └──── ended ──────┤
                          └──── waiting ◄───────┘

The wait is random: 1 to 60 s, to 120 after the second failure in a row, at last to 900.
"""

from __future__ import annotations

import logging

from socle_agent import troubles
from socle_agent.loop import Loop
from socle_agent.mqtt import Session
from socle_core.settings.agent import AgentSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from random import Random
    from typing import Protocol

    class Listener(Protocol):
        """Who speaks over the link."""

        def will(self) -> bytes:
            """The Presence for the broker to publish when the connection is lost."""

        def connected(self) -> None:
            """A connection stands."""

        def message(self, kind: str, payload: bytes, retained: bool) -> None:
            """A message came; `kind`: ack, config or collector."""

        def lost(self) -> None:
            """The connection of which `connected` told is gone."""

        def sent(self, kind: str, topic: str, payload: bytes) -> None:
            """These bytes were given to the connection."""


_log = logging.getLogger(__name__)

FIRST_RETRY_S, LONGEST_RETRY_S = 60.0, 900.0


class Link:
    """The one connection, again and again.

    `state`: stopped, connecting, connected or waiting. `reason`: why there is no connection, a word of troubles.py;
    None before the first failure and while connected. `retry_s`: length of the present wait.
    """

    def __init__(self, loop: Loop, settings: AgentSettings, listener: Listener, rng: Random) -> None:
        self.state = "stopped"
        self.reason: str | None = None
        self.retry_s = 0.0
        self._loop, self._settings, self._listener, self._rng = loop, settings, listener, rng
        self._session: Session | None = None
        self._failures = 0

    def start(self) -> None:
        """Connect now, whatever was waited for; nothing changes if it is connected or about to be."""
        if self.state in ("stopped", "waiting"):
            self._connect()

    def stop(self) -> None:
        """Disconnect in order, or give up connecting."""
        self._loop.cancel("mqtt retry")
        session, self._session = self._session, None
        self.state = "stopped"
        if session is not None:
            session.close()

    def praise(self) -> None:
        """The collector answered over this connection: the next failure counts as the first."""
        self._failures = 0

    def publish(self, kind: str, payload: bytes, *, retain: bool = False) -> None:
        """Send; nothing happens without a connection, for the ledger still holds what was to be said."""
        if self.state == "connected" and self._session is not None:
            self._listener.sent(kind, self._session.publish(kind, payload, retain=retain), payload)

    def quality(self) -> dict[str, float]:
        """How good the connection is (see tcpinfo); empty without one."""
        return self._session.quality() if self.state == "connected" and self._session is not None else {}

    def opened(self) -> None:
        """From the session: it is connected and subscribed."""
        self.state, self.reason = "connected", None
        _log.info("mqtt: connected")
        self._listener.connected()

    def arrived(self, kind: str, payload: bytes, retained: bool) -> None:
        """From the session: a message came."""
        self._listener.message(kind, payload, retained)

    def ended(self, reason: str) -> None:
        """From the session: it failed."""
        was_connected = self.state == "connected"
        self._session = None
        self._wait(reason)
        if was_connected:
            self._listener.lost()

    def _connect(self) -> None:
        self._loop.cancel("mqtt retry")
        self.state = "connecting"
        session = Session(self._loop, self._settings, self)
        try:
            session.open(self._listener.will())
        except troubles.FilesError as error:
            _log.error("mqtt: a certificate or key of the settings cannot be used: %s", error)
            self._wait(troubles.FILES)
            return
        self._session = session

    def _wait(self, reason: str) -> None:
        ceiling = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        self.retry_s = self._rng.uniform(1, ceiling)
        news = logging.DEBUG if reason == self.reason else logging.WARNING  # not each try of a laptop at home
        self.state, self.reason = "waiting", reason
        _log.log(news, "mqtt: no connection (%s), next try in %.0f s", reason, self.retry_s)
        self._loop.after("mqtt retry", self.retry_s, self._connect)
