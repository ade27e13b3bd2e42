"""Which catalogued programs run: told by the kernel with the privilege (fanotify), else found in /proc.

Only ids of catalogued services and uids leave here; a program that is not in the catalogue is never remembered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.programs import processes
from socle_agent.senses.programs.fanotify import Fanotify, NotAllowedError
from socle_agent.senses.programs.files import Changed, changed, executables
from socle_agent.senses.programs.live import Live, Running
from socle_core.catalogue.model import Catalogue
from socle_core.clock import Clock

_log = logging.getLogger(__name__)

SCAN_S = 5.0
"""Without the privilege, how often /proc is looked at: a program that ran for less may be missed."""
SECOND_LOOK_S = 1.0
"""With the privilege, when /proc is looked at once more: while exec begins a process has no command line yet."""
LOOK_AGAIN_S = 3600.0
"""How often the catalogue's files are looked for anew even where no folder of programs changed."""


class Programs:
    """The sense of programs. `means`: fanotify or proc; `watched`: how many files the kernel watches.

    `on_change`: given the (service, uid) that run, each time they change.
    `on_late`: given a service, a uid and the seconds it had run when a scan found it, after `on_change`.
    """

    def __init__(
        self,
        loop: Loop,
        clock: Clock,
        roots: Roots,
        catalogue: Catalogue,
        *,
        on_change: Callable[[Running], None],
        on_late: Callable[[str, int, float], None],
    ) -> None:
        self.means, self.watched = "none", 0
        self._loop, self._clock, self._roots, self._catalogue = loop, clock, roots, catalogue
        self._live = Live(loop, on_change)
        self._on_late = on_late
        self._scan = processes.Scan(roots.proc, catalogue)
        self._fanotify: Fanotify | None = None
        self._looked_at = 0.0
        self._folders: Changed = ()

    def start(self, means: str) -> None:
        """Begin by `means` (auto, fanotify, proc). Raises NotAllowedError for fanotify without the privilege."""
        if means in ("auto", "fanotify"):
            try:
                self._fanotify = Fanotify(self._loop, self._started, self._overflowed)
            except NotAllowedError as error:
                if means == "fanotify":
                    raise
                _log.info("programs: %s; reading /proc every %d s instead", error, SCAN_S)
        self.means = "fanotify" if self._fanotify else "proc"
        if self._fanotify:
            self._look_for_files(self._fanotify)
        self._look_twice()

    def tick(self) -> None:
        """Look for replaced and newly installed files: a new file has no mark, whatever its name."""
        if self._fanotify and (
            changed(self._roots.programs) != self._folders or self._now() >= self._looked_at + LOOK_AGAIN_S
        ):
            self._look_for_files(self._fanotify)

    def close(self) -> None:
        """Watch no more."""
        self._loop.cancel("programs")
        if self._fanotify:
            self._fanotify.close()
        self._live.close()

    def _look_for_files(self, fanotify: Fanotify) -> None:
        self._looked_at, self._folders = self._now(), changed(self._roots.programs)
        self.watched = fanotify.mark(executables(self._catalogue, self._roots.programs))

    def _look_twice(self) -> None:
        """Read /proc: at the start, after an overflow, and from then on where it is the only means."""
        self._look()
        self._loop.after("programs", SECOND_LOOK_S if self._fanotify else SCAN_S, self._look)

    def _look(self) -> None:
        since = self._scan.at
        found, pids = self._scan.look(self._now())
        self._live.keep(pids)
        for process in found:
            news = self._live.add(process.pid, process.service, process.uid, processes.pidfd(process.pid))
            if news and since is not None and self._fanotify is None:
                self._on_late(process.service, process.uid, min(process.age, self._now() - since))
        if self._fanotify is None:
            self._loop.after("programs", SCAN_S, self._look)

    def _started(self, pid: int, service: str, pidfd: int) -> None:
        uid = processes.owner(self._roots.proc, pid)
        if uid is None and pidfd < 0:
            return  # it ended before we looked, and would never be seen to end
        self._live.add(pid, service, uid if uid is not None else -1, pidfd)

    def _overflowed(self) -> None:
        _log.warning("programs: the kernel dropped events; looking through /proc")
        self._scan = processes.Scan(self._roots.proc, self._catalogue)
        self._look_twice()

    def _now(self) -> float:
        return self._clock.read().boot
