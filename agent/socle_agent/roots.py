"""Where the kernel and the system tell about the machine: a fake tree in tests, the real one otherwise."""

from __future__ import annotations

from pathlib import Path

from socle_core.dataclass import dataclass

PROGRAM_DIRS = (
    "/usr/local/bin", "/usr/local/games", "/usr/bin", "/usr/games", "/opt", "/opt/*", "/opt/*/bin", "/snap/bin",
)  # fmt: skip
"""Where executables of the catalogue are looked for, in this order; shell patterns are allowed."""
APPLICATION_DIRS = (
    "/usr/local/share/applications",
    "/usr/share/applications",
    "/var/lib/flatpak/exports/share/applications",
    "/var/lib/snapd/desktop/applications",
)
"""Where .desktop files are, in this order: those of the system, not those of a person's home."""


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders that the senses read, and where programs are installed."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    run: Path = Path("/run")
    etc: Path = Path("/etc")
    var: Path = Path("/var")
    snap: Path = Path("/snap")
    programs: tuple[str, ...] = PROGRAM_DIRS
    applications: tuple[str, ...] = APPLICATION_DIRS
