"""Idle on Wayland: the compositor says when nothing was touched for the limit, and when something is again.

It respects the inhibitors of Wayland itself (a film in a browser); those of logind are looked at elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

from socle_session.wayland.connection import Connection, ignored, number

_SEAT = "wl_seat"
_STANDARD, _KDE = "ext_idle_notifier_v1", "org_kde_kwin_idle"
_IDLED = 0
_DESTROY = 0


class Idle:
    """Watches the first seat: schools' machines have one. KeyError when the compositor offers no such protocol.

    `on_change`: given whether the session rests.
    """

    def __init__(self, connection: Connection, after_s: int, on_change: Callable[[bool], None]) -> None:
        self._connection, self._on_change = connection, on_change
        self._standard = _STANDARD in connection.globals
        self._notifier = connection.bind(_STANDARD if self._standard else _KDE, 1, ignored)
        self._seat = connection.bind(_SEAT, 1, ignored)
        self._notification = 0
        self.set_limit(after_s)

    def set_limit(self, after_s: int) -> None:
        """Rest means from now on so many seconds without a touch; in use until they have passed."""
        if self._notification:
            self._connection.request(self._notification, _DESTROY)
            self._connection.forget(self._notification)
        self._notification = made = self._connection.new(self._told)
        limit = number(after_s * 1000)
        if self._standard:
            self._connection.request(self._notifier, 1, number(made) + limit + number(self._seat))
        else:
            self._connection.request(self._notifier, 0, number(made) + number(self._seat) + limit)
        self._on_change(False)

    def _told(self, opcode: int, _arguments: memoryview) -> None:
        self._on_change(opcode == _IDLED)
