"""Which of the catalogue's programs are installed here, looked for anew when something was installed."""

from __future__ import annotations

import glob
import logging
import os

from socle_agent.roots import Roots
from socle_core import apart
from socle_core.catalogue.model import Catalogue
from socle_core.dataclass import dataclass

_log = logging.getLogger(__name__)

LOOK_AGAIN_S = 3600.0
"""How often files are looked for anew even where no place of programs changed."""

Changed = tuple[tuple[str, int], ...]
"""Places and when each last changed, in nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Found:
    """`paths`: path → service, links followed. `unseen`: services whose launcher leads to no file of their own."""

    paths: dict[str, str]
    unseen: frozenset[str] = frozenset()


class Installed:
    """The catalogue's programs on this machine. `found`: as of the last look."""

    def __init__(self, catalogue: Catalogue, roots: Roots) -> None:
        self.found = Found({})
        self._catalogue, self._roots = catalogue, roots
        self._places: Changed = ()
        self._next = 0.0

    def is_due(self, now: float) -> bool:
        """Whether something was installed since the last look, or an hour has passed; `now` in boot seconds."""
        return now >= self._next or changed(self._roots) != self._places

    def look(self, now: float) -> None:
        """Look for all files; where that fails, what was found before holds until the next try."""
        self._places = changed(self._roots)
        found = find_apart(self._catalogue, self._roots)
        if found is not None:
            self.found, self._next = found, now + LOOK_AGAIN_S
        else:
            self._next = now
            _log.warning("programs: their files could not be looked for; what was found before holds")


def changed(roots: Roots) -> Changed:
    """When places where programs are installed last changed: packages, flatpaks, snaps and files put there by hand."""
    patterns = (
        *roots.programs,
        *roots.applications,
        f"{roots.var}/lib/dpkg/status",
        f"{roots.var}/lib/flatpak/.changed",
        f"{roots.snap}/*",
    )
    return tuple((path, at) for pattern in patterns for path in matching(pattern) if (at := _modified(path)))


def matching(pattern: str) -> list[str]:
    """The paths that fit a shell pattern, in order; a plain path is itself, there or not."""
    return sorted(glob.glob(pattern)) if glob.has_magic(pattern) else [pattern]


def find_apart(catalogue: Catalogue, roots: Roots) -> Found | None:
    """Have a child look, which takes with it what that leaves in memory (0.4 MiB); None where it died."""
    try:
        paths, unseen = apart.answered(lambda: _find(catalogue, roots))
    except apart.DiedError:
        return None
    return Found(paths, frozenset(unseen))


def _find(catalogue: Catalogue, roots: Roots) -> tuple[dict[str, str], list[str]]:
    from socle_agent.senses.programs.files import find

    found = find(catalogue, roots)
    return found.paths, sorted(found.unseen)


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
