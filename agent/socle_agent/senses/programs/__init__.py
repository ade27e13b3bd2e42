"""Which catalogued programs run: told by the kernel where it allows it, else found in /proc.

Only ids of catalogued services and uids leave here; a program that is not in the catalogue is never remembered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.programs.census import Census, OnLate
from socle_agent.senses.programs.installed import Installed
from socle_agent.senses.programs.live import Running
from socle_agent.senses.programs.means import MEANS, begin
from socle_agent.senses.programs.refused import NotAllowedError
from socle_core.catalogue.model import Catalogue
from socle_core.clock import Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from socle_agent.senses.programs.means import Means

_log = logging.getLogger(__name__)


class Programs:
    """The sense of programs. `means`: fanotify, connector or proc, none before `start`.

    `on_change`: given the (service, uid) that run, each time they change.
    `on_late`: given a service, a uid and the seconds it had run when it was found late, after `on_change`.
    """

    def __init__(
        self,
        loop: Loop,
        clock: Clock,
        roots: Roots,
        catalogue: Catalogue,
        *,
        on_change: Callable[[Running], None],
        on_late: OnLate,
    ) -> None:
        self.means = "none"
        self._loop, self._roots = loop, roots
        self._census = Census(loop, clock, roots.proc, catalogue, on_change=on_change, on_late=on_late)
        self._means: Means | None = None
        self._refused: dict[str, str] = {}
        self._installed = Installed(catalogue, roots)
        self._checked_at = 0.0

    def start(self, means: str) -> None:
        """Begin by `means` (auto, fanotify, connector, proc). Raises NotAllowedError for one that is not allowed."""
        for name in MEANS if means == "auto" else (means,):
            try:
                self._means, self.means = begin(name, self._loop, self._census, self._roots.run), name
                break
            except NotAllowedError as error:
                self._refused[name] = error.why
                if means == name:
                    raise
                _log.info("programs: %s; the next best means is taken", error)
        self._look_for_files()
        self._census.look_anew()

    def tick(self) -> None:
        """Look for replaced and newly installed files: a new file has no mark, whatever its name."""
        now, since = self._census.now().boot, self._checked_at
        self._checked_at = now
        if self._installed.is_due(now) and self._look_for_files():
            self._census.look_anew(since)  # a program that began between its installation and this

    @property
    def watched(self) -> int:
        """How many files the kernel watches; 0 where another means is used."""
        return self._means.watched if self._means else 0

    def facts(self) -> dict[str, Any]:
        """What doctor and status tell of this sense.

        `means`; `refused`: better means that were tried → why not (name of an errno: EPERM no privilege, EINVAL or
        ENOSYS a kernel too old, EXDEV or ENODEV files without ids; `unanswered`: not in a container); `files`: the
        catalogue's files found here, services that have any in `services`; `watched`: files that the kernel watches,
        with fanotify alone; `unseen`: sorted ids of installed services that are started by an interpreter's command
        alone, and so cannot be seen by fanotify; `lost`: times that the kernel dropped events, each made good by
        looking through /proc.
        """
        found = self._installed.found
        return {
            "means": self.means,
            "refused": dict(self._refused),
            "files": len(found.paths),
            "services": len(set(found.paths.values())),
            "watched": self.watched,
            "unseen": sorted(found.unseen),
            "lost": self._means.lost if self._means else 0,
        }

    def close(self) -> None:
        """Watch no more."""
        if self._means:
            self._means.close()
        self._census.close()

    def _look_for_files(self) -> bool:
        """Find them, and watch them where the means can; True where files are watched that were not before."""
        self._checked_at = self._census.now().boot
        self._installed.look(self._checked_at)
        paths = self._census.known.paths = self._installed.found.paths
        return self._means is not None and self._means.watch(paths)
