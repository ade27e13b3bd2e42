"""Starts of programs from the kernel's process connector, which needs no privilege since Linux 6.6.

The kernel tells of every process, so it is not left to wake the agent: what it told is read every few seconds. What
ended before is dropped unread; of the rest the command line says whether it is catalogued, and the event's time since
when it runs.
"""

from __future__ import annotations

import logging

from socle_agent.loop import Loop
from socle_agent.senses.programs.census import Census
from socle_agent.senses.programs.netlink import EXEC, EXIT, Listener

_log = logging.getLogger(__name__)

DRAIN_S = 5.0
"""How often what the kernel told is read: a program that ran for less may be missed."""


class Connector:
    """Reads the process connector regularly. `watched`: 0, as no file is; `lost`: how often events were dropped.

    Raises NotAllowedError where the kernel refuses or does not answer.
    """

    watched = 0

    def __init__(self, loop: Loop, census: Census) -> None:
        self.lost = 0
        self._loop, self._census = loop, census
        self._listener = Listener()
        self._read_at = census.now().boot
        self._again()

    def watch(self, _paths: dict[str, str]) -> bool:
        """Nothing to do. The kernel tells of every file."""
        return False

    def close(self) -> None:
        """Listen no more."""
        self._loop.cancel("programs")
        self._listener.close()

    def _again(self) -> None:
        self._loop.after("programs", DRAIN_S, self._read)

    def _read(self) -> None:
        self._again()
        since, self._read_at = self._read_at, self._census.now().boot
        started: dict[int, int] = {}
        ended: set[int] = set()
        while (event := self._listener.next()) is not None:
            what, at, pid = event
            if what == EXEC:
                started[pid] = at
            elif what == EXIT:
                started.pop(pid, None)
                ended.add(pid)
        self._tell(started, ended, since)
        if self._listener.lost > self.lost:
            self.lost = self._listener.lost
            _log.warning("programs: the kernel dropped events; looking through /proc")
            self._census.look_anew(since)

    def _tell(self, started: dict[int, int], ended: set[int], since: float) -> None:
        for pid in ended:
            self._census.ended(pid)
        now = self._census.now()
        for pid, at in started.items():
            self._census.executed(pid, min(now.mono - at / 1e9, now.boot - since))
