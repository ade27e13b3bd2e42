"""What a process and all its descendants cost: memory, processor time, wake-ups.

All from /proc and the kernel's CPU clocks, without a library, so that measuring disturbs little.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
DAY = 86_400
TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB. USS: pages nobody else maps. PSS: shared pages divided among those who map them. RSS: all pages."""

    rss: float
    pss: float
    uss: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading: seconds on the monotonic clock, CPU seconds so far, voluntary switches by thread id."""

    at: float
    cpu: float
    switches: dict[int, int]


def tree(pid: int) -> Iterator[int]:
    """The process and its living descendants; those that vanish meanwhile are left out."""
    yield pid
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def memory(pid: int) -> Memory:
    """Sum of smaps_rollup over the process tree."""
    fields = {"Rss": 0, "Pss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    for member in tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()[1:]:
                name, amount = line.split(":")
                if name in fields:
                    fields[name] += int(amount.split()[0]) * 1024
    uss = fields["Private_Clean"] + fields["Private_Dirty"]
    return Memory(rss=fields["Rss"] / MIB, pss=fields["Pss"] / MIB, uss=uss / MIB)


def peak_rss(pid: int) -> float:
    """MiB: the highest RSS so far, summed over the tree (an upper bound: peaks may differ in time)."""
    total = 0
    for member in tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError, IndexError):
            status = Path(f"/proc/{member}/status").read_text()
            total += int(status.split("VmHWM:")[1].split()[0]) * 1024
    return total / MIB


def cpu_seconds(pid: int) -> float:
    """User and system time of the tree, children already reaped included.

    A light agent uses less than one 10 ms tick of /proc/PID/stat in a minute, so the living are read from their
    CPU clock (nanoseconds, ended threads included); only reaped children, which have no clock, count in ticks.
    """
    return sum(_own_seconds(member) + _reaped_seconds(member) for member in tree(pid))


def sample(pid: int) -> Sample:
    """Read the tree now."""
    return Sample(time.monotonic(), cpu_seconds(pid), _voluntary_switches(pid))


def switches(pid: int) -> int:
    """Voluntary switches so far of the threads that live."""
    return sum(_voluntary_switches(pid).values())


def cpu_per_day(first: Sample, last: Sample) -> float:
    """CPU seconds in 24 hours if it went on as between the two samples."""
    return (last.cpu - first.cpu) / (last.at - first.at) * DAY


def switches_per_minute(first: Sample, last: Sample) -> float:
    """Times a thread went to sleep of its own will, which is how often it had been woken to do something."""
    woken = sum(count - first.switches.get(task, 0) for task, count in last.switches.items())
    return woken / (last.at - first.at) * 60


def _own_seconds(pid: int) -> float:
    clock = (~pid << 3) | 2  # what clock_getcpuclockid(3) computes: the scheduler's clock of that process
    with suppress(OSError):
        return time.clock_gettime(clock)
    return 0.0


def _reaped_seconds(pid: int) -> float:
    with suppress(FileNotFoundError, ProcessLookupError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(after_name[13]) + int(after_name[14])) * TICK
    return 0.0


def _voluntary_switches(pid: int) -> dict[int, int]:
    found = {}
    for member in tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            for task in Path(f"/proc/{member}/task").iterdir():
                status = (task / "status").read_text()
                found[int(task.name)] = int(status.split("\nvoluntary_ctxt_switches:")[1].split()[0])
    return found
