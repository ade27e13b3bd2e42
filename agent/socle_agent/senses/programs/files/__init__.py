"""The files behind the catalogue's programs on this machine. Nothing is ever executed to find them.

Three layers, of which the first that knows a file decides whose it is:

    by name      /usr/bin/tuxmath, a link                  → /usr/lib/tuxmath/tuxmath
    by launcher  org.kde.gcompris.desktop, of a flatpak    → /var/lib/flatpak/app/…/files/bin/gcompris-qt
    by wrapper   /usr/bin/chromium, a shell script         → /usr/lib/chromium/chromium

A wrapper is watched too: the kernel tells of a script that is executed, and the same process then becomes the program.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from socle_agent.roots import Roots
from socle_agent.senses.programs.files import appimage, desktop, snap
from socle_agent.senses.programs.files.program import entries, program
from socle_agent.senses.programs.files.wrapper import inner
from socle_agent.senses.programs.installed import Found, matching
from socle_core.catalogue.model import Catalogue

Claims = Iterable[tuple[str, str]]
"""Files and the service that each is said to belong to."""


def find(catalogue: Catalogue, roots: Roots) -> Found:
    """The executables of the catalogue's services that are installed here, interpreters and other starters left out.

    A file that stands behind programs of several services belongs to none.
    """
    folders = [path for pattern in roots.programs for path in matching(pattern)]
    launchers = list(desktop.launchers(catalogue, roots, folders))
    owners = _owners(_by_name(catalogue, folders, roots))
    owners = {**_owners((path, service) for path, service in launchers if path), **owners}
    known = {path: service for path, service in owners.items() if service}
    owners = {**_owners(inner(known, catalogue, roots)), **owners}
    paths = {path: service for path, service in owners.items() if service}
    return Found(paths, frozenset(service for _, service in launchers) - set(paths.values()))


def _by_name(catalogue: Catalogue, folders: list[str], roots: Roots) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for name in entries(folder):
            service = catalogue.by_executable(name) or (appimage.is_one(name) and appimage.service(name, catalogue))
            path = os.path.join(folder, name)
            if service and (file := snap.command(path, roots) or program(path)):
                yield file, service


def _owners(claims: Claims) -> dict[str, str | None]:
    """Who each file belongs to; None where several services claim it."""
    owners: dict[str, str | None] = {}
    for path, service in claims:
        owners[path] = service if owners.get(path, service) == service else None
    return owners
