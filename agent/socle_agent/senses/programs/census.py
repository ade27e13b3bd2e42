"""Who runs now: takes in what the kernel tells of single processes, and looks through /proc where it did not tell."""

from __future__ import annotations

import os
from collections.abc import Callable

from socle_agent.loop import Loop
from socle_agent.senses.programs import processes
from socle_agent.senses.programs.known import Known
from socle_agent.senses.programs.live import Live, Running
from socle_core.catalogue.model import Catalogue
from socle_core.clock import Clock, Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

AGAIN_S = 1.0
"""When /proc is looked at once more: while exec begins a process has no command line yet."""
BLIND_S = 5.0
"""How often /proc is looked at while the end of a program would not be told (no pidfd: before Linux 5.3)."""

OnLate = Callable[[str, int, float], None]


class Census:
    """The catalogued processes of this machine, by uid.

    `known`: how they are recognised. `on_late`: given a service, a uid and the seconds it had run when it was found,
    after the change.
    """

    def __init__(
        self,
        loop: Loop,
        clock: Clock,
        proc: Path,
        catalogue: Catalogue,
        *,
        on_change: Callable[[Running], None],
        on_late: OnLate,
    ) -> None:
        self.known = Known(proc, catalogue)
        self._loop, self._clock, self._proc = loop, clock, proc
        self._live, self._on_late = Live(loop, on_change), on_late
        self._scan = processes.Scan(proc, self.known)

    def now(self) -> Reading:
        """The time."""
        return self._clock.read()

    def started(self, pid: int, service: str, pidfd: int | None = None, late: float | None = None) -> None:
        """Take in a process that runs a service; `late`: seconds that it already did so, unless it is told at once.

        `pidfd`: told with it, becomes ours; −1: there is none; None: to be asked for. What has ended meanwhile is
        worth nothing and leaves no trace.
        """
        descriptor = processes.pidfd(pid) if pidfd is None else pidfd
        if descriptor is None:
            return
        uid = processes.owner(self._proc, pid)
        if uid is None or (descriptor >= 0 and processes.ended(descriptor)):
            if descriptor >= 0:
                os.close(descriptor)
            return
        if self._live.add(pid, service, uid, descriptor) and late is not None and late > 0:
            self._on_late(service, uid, late)
        if self._live.blind:
            self._loop.after("programs blind", BLIND_S, self._look_for_ends)

    def executed(self, pid: int, late: float) -> None:
        """Take in a process that executed a program `late` seconds ago, if it is a catalogued one."""
        try:
            service = self.known.service(pid)
        except OSError:
            return
        if service is not None:
            self.started(pid, service, late=late)

    def ended(self, pid: int) -> None:
        """Take note of the end of a process."""
        self._live.end(pid)

    def look_anew(self, since: float | None = None) -> None:
        """Look at every process, and again a little later; `since`: boot second from which starts were not told."""
        self._scan = processes.Scan(self._proc, self.known)
        self._scan.at = since
        self.look()
        self._loop.after("programs again", AGAIN_S, self.look)

    def look(self) -> None:
        """Look at the processes that are new since the last look, and count what they had run since then."""
        now, since = self.now().boot, self._scan.at
        found, pids = self._scan.look(now)
        self._live.keep(pids)
        for process in found:
            self.started(process.pid, process.service, late=None if since is None else min(process.age, now - since))

    def close(self) -> None:
        """Look no more."""
        for deadline in ("programs again", "programs blind"):
            self._loop.cancel(deadline)
        self._live.close()

    def _look_for_ends(self) -> None:
        self._live.keep({int(name) for name in os.listdir(self._proc) if name.isdecimal()})
        if self._live.blind:
            self._loop.after("programs blind", BLIND_S, self._look_for_ends)
