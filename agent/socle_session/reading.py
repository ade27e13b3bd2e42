"""Have the catalogue read by a child, without waiting for it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

from socle_session.front import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socle_session.loop import Loop

_LONGEST = 1 << 20


class Reading:
    """A child that reads the catalogue; `done` is given what is known, None when it could not be read.

    `close` before that ends the child, and nothing is told.
    """

    def __init__(self, loop: Loop, paths: list[str], done: Callable[[Known | None], None]) -> None:
        self._loop, self._done = loop, done
        self._told = bytearray()
        self._fd, writing = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        alone = ["-I"] if sys.flags.isolated else []
        command = [sys.executable, *alone, "-m", "socle_session.known", *paths]
        try:
            os.set_blocking(writing, True)
            self._pid = os.posix_spawn(
                sys.executable, command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1)]
            )
        finally:
            os.close(writing)
        loop.watch(self._fd, self._ready)

    def close(self) -> None:
        """Stop reading, and reap the child."""
        if self._fd >= 0:
            self._loop.unwatch(self._fd)
            os.close(self._fd)
            self._fd = -1
            if len(self._told) > _LONGEST or not self._ended():
                os.kill(self._pid, 9)
                os.waitpid(self._pid, 0)

    def _ended(self) -> bool:
        """Whether the child is gone, and reaped."""
        return os.waitpid(self._pid, os.WNOHANG)[0] != 0

    def _ready(self) -> None:
        try:
            data = os.read(self._fd, 65536)
        except BlockingIOError:
            return
        self._told += data
        if not data or len(self._told) > _LONGEST:
            self.close()
            self._done(_understood(bytes(self._told)))


def _understood(told: bytes) -> Known | None:
    try:
        table = json.loads(told)
        return Known(table["names"], table["executables"])
    except (ValueError, KeyError, TypeError):
        return None
