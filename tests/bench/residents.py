"""What stays in memory, side by side on one broker: bare Python, the agent and its peers.

First windows in which nothing happens (wake-ups), then windows with ten program starts a minute (CPU). Memory is
read at the end of every window. All are measured over the same windows, so that the machine's noise is the same.
"""

from __future__ import annotations

import subprocess
import time
from collections import Counter

from . import agent, broker, processes, programs, starting
from .answering import StandIn
from .children import Children
from .figures import Figures
from .ledger_file import LedgerFile
from .places import Plan
from .starting import Resident

STARTS_PER_MINUTE = 10
PROGRAM_LASTS_S = 3
LOOK_S = 0.1


def measure(plan: Plan, figures: Figures) -> None:
    """Run all windows and add the figures of what could be started."""
    with Children() as children, programs.installed():
        server = broker.start(children, starting.CLIENTS)
        with StandIn(server.address) as stand_in:
            residents = starting.start(children, server, stand_in, figures)
            time.sleep(plan.settle)
            ledger = _ledger(residents)
            heard = stand_in.heard.copy()
            _note_start(residents, figures)
            commits = [_window(residents, plan, ledger, busy=False) for _ in range(plan.idle_windows)]
            commits += [_window(residents, plan, ledger, busy=True) for _ in range(plan.busy_windows)]
            figures.facts["agent_status"] = agent.status() if ledger else None
            figures.facts["messages_in_windows"] = _by_client(stand_in.heard - heard)
    if ledger is not None:
        figures.put({"agent_commits_per_min": commits})
        figures.facts["agent_program_seconds_counted"] = ledger.seconds()
    for resident in residents:
        figures.put(resident.readings)


def _ledger(residents: list[Resident]) -> LedgerFile | None:
    return LedgerFile() if any(resident.prefix == starting.AGENT for resident in residents) else None


def _note_start(residents: list[Resident], figures: Figures) -> None:
    """What starting cost, so that a day's figure, which leaves it out, can be judged."""
    figures.facts["cpu_s_until_settled"] = {
        resident.prefix.rstrip("_."): round(processes.cpu_seconds(resident.process.pid), 3) for resident in residents
    }


def _window(residents: list[Resident], plan: Plan, ledger: LedgerFile | None, *, busy: bool) -> float:
    """One window; commits of the agent a minute."""
    first = [processes.sample(resident.process.pid) for resident in residents]
    commits = _busy(plan, ledger) if busy else _idle(residents, plan, ledger)
    for resident, sample in zip(residents, first, strict=True):
        resident.take(sample, busy=busy)
    return commits * 60 / plan.window


def _idle(residents: list[Resident], plan: Plan, ledger: LedgerFile | None) -> int:
    """Let time pass, looking ten times a second who is active."""
    for resident in residents:
        resident.look()
        resident.wakeups = 0
    end, count = time.monotonic() + plan.window, CommitCount(ledger)
    while time.monotonic() < end:
        time.sleep(LOOK_S)
        for resident in residents:
            resident.look()
        count.look()
    return count.commits


def _busy(plan: Plan, ledger: LedgerFile | None) -> int:
    """Start programs, ten a minute, each of another file."""
    started: list[subprocess.Popen[bytes]] = []
    begin, count = time.monotonic(), CommitCount(ledger)
    while (past := time.monotonic() - begin) < plan.window:
        if past * STARTS_PER_MINUTE / 60 >= len(started):
            started.append(subprocess.Popen([programs.program(len(started)), str(PROGRAM_LASTS_S)]))
        time.sleep(0.5)
        count.look()
    for process in started:
        process.wait()
    return count.commits


class CommitCount:
    """Counts the ledger's commits, if each is looked for before the next."""

    def __init__(self, ledger: LedgerFile | None) -> None:
        self.commits = 0
        self._ledger = ledger
        self._version = ledger.version() if ledger else 0

    def look(self) -> None:
        """See whether there was one since the last look."""
        if self._ledger:
            before, self._version = self._version, self._ledger.version()
            self.commits += self._version != before


def _by_client(heard: Counter[str]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for topic, count in heard.items():
        total[topic.split("/")[0]] += count
    return dict(total)
