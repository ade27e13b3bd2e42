"""How many reports a real collector receives, commits and acknowledges, beside a subscriber that only counts."""

from __future__ import annotations

import time
from collections import defaultdict

from . import broker, collector, load, processes
from .children import Children
from .figures import Figures
from .places import REALM, Plan
from .reports import Fleet

BARE_REALM = "bares"  # as long as the other, so that the messages are as long
AT_REST = 0.02
"""A process is at rest when it uses less than this share of a core for half a second."""
REST_WITHIN_S = 20


class Rounds:
    """The servers, and one round after the other; `readings` grow with each."""

    def __init__(self, children: Children, plan: Plan) -> None:
        self._children, self._plan = children, plan
        self._server = broker.start(children)
        self.database = collector.start_database(children)
        self._collector = collector.start(children, self._server, self.database, Fleet(plan.ingest_devices))
        self._counter = load.start_counter(children, self._server, BARE_REALM)
        self.readings: dict[str, list[float]] = defaultdict(list)

    def warm_up(self) -> None:
        """Every device says hello, as after a power cut, and sends its first reports; nothing is timed."""
        load.run(self._children, self._server, self._plan, REALM, "hellos", 0, None)
        load.run(self._children, self._server, self._plan, REALM, "reports", 0, None)
        self._rest()

    def round(self, number: int) -> None:
        """The same messages to the bare subscriber and to the collector, the one or the other first."""
        turns = [self._bare, self._ours]
        speeds = {turn: turn(number) for turn in (turns if number % 2 else reversed(turns))}
        self.readings["ingest_ratio_to_bare_subscriber"].append(speeds[self._ours] / speeds[self._bare])
        self.readings["collector_rss_mib"].append(processes.peak_rss(self._collector.pid))
        self.readings["collector_pss_mib"].append(processes.memory(self._collector.pid).pss)

    def _ours(self, number: int) -> float:
        pids = {"": self._collector.pid, "broker_": self._server.pid, "postgres_": self.database.pid}
        return self._timed("ingest_", REALM, number, pids)

    def _bare(self, number: int) -> float:
        pids = {"": self._counter.pid, "broker_": self._server.pid}
        return self._timed("bare_subscriber_", BARE_REALM, number, pids)

    def _timed(self, prefix: str, realm: str, number: int, pids: dict[str, int]) -> float:
        """Reports a second; adds the CPU time of each process, until all are at rest again."""
        before = {name: processes.cpu_seconds(pid) for name, pid in pids.items()}
        counter = load.COUNTER if realm == BARE_REALM else None
        reports, seconds = load.run(self._children, self._server, self._plan, realm, "reports", number, counter)
        self._rest()
        for name, pid in pids.items():
            spent = processes.cpu_seconds(pid) - before[name]
            self.readings[f"{prefix}{name}cpu_us_per_report"].append(spent / reports * 1e6)
        self.readings[f"{prefix}reports_per_s"].append(reports / seconds)
        return reports / seconds

    def _rest(self) -> None:
        """Wait until what the collector and the database still do of the last round is done."""
        pids, end = (self._collector.pid, self.database.pid), time.monotonic() + REST_WITHIN_S
        busy = True
        while busy and time.monotonic() < end:
            before = sum(map(processes.cpu_seconds, pids))
            time.sleep(0.5)
            busy = sum(map(processes.cpu_seconds, pids)) - before > AT_REST * 0.5


def measure(plan: Plan, figures: Figures) -> None:
    """Warm up once, then as many alternating rounds as planned."""
    with Children() as children:
        rounds = Rounds(children, plan)
        figures.facts["postgres"] = rounds.database.facts()
        rounds.warm_up()
        for number in range(1, plan.ingest_rounds + 1):
            rounds.round(number)
        figures.put(rounds.readings)
        figures.facts["ingest"] = {
            "rounds": plan.ingest_rounds,
            "reports_a_round": plan.ingest_devices * plan.ingest_quarters,
            "devices": plan.ingest_devices,
        }
