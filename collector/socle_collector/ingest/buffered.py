"""A socket for paho that reads ahead and writes many packets at once.

paho reads a packet in four calls and writes each by itself: six calls to the kernel for a report and its answer,
a third of what a report costs us. Through this one it is two calls for a burst of reports.
"""

from __future__ import annotations

import ssl
from typing import Any

from paho.mqtt.client import Client

READ_AHEAD = 1 << 16
WRITE_AT = 1 << 16


class Buffered:
    """Stands in for a connected, non-blocking socket, encrypted or not; whoever writes calls `flush` in the end."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._read, self._at = b"", 0
        self._written = bytearray()

    def recv(self, most: int) -> bytes:
        """Take from what was read ahead; else read, and raise what the socket raises."""
        if self._at == len(self._read):
            self._read, self._at = self._connection.recv(READ_AHEAD), 0
        part: bytes = self._read[self._at : self._at + most]
        self._at += len(part)
        return part

    def send(self, data: bytes) -> int:
        """Keep for `flush`; a full buffer is written at once, BlockingIOError if nobody takes it."""
        if len(self._written) >= WRITE_AT:
            self.flush()
            if len(self._written) >= WRITE_AT:
                raise BlockingIOError
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Write as much as is taken now; OSError where the connection is gone."""
        if self._written:
            try:
                del self._written[: self._connection.send(self._written)]
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return

    def unread(self) -> bool:
        """Tell whether there is something to read of which select knows nothing."""
        pending = getattr(self._connection, "pending", None)  # an encrypted socket has bytes of its own
        return self._at < len(self._read) or bool(pending and pending())

    def unwritten(self) -> bool:
        """Tell whether `flush` has something to do."""
        return bool(self._written)

    def close(self) -> None:
        """Write the last words if they are taken, and close."""
        try:
            self.flush()
        except OSError:
            self._written.clear()
        self._connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class BufferedClient(Client):
    """paho's client over such a socket."""

    def _create_socket(self) -> Any:
        return Buffered(super()._create_socket())
