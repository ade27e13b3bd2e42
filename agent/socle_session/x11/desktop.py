"""An X11 session: one connection for idle and focus."""

from __future__ import annotations

from collections.abc import Callable

from socle_session.desktop import Listener
from socle_session.stream import StreamError
from socle_session.x11.connection import Connection
from socle_session.x11.focus import Focus
from socle_session.x11.idle import Idle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_session.front import Front
    from socle_session.loop import Loop

MEANS = "x11"


class X11:
    """Raises StreamError when there is no X server."""

    def __init__(
        self,
        loop: Loop,
        environ: dict[str, str],
        after_s: int,
        listener: Listener,
        gone: Callable[[StreamError], None],
    ) -> None:
        self._after_s, self._listener = after_s, listener
        self._idle: Idle | None = None
        self._focus: Focus | None = None
        self._connection = Connection(loop, environ, self._ready, self._on_event, gone)

    def set_limit(self, after_s: int) -> None:
        """Rest means from now on so many seconds without a touch."""
        self._after_s = after_s
        if self._idle is not None:
            self._idle.set_limit(after_s)

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()

    def _ready(self) -> None:
        self._idle = Idle(self._connection, self._after_s, self._rests)
        self._focus = Focus(self._connection, self._in_front)

    def _rests(self, rests: bool | None) -> None:
        self._listener.rests(MEANS, rests)

    def _in_front(self, works: bool, front: Front | None) -> None:
        self._listener.in_front(MEANS if works else "none", front)

    def _on_event(self, event: bytes) -> None:
        if self._idle is not None and self._focus is not None:
            self._idle.on_event(event)
            self._focus.on_event(event)
