"""A connection to a Wayland compositor: objects, requests, events. Numbers are in the machine's own order."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable

from socle_session.stream import Stream, StreamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_session.loop import Loop

_DISPLAY = 1
_SYNC, _GET_REGISTRY, _BIND = 0, 1, 0
_ERROR = 0
_HEADER = struct.Struct("=IHH")  # object, opcode, bytes with this header
_MOST_GLOBALS, _MOST_OBJECTS = 1000, 10_000

Events = Callable[[int, memoryview], None]
"""Takes an event of an object: its opcode and its arguments."""


class Connection:
    """Raises StreamError when there is no such compositor.

    `ready`: called when `globals` are known. `gone`: as in Stream.
    `globals`: interface → name and version of the first of that kind.
    """

    def __init__(
        self, loop: Loop, environ: dict[str, str], ready: Callable[[], None], gone: Callable[[StreamError], None]
    ) -> None:
        self.globals: dict[str, tuple[int, int]] = {}
        self._ready: Callable[[], None] | None = ready
        self._objects: dict[int, Events] = {_DISPLAY: self._display}
        self._last_id = _DISPLAY
        where = os.path.join(environ.get("XDG_RUNTIME_DIR", ""), environ["WAYLAND_DISPLAY"])
        self._stream = Stream(loop, where, self._take, gone)
        self._registry = self.new(self._registered)
        self.request(_DISPLAY, _GET_REGISTRY, number(self._registry))
        self.request(_DISPLAY, _SYNC, number(self.new(self._all_registered)))

    def new(self, events: Events) -> int:
        """A new object, and who takes its events."""
        self._last_id += 1
        self._objects[self._last_id] = events
        return self._last_id

    def adopt(self, made: int, events: Events) -> None:
        """Take the events of an object that the compositor made."""
        if len(self._objects) >= _MOST_OBJECTS:
            raise StreamError("it makes objects without end")
        self._objects[made] = events

    def forget(self, made: int) -> None:
        """Take no more events of an object."""
        self._objects.pop(made, None)

    def bind(self, interface: str, version: int, events: Events) -> int:
        """Use a global, up to that version; KeyError when the compositor has none."""
        name, offered = self.globals[interface]
        made = self.new(events)
        arguments = number(name) + text(interface) + number(min(version, offered)) + number(made)
        self.request(self._registry, _BIND, arguments)
        return made

    def request(self, to: int, opcode: int, arguments: bytes = b"") -> None:
        """Make a request."""
        self._stream.send(_HEADER.pack(to, opcode, _HEADER.size + len(arguments)) + arguments)

    def close(self) -> None:
        """Leave."""
        self._stream.close()

    def _take(self, data: memoryview) -> int:
        if len(data) < _HEADER.size:
            return 0
        to, opcode, length = _HEADER.unpack_from(data)
        if length < _HEADER.size:
            raise StreamError("it sends messages shorter than their header")
        if len(data) < length:
            return 0
        events = self._objects.get(to)
        if events is not None:  # others were destroyed while this was on its way
            events(opcode, data[_HEADER.size : length])
        return int(length)

    def _display(self, opcode: int, _arguments: memoryview) -> None:
        if opcode == _ERROR:
            raise StreamError("it ended the connection over an error of protocol")

    def _registered(self, opcode: int, arguments: memoryview) -> None:
        if opcode == 0 and len(self.globals) < _MOST_GLOBALS:
            (name,) = struct.unpack_from("=I", arguments)
            interface, end = read_text(arguments, 4)
            self.globals.setdefault(interface, (name, struct.unpack_from("=I", arguments, end)[0]))

    def _all_registered(self, _opcode: int, _arguments: memoryview) -> None:
        if self._ready is not None:
            ready, self._ready = self._ready, None
            ready()


def ignored(_opcode: int, _arguments: memoryview) -> None:
    """Take events that are of no interest."""


def number(value: int) -> bytes:
    """An argument that is a number, or an object."""
    return struct.pack("=I", value)


def text(value: str) -> bytes:
    """An argument that is a text: its length with a zero byte, padded to whole words."""
    data = value.encode() + b"\0"
    return number(len(data)) + data + b"\0" * (-len(data) % 4)


def read_text(arguments: memoryview, at: int) -> tuple[str, int]:
    """The text that begins there, and where the next argument begins; ValueError when it is longer than its message."""
    (length,) = struct.unpack_from("=I", arguments, at)
    end = at + 4 + length
    if end > len(arguments):
        raise ValueError("a text longer than its message")
    return bytes(arguments[at + 4 : max(at + 4, end - 1)]).decode("utf-8", "replace"), end + -end % 4
