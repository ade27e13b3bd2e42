"""What it costs to see programs: by each means beside the others, in one run, each in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .figures import Figures
from .places import BUILD, DEBIAN_PYTHON, ROOT, NotMeasuredError, Plan
from .processes import cpu_seconds

FILES, STARTS, LOOK_S = 200, 1000, 0.1
OTHERS = 250
"""Processes that rest meanwhile, as many as a desktop has."""
_FOLDER = BUILD / "sense"


@dataclass(frozen=True, slots=True)
class Means:
    """What one event of a means is, how often it reads or looks here, and what makes so many events."""

    name: str
    event: str
    period: float
    provoke: Callable[[], int]


def measure(plan: Plan, figures: Figures) -> None:
    """`sense_cpu_us_per_event.programs_MEANS`: microseconds of the sense's process for each event."""
    if os.geteuid() != 0:
        raise NotMeasuredError("fanotify needs root: run make bench as root")
    _install()
    with _resting():
        for means in MEANS:
            with _watched_by(means) as pid:
                readings = [_reading(pid, means) for _ in range(2 * plan.idle_windows - 1)]
            figures.put({f"sense_cpu_us_per_event.programs_{means.name}": readings})
        processes = sum(name.isdecimal() for name in os.listdir("/proc"))
    figures.facts["sense_programs"] = {
        "files": FILES,
        "processes": processes,
        "event": {m.name: m.event for m in MEANS},
    }


def _reading(pid: int, means: Means) -> float:
    before = cpu_seconds(pid)
    events = means.provoke()
    time.sleep(2 * means.period)  # what was told last is read
    return (cpu_seconds(pid) - before) / events * 1e6


def _catalogued() -> int:
    """Starts of catalogued programs, one after the other, each long enough to be seen."""
    for number in range(FILES):
        subprocess.run([_FOLDER / f"socle-sense-{number:03}", "0.02"], check=True)
    return FILES


def _others() -> int:
    """Starts and ends of a program outside the catalogue."""
    for _ in range(STARTS):
        subprocess.run([_FOLDER / "other", "0"], check=True)
    return 2 * STARTS


def _passes() -> int:
    """Nothing: it looks all the same."""
    time.sleep(5)
    return round(5 / LOOK_S)


MEANS = (
    Means("fanotify", "start and end of a catalogued program", 0, _catalogued),
    Means("connector", "start or end of any program", 1, _others),
    Means("proc", "look through /proc", LOOK_S, _passes),
)


@contextmanager
def _watched_by(means: Means) -> Iterator[int]:
    """The pid of a process that watches by this means, at rest after its first looks."""
    worker = subprocess.Popen(
        [DEBIAN_PYTHON, Path(__file__).with_name("sense_worker.py"), means.name, str(means.period), _FOLDER],
        env={"PYTHONPATH": str(ROOT / "agent")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout is not None
        if worker.stdout.readline() != "ready\n":
            raise NotMeasuredError(f"programs by {means.name}: the kernel refuses")
        time.sleep(2)
        yield worker.pid
    finally:
        told, _ = worker.communicate()
    print(f"bench: {means.name}: {told.strip()} changes told", file=sys.stderr)


@contextmanager
def _resting() -> Iterator[None]:
    """So many processes that do nothing."""
    shell = subprocess.Popen(
        ["sh", "-c", f"for i in $(seq {OTHERS}); do sleep 3600 & done; wait"], start_new_session=True
    )
    try:
        yield
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()


def _install() -> None:
    _FOLDER.mkdir()
    for name in (*(f"socle-sense-{number:03}" for number in range(FILES)), "other"):
        shutil.copy("/bin/sleep", _FOLDER / name)
