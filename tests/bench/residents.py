"""What stays in memory, side by side on one broker: bare Python, the agent and its peers.

First windows in which nothing happens (wake-ups), then windows with ten program starts a minute (CPU). Memory is
read at the end of every window. All are measured over the same windows, so that the machine's noise is the same.
"""

from __future__ import annotations

import subprocess
import time
from collections import Counter

from . import agent, broker, processes, starting
from .answering import StandIn
from .children import Children
from .figures import Figures
from .places import Plan
from .starting import Resident

STARTS_PER_MINUTE = 10
PROGRAM_LASTS_S = 3


def measure(plan: Plan, figures: Figures) -> None:
    """Run all windows and add the figures of what could be started."""
    with Children() as children, agent.programs_in_opt():
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


def _ledger(residents: list[Resident]) -> agent.LedgerFile | None:
    return agent.LedgerFile() if any(resident.prefix == starting.AGENT for resident in residents) else None


def _note_start(residents: list[Resident], figures: Figures) -> None:
    """What starting cost, so that a day's figure, which leaves it out, can be judged."""
    figures.facts["cpu_s_until_settled"] = {
        resident.prefix.rstrip("_."): round(processes.cpu_seconds(resident.process.pid), 3) for resident in residents
    }


def _window(residents: list[Resident], plan: Plan, ledger: agent.LedgerFile | None, *, busy: bool) -> float:
    """One window; commits of the agent a minute."""
    first = [processes.sample(resident.process.pid) for resident in residents]
    end, next_start, commits = time.monotonic() + plan.window, time.monotonic(), 0
    version, started = ledger and ledger.version(), []
    while (now := time.monotonic()) < end:
        if busy and now >= next_start:
            started.append(subprocess.Popen([agent.program(len(started)), str(PROGRAM_LASTS_S)]))
            next_start += 60 / STARTS_PER_MINUTE
        time.sleep(min(1.0, max(0.0, end - now)))
        if ledger and (new := ledger.version()) != version:
            version, commits = new, commits + 1
    for resident, sample in zip(residents, first, strict=True):
        resident.take(sample, busy=busy)
    for process in started:
        process.wait()
    return commits * 60 / plan.window


def _by_client(heard: Counter[str]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for topic, count in heard.items():
        total[topic.split("/")[0]] += count
    return dict(total)
