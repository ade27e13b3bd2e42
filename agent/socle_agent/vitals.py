"""Health as the short-lived processes hand it over: judged, made coarse, and written down when it is news.

Values are rounded so that a row differs when the machine's state does, not with every reading; coarser also tells
less. A row is written when it differs from the last one, at most hourly, and once a day (docs/contract.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from socle_agent.gauge import Gauge
from socle_core.wire.health import judge_groups
from socle_core.wire.values import BadRowError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PARTS = ("hourly", "smart")
HOUR, DAY = 4, 96
"""In quarters."""

STEPS: dict[str, float] = {
    "battery.charge": 0.05,
    "battery.wear": 0.01,
    "disk.used": 0.01,
    "disk.wear": 0.01,
    "disk.hours": 24,
    "memory.used": 0.1,
    "memory.pressure": 0.05,
    "thermal.max_c": 5,
    "thermal.throttled_s": 60,
    "network.signal_dbm": 5,
    "network.rtt_ms": 10,
    "network.retransmits": 5,
    "boot.seconds": 5,
}
"""To what multiple a value is rounded; the others stay as they are."""


class HealthError(Exception):
    """What was handed over cannot be taken; the text is for whoever wrote it."""


class Vitals:
    """Writes health rows to the gauge's ledger. `network()`: keys for the group network, as far as they are known.

    `reports`: by part, the boot second at which it came and what its process said of each group.
    """

    def __init__(self, gauge: Gauge, network: Callable[[], dict[str, float]]) -> None:
        self.reports: dict[str, tuple[float, dict[str, Any]]] = {}
        self._gauge, self._network = gauge, network
        self._smart: dict[str, Any] | None = None
        self._waiting: tuple[float, dict[str, Any]] | None = None

    def take(self, part: str, groups: Any, report: Any, boot: float) -> bool:
        """Take what a process found at this boot second; tell whether a row was written. Raises HealthError."""
        if part not in PARTS or not isinstance(groups, dict) or not isinstance(report, dict):
            raise HealthError("part: hourly or smart; groups, report: objects")
        try:
            judged = judge_groups(groups)
        except BadRowError as error:
            raise HealthError(error.why) from error
        self.reports[part] = boot, report
        if part == "smart":
            disk = judged.get("disk")
            self._smart = disk if isinstance(disk, dict) else {}
            return False
        self._waiting = boot, judged
        return self.write()

    def write(self) -> bool:
        """Write the row that waits, if there is one and its quarter is known; tell whether one was written."""
        anchor = self._gauge.anchor
        if self._waiting is None or anchor is None:
            return False
        boot, groups = self._waiting
        t = int(anchor + boot) // 900
        try:
            last_t, last = self._gauge.ledger.last_health() or (0, {})
            row = self._complete(groups, last)
            due = t - last_t >= DAY or (t - last_t >= HOUR and row != last)
            if due:
                self._gauge.ledger.add_health(t, row)
        except sqlite3.Error as error:
            self._gauge.excuse(error)
            return False
        self._waiting = None
        return due

    def _complete(self, groups: dict[str, Any], last: dict[str, Any]) -> dict[str, Any]:
        """Join what belongs to one row: the disk's own word is asked for once a day and holds until the next."""
        known = self._smart
        if known is None:
            known = {key: value for key, value in last.get("disk", {}).items() if key != "used"}
        disk = {**known, **groups.get("disk", {})}
        network = {**groups.get("network", {}), **self._network()}
        whole = {**groups, "disk": disk, "network": network}
        return {name: _rounded(name, group) for name, group in whole.items() if group}


def _rounded(name: str, group: Any) -> Any:
    if not isinstance(group, dict):
        return sorted(set(group))
    return {key: _round(value, STEPS.get(f"{name}.{key}")) for key, value in group.items()}


def _round(value: Any, step: float | None) -> Any:
    """The nearest multiple of the step, whole where the step is."""
    if step is None:
        return value
    return round(value / step) * step if isinstance(step, int) else round(round(value / step) * step, 4)
