"""One thread, one poll, named deadlines: what the helper needs of a loop, and no more.

Whoever runs the helper inside another loop (GLib's, in the tray) gives it an object with the same `watch`, `unwatch`,
`after` and `cancel`.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable

Callback = Callable[[], None]


class Loop:
    """Serves descriptors and deadlines until `stop`; sleeps without end when there is no deadline.

    `now`: seconds that only grow. `turns`: how often it woke up.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.turns = 0
        self._now = now
        self._poll = select.poll()
        self._watched: dict[int, Callback] = {}
        self._deadlines: dict[str, tuple[float, Callback]] = {}
        self._running = True

    def watch(self, fd: int, callback: Callback, *, writing: bool = False) -> None:
        """Call `callback` whenever `fd` can be read or, with `writing`, written; once more to change either."""
        self._poll.register(fd, select.POLLIN | (select.POLLOUT if writing else 0))
        self._watched[fd] = callback

    def unwatch(self, fd: int) -> None:
        """Forget a descriptor, before it is closed; one that is not watched is no error."""
        if self._watched.pop(fd, None) is not None:
            self._poll.unregister(fd)

    def after(self, name: str, seconds: float, callback: Callback) -> None:
        """Call `callback` once in so many seconds; the deadline of that name moves."""
        self._deadlines[name] = (self._now() + seconds, callback)

    def cancel(self, name: str) -> None:
        """Forget a deadline; one that is not set is no error."""
        self._deadlines.pop(name, None)

    def stop(self) -> None:
        """Let `run` return after the present callback, or at once if it has not begun."""
        self._running = False

    def run(self) -> None:
        """Serve until `stop`."""
        while self._running:
            self.turn()

    def turn(self) -> None:
        """Wait for the first event or deadline, and serve what is due."""
        first = min((when for when, _callback in self._deadlines.values()), default=None)
        events = self._poll.poll(None if first is None else max(0.0, first - self._now()) * 1000)
        self.turns += 1
        for fd, _event in events:
            callback = self._watched.get(fd)  # None: unwatched by one just before
            if callback is not None:
                callback()
        now = self._now()
        for name in [name for name, (when, _callback) in self._deadlines.items() if when <= now]:
            if name in self._deadlines and self._deadlines[name][0] <= now:  # not moved by one just before
                self._deadlines.pop(name)[1]()
