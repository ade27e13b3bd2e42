"""Catalogued programs among the processes of /proc (proc_pid_comm(5), proc_pid_stat(5))."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from socle_core.catalogue.model import Catalogue
from socle_core.dataclass import dataclass

_LOOKS = 2
"""How often a new process is looked at: the first look may fall between its fork and its exec."""
_START_FIELD = 19  # of what follows the name in /proc/PID/stat: field 22 of proc(5)
_INTERPRETED = ("python", "perl", "sh", "bash", "dash", "ruby", "java", "wish")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a catalogued service; `age`: seconds since it started."""

    pid: int
    service: str
    uid: int
    age: float


class Scan:
    """Looks at processes it has not seen. `at`: boot second of the last look, None before the first."""

    def __init__(self, proc: Path, catalogue: Catalogue) -> None:
        self.at: float | None = None
        self._proc, self._catalogue = proc, catalogue
        self._looks: dict[int, int] = {}

    def look(self, now: float) -> tuple[list[Process], set[int]]:
        """Return the catalogued processes found since the last look, and all pids; `now` in boot seconds."""
        pids = {int(name) for name in os.listdir(self._proc) if name.isdecimal()}
        self._looks = {pid: self._looks.get(pid, 0) for pid in pids}
        found = [process for pid, looks in self._looks.items() if looks < _LOOKS for process in self._see(pid, now)]
        self.at = now
        return found, pids

    def _see(self, pid: int, now: float) -> Iterator[Process]:
        self._looks[pid] += 1
        try:
            service = self._service(self._proc / str(pid))
            if service is not None:
                self._looks[pid] = _LOOKS
                yield Process(pid, service, (self._proc / str(pid)).stat().st_uid, now - started(self._proc, pid))
        except (OSError, ValueError, IndexError):
            return  # it ended while it was being read

    def _service(self, folder: Path) -> str | None:
        words = [
            os.path.basename(word) for word in (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        ]
        names = words[:1]
        if words[0].rstrip("0123456789.").lstrip("-") in _INTERPRETED:
            names += [word for word in words[1:4] if word and not word.startswith("-")][:1]
        for name in names:
            if (service := self._catalogue.by_executable(name)) is not None:
                return service
        return self._catalogue.by_comm((folder / "comm").read_text("utf-8", "replace").rstrip("\n"))


def started(proc: Path, pid: int) -> float:
    """Boot second at which a process started. Raises OSError, ValueError, IndexError when it is gone."""
    after_name = (proc / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return int(after_name[_START_FIELD]) / _TICKS


def owner(proc: Path, pid: int) -> int | None:
    """The uid of a process; None when it is gone."""
    try:
        return os.stat(f"{proc}/{pid}").st_uid
    except OSError:
        return None


def pidfd(pid: int) -> int:
    """A descriptor that becomes readable when the process ends; −1 where there is none (before Linux 5.3)."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return -1
