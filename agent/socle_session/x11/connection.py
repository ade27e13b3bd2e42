"""A connection to an X server: requests out, replies to who asked, events to one place; nothing ever waits."""

from __future__ import annotations

import struct
from collections.abc import Callable

from socle_session.stream import LONGEST, Stream, StreamError
from socle_session.x11 import requests
from socle_session.x11.display import cookie, number, sockets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_session.loop import Loop

_ERROR, _REPLY, _GENERIC = 0, 1, 35
_SMALLEST = 32
_MOST_PENDING = 1000

Reply = Callable[["bytes | None"], None]


class Connection:
    """Raises StreamError when there is no such server.

    `ready`: called when requests may be made. `on_event`: given 32 bytes. `gone`: as in Stream.
    `root`: the window on which window managers write.
    """

    def __init__(
        self,
        loop: Loop,
        environ: dict[str, str],
        ready: Callable[[], None],
        on_event: Callable[[bytes], None],
        gone: Callable[[StreamError], None],
    ) -> None:
        self.root = 0
        self._ready, self._on_event = ready, on_event
        self._replies: dict[int, Reply] = {}
        self._sequence = 0
        self._ids, self._id_step, self._ids_given = 0, 1, 0
        display = number(environ.get("DISPLAY", ""))
        self._stream = _connected(loop, display, self._take, gone)
        self._stream.send(requests.setup(cookie(environ, display)))

    def request(self, data: bytes, reply: Reply | None = None) -> None:
        """Make a request; `reply` is given the answer, or None where the server answers with an error."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        if reply is not None:
            if len(self._replies) >= _MOST_PENDING:
                raise StreamError("it does not answer")
            self._replies[self._sequence] = reply
        self._stream.send(data)

    def new_id(self) -> int:
        """A number for something to be created."""
        self._ids_given += 1
        return self._ids | (self._ids_given * self._id_step)

    def close(self) -> None:
        """Leave."""
        self._stream.close()

    def _take(self, data: memoryview) -> int:
        if not self.root:
            return self._take_setup(data)
        if len(data) < _SMALLEST:
            return 0
        kind, length = data[0], _SMALLEST
        if kind in (_REPLY, _GENERIC):
            length += 4 * struct.unpack_from("<I", data, 4)[0]
        if length > LONGEST:
            raise StreamError("it announces a message without end")
        if len(data) < length:
            return 0
        self._hand_on(kind, bytes(data[:length]))
        return int(length)

    def _take_setup(self, data: memoryview) -> int:
        """The server's description of itself (chapter 8 of the protocol): of it, ids for us and the root window."""
        if len(data) < 8:
            return 0
        length = 8 + 4 * struct.unpack_from("<H", data, 6)[0]
        if data[0] != 1:
            raise StreamError("it does not let us in")
        if len(data) < length:
            if length > LONGEST:
                raise StreamError("it announces a message without end")
            return 0
        self._ids, mask = struct.unpack_from("<II", data, 12)
        self._id_step = mask & -mask or 1
        vendor, formats = struct.unpack_from("<H", data, 24)[0], data[29]
        (self.root,) = struct.unpack_from("<I", data[:length], 40 + vendor + -vendor % 4 + 8 * formats)
        if not self.root:
            raise StreamError("it has no root window")
        self._ready()
        return int(length)

    def _hand_on(self, kind: int, message: bytes) -> None:
        if kind in (_ERROR, _REPLY):
            reply = self._replies.pop(struct.unpack_from("<H", message, 2)[0], None)
            if reply is not None:
                reply(message if kind == _REPLY else None)
        elif kind != _GENERIC:
            self._on_event(message)


def _connected(
    loop: Loop, display: str, take: Callable[[memoryview], int], gone: Callable[[StreamError], None]
) -> Stream:
    if not display:
        raise StreamError("no X server of this machine is named")
    abstract, path = sockets(display)
    try:
        return Stream(loop, abstract, take, gone)
    except StreamError:
        return Stream(loop, path, take, gone)


def property_bytes(reply: bytes | None) -> bytes:
    """The value in the reply to get_property; empty where the window has none, or is gone."""
    if reply is None or reply[1] not in (8, 16, 32):
        return b""
    (count,) = struct.unpack_from("<I", reply, 16)
    return reply[32 : 32 + count * (reply[1] // 8)]


def property_numbers(reply: bytes | None) -> tuple[int, ...]:
    """The 32-bit numbers in the reply to get_property."""
    if reply is None or reply[1] != 32:
        return ()
    value = property_bytes(reply)
    return struct.unpack_from(f"<{len(value) // 4}I", value)
