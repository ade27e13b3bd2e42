"""One connection to the local socket: lines in, lines out, both bounded, and nobody waits for it."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Callable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from socle_agent.local import Local

    Answer = dict[str, Any]

LONGEST_LINE = 64 * 1024
MOST_UNREAD = 1024 * 1024
"""Bytes that may wait for a client who does not read; then it is dropped."""


class Client:
    """One connection. `uid`: of the process that made it."""

    def __init__(self, server: Local, connection: socket.socket) -> None:
        self.uid = _uid(connection)
        self.on_close: Callable[[], None] | None = None
        self._server, self._connection = server, connection
        self._received, self._unsent = bytearray(), bytearray()
        self.is_open = True

    @property
    def privileged(self) -> bool:
        """Whether this is root or the agent's own user."""
        return self.uid in (0, os.geteuid())

    def send(self, answer: Answer) -> None:
        """Send one line, now or as soon as the client reads; who does not read is dropped."""
        if self.is_open:
            self._unsent += json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            self._write()

    def close(self) -> None:
        """Let it go."""
        if self.is_open:
            self.is_open = False
            self._server.forget(self, self._connection)
            self._connection.close()
            if self.on_close is not None:
                self.on_close()

    def watch(self) -> None:
        """Be served by the loop: for reading always, for writing while something waits."""
        self._server.loop.watch(self._connection.fileno(), "local client", self._ready, writing=bool(self._unsent))

    def _ready(self) -> None:
        self._write()
        try:
            data = self._connection.recv(LONGEST_LINE) if self.is_open else b""
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._received += data
        self._take_lines()

    def _take_lines(self) -> None:
        while self.is_open and (end := self._received.find(b"\n")) >= 0:
            line = bytes(self._received[:end])
            del self._received[: end + 1]
            if len(line) > LONGEST_LINE:
                break
            self._server.answer(self, line)
        if self.is_open and (end >= 0 or len(self._received) > LONGEST_LINE):
            self.send({"error": f"a line is longer than {LONGEST_LINE} bytes"})
            self.close()

    def _write(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self._connection.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self.close()
        if len(self._unsent) > MOST_UNREAD:
            self.close()
        if self.is_open:
            self.watch()


def _uid(connection: socket.socket) -> int:
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    uid: int = struct.unpack("3i", credentials)[1]
    return uid
