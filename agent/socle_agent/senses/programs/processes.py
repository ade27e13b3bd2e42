"""Processes as /proc shows them (proc_pid_stat(5), proc_pid_status(5)), and descriptors that tell of their end."""

from __future__ import annotations

import errno
import os
import select
from collections.abc import Iterator
from pathlib import Path

from socle_agent.senses.programs.known import Known
from socle_core.dataclass import dataclass

_START_FIELD = 19  # of what follows the name in /proc/PID/stat: field 22 of proc(5)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a catalogued service; `age`: seconds since it started."""

    pid: int
    service: str
    age: float


class Scan:
    """Looks at processes it has not seen. `at`: boot second of the last look, None before the first.

    A new process is looked at twice: the first look may fall between its fork and its exec, or into its exec.
    """

    def __init__(self, proc: Path, known: Known) -> None:
        self.at: float | None = None
        self._proc, self._known = proc, known
        self._once: set[int] = set()
        self._done: set[int] = set()

    def look(self, now: float) -> tuple[list[Process], set[int]]:
        """Return the catalogued processes found since the last look, and all pids; `now` in boot seconds."""
        pids = set(map(int, filter(str.isdecimal, os.listdir(self._proc))))
        self._done &= pids
        self._once &= pids
        found = [process for pid in sorted(pids - self._done) for process in self._see(pid, now)]
        self.at = now
        return found, pids

    def _see(self, pid: int, now: float) -> Iterator[Process]:
        (self._done if pid in self._once else self._once).add(pid)
        try:
            service = self._known.service(pid)
            if service is not None:
                self._done.add(pid)
                yield Process(pid, service, now - started(self._proc, pid))
        except (OSError, ValueError, IndexError):
            return  # it ended while it was being read


def started(proc: Path, pid: int) -> float:
    """Boot second at which a process started. Raises OSError, ValueError, IndexError when it is gone."""
    after_name = (proc / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return int(after_name[_START_FIELD]) / _TICKS


def owner(proc: Path, pid: int) -> int | None:
    """The uid of a process; None when it is gone.

    /proc/PID belongs to the account with whose rights it runs; of a program with a set-user-ID bit that is root's, and
    `status` tells who started it.
    """
    try:
        uid = os.stat(f"{proc}/{pid}").st_uid
        if uid == 0:
            with open(f"{proc}/{pid}/status", "rb", buffering=0) as status:
                uid = int(status.read(4096).partition(b"\nUid:")[2].split(None, 1)[0])
    except (OSError, ValueError, IndexError):
        return None
    return uid


def pidfd(pid: int) -> int | None:
    """A descriptor that becomes readable when the process ends; −1 where there is none to be had; None: it is gone."""
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        return None if error.errno == errno.ESRCH else -1


def ended(descriptor: int) -> bool:
    """Whether the process of a pidfd has ended already."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
