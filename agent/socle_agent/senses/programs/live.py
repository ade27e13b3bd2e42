"""The catalogued processes that live, until their pidfd says that they ended."""

from __future__ import annotations

import os
from collections.abc import Callable, Container

from socle_agent.loop import Loop

Running = frozenset[tuple[str, int]]
"""(service, uid) of every catalogued program that runs: two processes of one service count once."""


class Live:
    """Processes by pid. `on_change`: given the union each time it changes."""

    def __init__(self, loop: Loop, on_change: Callable[[Running], None]) -> None:
        self._loop = loop
        self._on_change = on_change
        self._processes: dict[int, tuple[str, int, int]] = {}
        self.running: Running = frozenset()

    @property
    def blind(self) -> bool:
        """Whether the end of a process will not be told, so that it must be looked for."""
        return any(pidfd < 0 for _, _, pidfd in self._processes.values())

    def add(self, pid: int, service: str, uid: int, pidfd: int) -> bool:
        """Take in a process that runs `service` now; True if no process of this service and uid ran before.

        A pid already known has executed another program or is a new process after all: its former life ends.
        `pidfd` (−1: none) becomes ours.
        """
        news = (service, uid) not in self.running
        self._release(pid)
        self._processes[pid] = (service, uid, pidfd)
        if pidfd >= 0:
            self._loop.watch(pidfd, "program's end", lambda: self.end(pid))
        self._tell()
        return news

    def end(self, pid: int) -> None:
        """A process has ended; one that is not known is no error."""
        self._release(pid)
        self._tell()

    def keep(self, pids: Container[int]) -> None:
        """Let go of processes without a pidfd that are not among `pids`."""
        gone = [pid for pid, (_, _, pidfd) in self._processes.items() if pidfd < 0 and pid not in pids]
        for pid in gone:
            self._release(pid)
        self._tell()

    def close(self) -> None:
        """Let go of all, saying nothing."""
        for pid in list(self._processes):
            self._release(pid)

    def _release(self, pid: int) -> None:
        _, _, pidfd = self._processes.pop(pid, ("", 0, -1))
        if pidfd >= 0:
            self._loop.unwatch(pidfd)
            os.close(pidfd)

    def _tell(self) -> None:
        running = frozenset((service, uid) for service, uid, _ in self._processes.values())
        if running != self.running:
            self.running = running
            self._on_change(running)
