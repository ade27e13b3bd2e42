"""Focus on compositors built on wlroots: which toplevel is activated, and its application id.

Their protocol tells titles too, unasked: those bytes are passed over, and the buffer they came in is overwritten.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from socle_core.dataclass import dataclass
from socle_session.front import Front
from socle_session.wayland.connection import Connection, read_text

INTERFACE = "zwlr_foreign_toplevel_manager_v1"
_VERSION = 2  # since then the states tell of windows that fill the screen
_TOPLEVEL, _FINISHED = 0, 1
_APP_ID, _STATE, _DONE, _CLOSED = 1, 4, 5, 6
_DESTROY = 7
_ACTIVATED, _FULLSCREEN = 2, 3


@dataclass(slots=True)
class _Toplevel:
    """What was said of a window since the last `done` included."""

    app_id: str = ""
    states: tuple[int, ...] = ()
    done: bool = False


class Toplevels:
    """Watches all windows. KeyError when the compositor does not tell of them.

    `on_change`: given whether it still tells, and the window in front, None when there is none.
    """

    def __init__(self, connection: Connection, on_change: Callable[[bool, Front | None], None]) -> None:
        self._connection, self._on_change = connection, on_change
        self._toplevels: dict[int, _Toplevel] = {}
        connection.bind(INTERFACE, _VERSION, self._manager)
        on_change(True, None)

    def _manager(self, opcode: int, arguments: memoryview) -> None:
        if opcode == _TOPLEVEL:
            (made,) = struct.unpack_from("=I", arguments)
            self._toplevels[made] = _Toplevel()
            self._connection.adopt(made, lambda opcode, arguments: self._told(made, opcode, arguments))
        elif opcode == _FINISHED:
            self._on_change(False, None)

    def _told(self, made: int, opcode: int, arguments: memoryview) -> None:
        toplevel = self._toplevels[made]
        if opcode == _APP_ID:
            toplevel.app_id = read_text(arguments, 0)[0]
        elif opcode == _STATE:
            (size,) = struct.unpack_from("=I", arguments)
            toplevel.states = struct.unpack_from(f"={size // 4}I", arguments, 4)
        elif opcode == _DONE:
            toplevel.done = True
            self._tell()
        elif opcode == _CLOSED:
            self._connection.request(made, _DESTROY)
            self._connection.forget(made)
            del self._toplevels[made]
            self._tell()

    def _tell(self) -> None:
        for toplevel in self._toplevels.values():
            if toplevel.done and _ACTIVATED in toplevel.states:
                self._on_change(True, Front((toplevel.app_id,), fills=_FULLSCREEN in toplevel.states))
                return
        self._on_change(True, None)
