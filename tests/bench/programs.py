"""Two hundred programs for the agent to watch, and the catalogue that adds them to Socle's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import BUILD

PROGRAMS, PER_SERVICE = 200, 5
CATALOGUE = BUILD / "catalogue.toml"
_FOLDER = BUILD / "programs"
_LINK = Path("/opt") / f"socle-bench-{os.getpid()}"

_SERVICE = """
[[service]]
id = "programme-{number:03}"
label = {{ fr = "Programme {number}" }}
strand = "resources"
category = "outils"
executables = [{executables}]
"""


def program(number: int) -> Path:
    """One of the catalogued programs: a copy of sleep(1), so that each has an inode of its own."""
    return _FOLDER / f"socle-bench-{number:03}"


@contextmanager
def installed() -> Iterator[None]:
    """Make them, and show them where the agent looks for programs: by a link in /opt that is taken away again."""
    _FOLDER.mkdir()
    for number in range(PROGRAMS):
        shutil.copy("/bin/sleep", program(number))
    CATALOGUE.write_text("".join(_row(first) for first in range(0, PROGRAMS, PER_SERVICE)))
    if os.geteuid() == 0:
        for dead in _LINK.parent.glob("socle-bench-*"):  # of a bench that was killed
            if not dead.exists():
                dead.unlink()
        _LINK.symlink_to(_FOLDER)
    try:
        yield
    finally:
        if os.geteuid() == 0:
            _LINK.unlink()


def _row(first: int) -> str:
    names = (f'"{program(number).name}"' for number in range(first, first + PER_SERVICE))
    return _SERVICE.format(number=first, executables=", ".join(names))
