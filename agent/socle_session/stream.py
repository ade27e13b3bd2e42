"""A Unix socket that never blocks: bytes in through one buffer that is wiped after use, bytes out when they fit.

Display servers send more than we want to know (a compositor tells titles of windows unasked); what was read is
overwritten, so that it does not linger in memory.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_session.loop import Loop

LONGEST = 64 * 1024
"""Bytes of the longest message that is understood, and of what may wait to be sent."""
_BROKEN = (struct.error, IndexError, KeyError, ValueError, TypeError)
"""What reading a message raises when it is not what it should be."""


class StreamError(Exception):
    """The other end is not there, is gone, or does not speak as it should; the text says which, and no more."""


class Stream:
    """A connection. Raises StreamError when it cannot be made.

    `take`: given all bytes that wait, returns how many of them it has used; asked again until it uses none. Whoever
    raises StreamError, or trips over what it reads, ends the connection.
    `gone`: told why, once, when the connection ends by itself.
    """

    def __init__(
        self, loop: Loop, where: str, take: Callable[[memoryview], int], gone: Callable[[StreamError], None]
    ) -> None:
        self._loop, self._take, self._gone = loop, take, gone
        self._buffer = memoryview(bytearray(LONGEST))
        self._filled = 0
        self._unsent = bytearray()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self.is_open = True
        try:
            self._socket.connect(where)
        except OSError as error:
            self._socket.close()
            raise StreamError("nobody answers there") from error
        loop.watch(self._socket.fileno(), self._ready)

    def send(self, data: bytes) -> None:
        """Send, now or as soon as the other end reads."""
        self._unsent += data
        self._write()

    def close(self) -> None:
        """Leave; nothing is told."""
        if self.is_open:
            self.is_open = False
            self._loop.unwatch(self._socket.fileno())
            self._socket.close()
            self._wipe(self._filled)

    def _write(self) -> None:
        """Failures are left for the reader to find: the caller is in the middle of something."""
        had = bool(self._unsent)
        try:
            while self._unsent and self.is_open:
                del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self._unsent.clear()
        if self.is_open and had:
            self._loop.watch(self._socket.fileno(), self._ready, writing=bool(self._unsent))

    def _ready(self) -> None:
        self._write()
        try:
            self._read()
            if len(self._unsent) > LONGEST:
                raise StreamError("it does not read what it is told")
        except StreamError as error:
            self._end(error)
        except _BROKEN as error:
            self._end(StreamError(f"it does not speak as it should ({type(error).__name__})"))

    def _read(self) -> None:
        try:
            count = self._socket.recv_into(self._buffer[self._filled :])
        except BlockingIOError:
            return
        except OSError as error:
            raise StreamError("it is gone") from error
        if not count:
            raise StreamError("it is gone")
        self._filled += count
        while self.is_open and self._filled and (used := self._take(self._buffer[: self._filled])):
            self._wipe(used)
        if self._filled == LONGEST:
            raise StreamError("it sent a message that never ends")

    def _wipe(self, used: int) -> None:
        """Move what is left to the front and overwrite what lies behind."""
        left = self._filled - used
        self._buffer[:left] = bytes(self._buffer[used : self._filled])
        self._buffer[left : self._filled] = bytes(used)
        self._filled = left

    def _end(self, why: StreamError) -> None:
        if self.is_open:
            self.close()
            self._gone(why)
