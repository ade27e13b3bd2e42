"""Asking the ingest to end, from a signal handler or from another thread."""

from __future__ import annotations

import socket


class Stop:
    """A flag that also ends a wait: its file descriptor becomes readable once it is set."""

    def __init__(self) -> None:
        self._read, self._write = socket.socketpair()
        self._write.setblocking(False)
        self._set = False

    def set(self) -> None:
        """Ask to end; may be called any number of times."""
        self._set = True
        try:
            self._write.send(b"\0")
        except (BlockingIOError, OSError):
            return  # it is readable already, or closed: nobody waits

    def is_set(self) -> bool:
        """Tell whether it was asked to end."""
        return self._set

    def fileno(self) -> int:
        """The descriptor for select."""
        return self._read.fileno()

    def close(self) -> None:
        """Release both ends."""
        self._read.close()
        self._write.close()
