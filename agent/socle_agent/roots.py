"""Where the kernel and the system tell about the machine: a fake tree in tests, the real one otherwise."""

from __future__ import annotations

from pathlib import Path

from socle_core.dataclass import dataclass

PROGRAM_DIRS = ("/usr/local/bin", "/usr/local/games", "/usr/bin", "/usr/games", "/opt/*", "/opt/*/bin", "/snap/bin")
"""Where executables of the catalogue are looked for, in this order; shell patterns are allowed."""


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders that the senses read, and the patterns of the folders where programs are installed."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    run: Path = Path("/run")
    etc: Path = Path("/etc")
    var: Path = Path("/var")
    programs: tuple[str, ...] = PROGRAM_DIRS
