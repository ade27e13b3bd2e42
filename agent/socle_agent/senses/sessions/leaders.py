"""The first process of each session: when it ends the session does, which logind tells nobody while others are left."""

from __future__ import annotations

import os
from collections.abc import Callable

from socle_agent.loop import Loop

_WELL_AFTER_S = 1.0
"""Logind hears of the end by itself; it is asked when it has."""


class Leaders:
    """`on_end`: given the name of a session, shortly after its first process ended."""

    def __init__(self, loop: Loop, on_end: Callable[[str], None]) -> None:
        self._loop, self._on_end = loop, on_end
        self._fds: dict[str, int] = {}

    def follow(self, session: str, pid: int) -> None:
        """Wait for the end of the session's first process."""
        if session in self._fds:
            return
        try:
            fd = os.pidfd_open(pid)
        except OSError:
            return  # it has ended, or lives where we cannot see it
        self._fds[session] = fd
        self._loop.watch(fd, "session", lambda: self._ended(session))

    def forget(self, session: str) -> None:
        """The session is over."""
        fd = self._fds.pop(session, None)
        if fd is not None:
            self._loop.unwatch(fd)
            os.close(fd)

    def close(self) -> None:
        """Wait for none."""
        for session in list(self._fds):
            self.forget(session)

    def _ended(self, session: str) -> None:
        self.forget(session)
        self._loop.after(f"end of {session}", _WELL_AFTER_S, lambda: self._on_end(session))
