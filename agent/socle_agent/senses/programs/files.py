"""The files behind the catalogue's executables on this machine."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable

from socle_core.catalogue.model import Catalogue

_SHARED = {"snap", "flatpak", "env", "sh", "bash", "dash", "busybox", "perl", "java", "wish"}
"""Programs that start others: a name that is only a link to one of them says nothing by itself."""


Changed = tuple[tuple[str, int], ...]
"""Folders and when each last changed, in nanoseconds since 1970."""


def changed(folders: Iterable[str]) -> Changed:
    """When the folders (shell patterns) last changed: a file was installed, replaced or removed in one."""
    found = (path for pattern in folders for path in sorted(glob.glob(pattern)))
    return tuple((path, os.stat(path).st_mtime_ns) for path in found if os.path.isdir(path))


def executables(catalogue: Catalogue, folders: Iterable[str]) -> dict[str, str]:
    """Path → service of every catalogued executable in `folders` (shell patterns), links followed.

    A file that stands behind programs of several services belongs to none.
    """
    found: dict[str, str | None] = {}
    for folder in (path for pattern in folders for path in sorted(glob.glob(pattern))):
        for name in catalogue.executables.keys() & _names(folder):
            service, path = catalogue.executables[name], os.path.realpath(os.path.join(folder, name))
            if os.path.isfile(path) and os.access(path, os.X_OK) and not _is_shared(path):
                found[path] = service if found.get(path, service) == service else None
    return {path: service for path, service in found.items() if service is not None}


def _names(folder: str) -> list[str]:
    """What a folder holds: asked once, not name by name for 200 names that it mostly does not hold."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _is_shared(path: str) -> bool:
    name = os.path.basename(path)
    return name in _SHARED or name.startswith("python")
