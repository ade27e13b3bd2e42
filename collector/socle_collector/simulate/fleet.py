"""A fleet of virtual devices around one loop: past weeks as fast as the collector takes them, then the present."""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from socle_collector.simulate.device import VirtualDevice
from socle_collector.simulate.link import Link, io
from socle_core.settings.collector import CollectorSettings

TURN_S = 1.0
QUARTER_S = 900
CHECKPOINT_S = 60
FAREWELL_S = 5.0
"""How long to wait for each sign of progress when leaving."""
PATIENCE_S = 60.0
"""How long the collector may leave every device without progress before we say that it is not there."""


class NoAnswerError(Exception):
    """The broker or the collector does not answer; the message says which, and what to do."""


class Fleet:
    """Drives `devices` against the broker of `settings`. `now()`: real Unix time in whole seconds."""

    def __init__(
        self,
        devices: Sequence[VirtualDevice],
        settings: CollectorSettings,
        now: Callable[[], int] = lambda: int(time.time()),
    ) -> None:
        self.devices = devices
        self.stopping = False
        self._now = now
        self._unix = 0
        self._copies: list[Link] = []
        self._settings = settings
        self._selector = selectors.DefaultSelector()
        self._links = [self._link(device) for device in devices]

    def live_to(self, unix: int, patience: float | None = None) -> None:
        """Let every machine live to the Unix second `unix`, then send all that those in reach hold.

        Raises NoAnswerError, after `patience` seconds without progress.
        """
        self._unix = unix
        for link in (*self._links, *self._copies):
            link.device.advance(unix)
        patience = PATIENCE_S if patience is None else patience
        self._send([link for link in self._links if link.device.reached(unix)], patience)
        self._send_copies(patience)

    def live_to_now(self) -> None:
        """The same, to the present moment."""
        self.live_to(self._now())

    def copy(self, number: int, seed: str) -> None:
        """Copy the disks of the first `number` machines; the copies run too, under the same name."""
        self._copies = [self._link(device.copy(seed)) for device in self.devices[:number]]

    def stay(self) -> None:
        """Go on in real time, until `stop`: machines are started, used, report each quarter and shut down."""
        while not self.stopping:
            self.go_on()

    def go_on(self) -> None:
        """One turn of `stay`, of at most a second."""
        self._tick(self._now())
        self._turn(TURN_S)

    def stop(self) -> None:
        """Leave `stay`, or the past weeks after the present one."""
        self.stopping = True

    def leave(self) -> None:
        """Live to the present moment, send what is left, say goodbye. Raises NoAnswerError."""
        self.live_to(self._now(), FAREWELL_S)
        for link in self._links:
            link.close()
        until = time.monotonic() + FAREWELL_S
        while self._selector.get_map() and time.monotonic() < until:
            self._turn(0.2)
        self._selector.close()

    def totals(self) -> dict[str, Any]:
        """The totals of every ledger, in the form of `totals --json`, but of machines that a copy runs beside."""
        copied = {link.device.machine.device for link in self._copies}
        told = {device.machine.device: device.totals() for device in self.devices}
        return {"devices": {device: totals for device, totals in told.items() if device not in copied}}

    def _link(self, device: VirtualDevice) -> Link:
        return Link(device, self._settings, self._selector, lambda: self._unix)

    def _tick(self, unix: int) -> None:
        before, self._unix = self._unix, unix
        if before // CHECKPOINT_S != unix // CHECKPOINT_S:
            for link in self._links:
                link.device.advance(unix)
                self._attend(link)
        if before // QUARTER_S != unix // QUARTER_S:
            for link in self._links:
                link.report()

    def _attend(self, link: Link) -> None:
        """A machine that is on is connected; one that went to sleep goes once all is sent."""
        if link.device.awake and link.device.reached(self._unix):
            link.want()
        elif link.wanted and link.device.sync.caught_up():
            link.close()

    def _send(self, links: Iterable[Link], patience: float) -> None:
        """Connect, and wait until the collector has everything; then disconnect the machines that are off."""
        waiting = list(links)
        for link in waiting:
            link.want()
            link.report()
        progress, until = -1, time.monotonic() + patience
        while waiting:
            self._turn(0.2)
            for link in [link for link in waiting if link.device.sync.caught_up()]:
                waiting.remove(link)
                if not link.device.awake:
                    link.close()
            done = sum(link.device.sync.mark or 0 for link in self._links) - len(waiting)
            if done != progress:
                progress, until = done, time.monotonic() + patience
            elif time.monotonic() > until:
                raise NoAnswerError(self._what_is_missing(waiting))

    def _send_copies(self, patience: float) -> None:
        """Each after the machine it was copied from: a broker knows one connection of a name."""
        for link in self._copies:
            original = next(one for one in self._links if one.device.machine is link.device.machine)
            was_open = original.wanted
            original.close()
            self._send([link], patience)
            link.close()
            if was_open:
                original.want()

    def _turn(self, timeout: float) -> None:
        for key, mask in self._selector.select(timeout):
            io(key.data, mask)
        for link in (*self._links, *self._copies):
            link.turn()

    def _what_is_missing(self, waiting: Sequence[Link]) -> str:
        server = f"{self._settings.host}:{self._settings.port}"
        if not any(link.is_open for link in waiting):
            return f"no broker answers at {server}: start it, or correct [broker] in the settings"
        return (
            f"the broker at {server} is there, but the collector of realm {self._settings.realm} leaves "
            f"{len(waiting)} devices unanswered: start it (socle-collector run)"
        )
