"""A machine with a folder of programs of its own, and the sense of programs that looks at it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from socle_agent.loop import Loop
from socle_agent.roots import Roots
from socle_agent.senses.programs import Programs
from socle_agent.senses.programs.live import Running
from socle_core.catalogue.model import Catalogue, Service
from socle_core.clock import Clock
from support.looping import run_until

TUXPAINT, LONG, OTHER = (f"{os.getpid()}-{name}" for name in ("tuxpaint", "a-name-longer-than-comm", "unknown-program"))
"""Programs of this run of the tests alone, as all processes of the machine are looked at; the last is of no service."""
CATALOGUE = Catalogue(
    "2026.11",
    [
        Service("tuxpaint", {"fr": "Tux Paint"}, "resources", "arts", executables=(TUXPAINT,)),
        Service("long", {"fr": "Long"}, "resources", "arts", executables=(LONG,)),
    ],
)

APPLICATIONS = (
    "usr/share/applications", "var/lib/flatpak/exports/share/applications", "var/lib/snapd/desktop/applications",
)  # fmt: skip


def roots_in(folder: Path, programs: tuple[str, ...] = ("usr/bin",)) -> Roots:
    """Everything that is installed is installed in this folder; processes are the real ones."""
    return Roots(
        var=folder / "var",
        snap=folder / "snap",
        programs=tuple(str(folder / path) for path in programs),
        applications=tuple(str(folder / path) for path in APPLICATIONS),
    )


class Machine:
    """A sense, copies of sleep(1) under catalogued names and another, and what the sense told."""

    def __init__(self, folder: Path, means: str, *, roots: Roots | None = None) -> None:
        self.folder = folder
        self.told: list[Running] = []
        self.late: list[tuple[str, int, float]] = []
        self.children: list[subprocess.Popen[bytes]] = []
        self.clock = Clock()
        self.loop = Loop(self.clock)
        for name in (TUXPAINT, LONG, OTHER):
            self.install(name)
        self.roots = roots or roots_in(folder, ("",))
        self.sense = self.watch()
        self.sense.start(means)

    def watch(self) -> Programs:
        """Another sense that tells the same test."""
        return Programs(
            self.loop,
            self.clock,
            self.roots,
            CATALOGUE,
            on_change=self.told.append,
            on_late=lambda *late: self.late.append(late),
        )

    def install(self, name: str) -> None:
        """Install a program, or replace it as an upgrade does."""
        new = self.folder / f"{name}.new"
        shutil.copy("/bin/sleep", new)
        new.replace(self.folder / name)

    def start(self, name: str, seconds: str = "60") -> subprocess.Popen[bytes]:
        """Start a program that runs so long."""
        self.children.append(subprocess.Popen([self.folder / name, seconds]))
        return self.children[-1]

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """End a program."""
        child.kill()
        child.wait()

    def runs(self, *services: str) -> None:
        """Serve the loop until exactly these services run."""
        wanted = frozenset((service, os.getuid()) for service in services)
        run_until(self.loop, lambda: self.running == wanted, what=f"{services} run")

    @property
    def running(self) -> Running:
        """What was told last."""
        return self.told[-1] if self.told else frozenset()

    def close(self) -> None:
        """End everything."""
        for child in self.children:
            self.end(child)
        self.sense.close()
        self.loop.close()
