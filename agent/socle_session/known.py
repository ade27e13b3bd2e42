"""`python -m socle_session.known PATH…`: what the helper needs of the catalogue, as one line of JSON.

A process of its own, because to read the catalogue takes ten times the memory of what is kept of it. Window classes
are added from the .desktop files that the catalogue names (`StartupWMClass`, Desktop Entry Specification).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from socle_core import catalogue
from socle_core.catalogue import Catalogue, CatalogueError

_CLASS = "StartupWMClass="


def known(found: Catalogue, folders: Iterable[Path]) -> dict[str, dict[str, str]]:
    """Names of windows and of programs → service; `folders`: where .desktop files are, the most important first."""
    names = dict(_classes(found, list(folders)))
    for table in (found.desktop_ids, found.executables):
        for name, service in table.items():
            names.setdefault(name.removesuffix(".desktop").lower(), service)
    return {"names": names, "executables": found.executables}


def application_folders(environ: dict[str, str]) -> list[Path]:
    """Where .desktop files are (XDG Base Directory Specification), and where snap puts its own."""
    home = environ.get("XDG_DATA_HOME") or f"{environ.get('HOME', '')}/.local/share"
    folders = [home, *(environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")]
    folders += ["/var/lib/flatpak/exports/share", "/var/lib/snapd/desktop"]
    return [Path(folder, "applications") for folder in dict.fromkeys(folders) if folder.startswith("/")]


def _classes(found: Catalogue, folders: list[Path]) -> Iterator[tuple[str, str]]:
    for desktop_id, service in found.desktop_ids.items():
        for folder in folders:
            if window_class := _window_class(folder / desktop_id):
                yield window_class.lower(), service
                break


def _window_class(file: Path) -> str:
    """What the first group of a .desktop file says of the class of its windows; "" where it says nothing."""
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    groups = [number for number, line in enumerate(lines) if line.startswith("[")] + [len(lines)] * 2
    told = (line for line in lines[: groups[1]] if line.startswith(_CLASS))
    return next(told, "").removeprefix(_CLASS).strip()


def main(paths: list[str]) -> int:
    """Print it; what is wrong with the catalogue goes to stderr."""
    try:
        found = catalogue.load(map(Path, paths))
    except CatalogueError as error:
        sys.stderr.write("".join(f"{mistake}\n" for mistake in error.mistakes[:3]))
        return 78
    sys.stdout.write(json.dumps(known(found, application_folders(dict(os.environ))), separators=(",", ":")))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
