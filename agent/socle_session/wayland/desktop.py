"""A Wayland session: idle from the compositor, or from Mutter over the session's bus; focus where it is told."""

from __future__ import annotations

from collections.abc import Callable

from socle_session.desktop import Desktop, Listener
from socle_session.stream import StreamError
from socle_session.wayland.connection import Connection
from socle_session.wayland.idle import Idle
from socle_session.wayland.toplevels import Toplevels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_session.front import Front
    from socle_session.loop import Loop

MEANS = "wayland"


class Wayland:
    """Raises StreamError when there is no compositor."""

    def __init__(
        self,
        loop: Loop,
        environ: dict[str, str],
        after_s: int,
        listener: Listener,
        gone: Callable[[StreamError], None],
    ) -> None:
        self._loop, self._environ, self._after_s, self._listener = loop, environ, after_s, listener
        self._idle: Desktop | Idle | None = None
        self._connection = Connection(loop, environ, self._ready, gone)

    def set_limit(self, after_s: int) -> None:
        """Rest means from now on so many seconds without a touch."""
        self._after_s = after_s
        if self._idle is not None:
            self._idle.set_limit(after_s)

    def close(self) -> None:
        """Leave the compositor."""
        self._connection.close()
        if self._idle is not None and not isinstance(self._idle, Idle):
            self._idle.close()

    def _ready(self) -> None:
        try:
            self._idle = Idle(self._connection, self._after_s, self._rests)
        except KeyError:
            from socle_session.mutter import Mutter

            self._idle = Mutter(self._loop, self._environ, self._after_s, self._listener)
        try:
            Toplevels(self._connection, self._in_front)
        except KeyError:
            self._listener.in_front("none", None)

    def _rests(self, rests: bool) -> None:
        self._listener.rests(MEANS, rests)

    def _in_front(self, works: bool, front: Front | None) -> None:
        self._listener.in_front(MEANS if works else "none", front)
