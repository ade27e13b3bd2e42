"""The files behind the catalogue's programs on this machine. Nothing is ever executed to find them.

Three layers, of which the first that knows a file decides whose it is:

    by name      /usr/bin/tuxmath, a link                  → /usr/lib/tuxmath/tuxmath
    by launcher  org.kde.gcompris.desktop, of a flatpak    → /var/lib/flatpak/app/…/files/bin/gcompris-qt
    by wrapper   /usr/bin/chromium, a shell script         → /usr/lib/chromium/chromium

A wrapper is watched too: the kernel tells of a script that is executed, and the same process then becomes the program.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator

from socle_agent.roots import Roots
from socle_agent.senses.programs.files import appimage, desktop, snap
from socle_agent.senses.programs.files.program import entries, program
from socle_agent.senses.programs.files.wrapper import inner
from socle_core.catalogue.model import Catalogue
from socle_core.dataclass import dataclass

Changed = tuple[tuple[str, int], ...]
"""Places and when each last changed, in nanoseconds since 1970."""
Claims = Iterable[tuple[str, str]]
"""Files and the service that each is said to belong to."""


@dataclass(frozen=True, slots=True)
class Found:
    """`paths`: path → service, links followed. `unseen`: services whose launcher leads to no file of their own."""

    paths: dict[str, str]
    unseen: frozenset[str] = frozenset()


def changed(roots: Roots) -> Changed:
    """When places where programs are installed last changed: packages, flatpaks, snaps and files put there by hand."""
    patterns = (
        *roots.programs,
        *roots.applications,
        f"{roots.var}/lib/dpkg/status",
        f"{roots.var}/lib/flatpak/.changed",
        f"{roots.snap}/*",
    )
    return tuple((path, at) for pattern in patterns for path in _matching(pattern) if (at := _modified(path)))


def find(catalogue: Catalogue, roots: Roots) -> Found:
    """The executables of the catalogue's services that are installed here, interpreters and other starters left out.

    A file that stands behind programs of several services belongs to none.
    """
    folders = [path for pattern in roots.programs for path in _matching(pattern)]
    held = {folder: entries(folder) for folder in folders}
    launchers = list(desktop.launchers(catalogue, roots, folders))
    owners = _owners(_by_name(catalogue, held, roots))
    owners = {**_owners((path, service) for path, service in launchers if path), **owners}
    known = {path: service for path, service in owners.items() if service}
    owners = {**_owners(inner(known, catalogue, roots)), **owners}
    paths = {path: service for path, service in owners.items() if service}
    return Found(paths, frozenset(service for _, service in launchers) - set(paths.values()))


def _by_name(catalogue: Catalogue, held: dict[str, list[str]], roots: Roots) -> Iterator[tuple[str, str]]:
    for folder, names in held.items():
        for name in catalogue.executables.keys() & names:
            if path := snap.command(os.path.join(folder, name), roots) or program(os.path.join(folder, name)):
                yield path, catalogue.executables[name]
        for name in filter(appimage.is_one, names):
            if (service := appimage.service(name, catalogue)) and (path := program(os.path.join(folder, name))):
                yield path, service


def _owners(claims: Claims) -> dict[str, str | None]:
    """Who each file belongs to; None where several services claim it."""
    owners: dict[str, str | None] = {}
    for path, service in claims:
        owners[path] = service if owners.get(path, service) == service else None
    return owners


def _matching(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern)) if glob.has_magic(pattern) else [pattern]


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0
