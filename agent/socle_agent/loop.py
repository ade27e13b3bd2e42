"""One thread, one epoll, one timer.

Everything the daemon does is a callback of this loop: a descriptor that became readable, a named deadline that
passed, a signal. Deadlines are seconds of CLOCK_BOOTTIME, and so is the timer beneath them: those that passed
while the machine was suspended run as soon as it is awake.

A callback that fails is logged under its name. At the third failure in a row a descriptor is given up, so that one
broken sense neither spins nor takes the rest down, and `failed` says so; a callback that is *vital* ends the loop
with VitalFailure instead, and the service manager starts the daemon anew.
"""

from __future__ import annotations

import logging
import select
import signal
from collections.abc import Callable

from socle_agent.wakeups import BootTimer, Signals
from socle_core.clock import Clock
from socle_core.dataclass import dataclass

_log = logging.getLogger(__name__)

FAILURES = 3
"""So many failures of one callback in a row, and it is given up."""

Callback = Callable[[], None]


class VitalFailure(RuntimeError):  # noqa: N818
    """A callback without which the daemon is worth nothing failed three times in a row."""


@dataclass(frozen=True, slots=True)
class Call:
    """What to call, the name it has in the log, and whether the daemon can do without it."""

    name: str
    callback: Callback
    vital: bool
    writing: bool = False


class Loop:
    """The daemon's only loop.

    `failed`: name of a callback that was given up → the class of its last error, for `status`.
    """

    def __init__(self, clock: Clock) -> None:
        self.failed: dict[str, str] = {}
        self._clock = clock
        self._epoll = select.epoll()
        self._timer = BootTimer()
        self._epoll.register(self._timer.fd, select.EPOLLIN)
        self._watched: dict[int, Call] = {}
        self._deadlines: dict[str, tuple[float, Call]] = {}
        self._armed: float | None = None
        self._strikes: dict[str, int] = {}
        self._signals: Signals | None = None
        self._running = False

    def watch(self, fd: int, name: str, callback: Callback, *, writing: bool = False, vital: bool = False) -> None:
        """Call `callback` whenever `fd` can be read or, with `writing`, written; once more to change either."""
        events = select.EPOLLIN | (select.EPOLLOUT if writing else 0)
        known = self._watched.get(fd)
        if known is None:
            self._epoll.register(fd, events)
        elif known.writing != writing:
            self._epoll.modify(fd, events)
        self._watched[fd] = Call(name, callback, vital, writing)

    def unwatch(self, fd: int) -> None:
        """Forget a descriptor, before it is closed; one that is not watched is no error."""
        if self._watched.pop(fd, None) is not None:
            self._epoll.unregister(fd)

    def at(self, name: str, boot: float, callback: Callback, *, vital: bool = False) -> None:
        """Call `callback` once when CLOCK_BOOTTIME reaches `boot` seconds; the deadline of that name moves."""
        self._deadlines[name] = (boot, Call(name, callback, vital))

    def after(self, name: str, seconds: float, callback: Callback, *, vital: bool = False) -> None:
        """Call `callback` once in so many seconds."""
        self.at(name, self._clock.read().boot + seconds, callback, vital=vital)

    def cancel(self, name: str) -> None:
        """Forget a deadline; one that is not set is no error."""
        self._deadlines.pop(name, None)

    def on_signals(self, handlers: dict[signal.Signals, Callback]) -> None:
        """Call these in the loop when the signals arrive; for the main thread only."""
        self._signals = Signals(handlers)
        self.watch(self._signals.fd, "signals", self._signals.dispatch, vital=True)

    def stop(self) -> None:
        """Let `run` return after the present callback."""
        self._running = False

    def run(self) -> None:
        """Serve descriptors and deadlines until `stop`; raises VitalFailure."""
        self._running = True
        while self._running:
            self._arm()
            for fd, _events in self._epoll.poll():
                self._serve(fd)
            self._run_due()

    def close(self) -> None:
        """Give back the descriptors and the signals."""
        if self._signals is not None:
            self._signals.close()
        self._timer.close()
        self._epoll.close()

    def _arm(self) -> None:
        """Set the timer to the first deadline, if that is another one than it is set to."""
        first = min((boot for boot, _call in self._deadlines.values()), default=None)
        if first != self._armed:
            self._timer.arm(None if first is None else self._clock.delay(first - self._clock.read().boot))
            self._armed = first

    def _serve(self, fd: int) -> None:
        call = self._watched.get(fd)
        if fd == self._timer.fd:
            self._timer.drain()
            self._armed = None
        elif self._running and call is not None and not self._done(call):  # None: unwatched by one just before
            self.unwatch(fd)

    def _run_due(self) -> None:
        now = self._clock.read().boot
        for boot, name in sorted((boot, name) for name, (boot, _call) in self._deadlines.items() if boot <= now):
            if self._running and self._deadlines.get(name, (None,))[0] == boot:  # not moved by one just before
                self._done(self._deadlines.pop(name)[1])

    def _done(self, call: Call) -> bool:
        """Call it; False when it has failed too often."""
        try:
            call.callback()
        except Exception as error:
            _log.exception("%s failed", call.name)
            return self._forgiven(call, error)
        self._strikes.pop(call.name, None)
        return True

    def _forgiven(self, call: Call, error: Exception) -> bool:
        strikes = self._strikes[call.name] = self._strikes.get(call.name, 0) + 1
        if strikes < FAILURES:
            return True
        if call.vital:
            raise VitalFailure(f"{call.name} failed {FAILURES} times in a row: {error!r}") from error
        self.failed[call.name] = type(error).__name__
        return False
