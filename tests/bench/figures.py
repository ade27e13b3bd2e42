"""What was measured, beside what it should be: a table for people, build/bench.json for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from .aims import AIMS, Aim

ASKED = (
    "agent_uss_mib",
    "agent_pss_mib",
    "agent_rss_mib",
    "agent_cpu_s_per_day",
    "agent_wakeups_per_min",
    "agent_commits_per_min",
    "bare_python_paho_tls_uss_mib",
    "peers.collectd.uss_mib",
    "peers.lnxlink.uss_mib",
    "peers.psmqtt.uss_mib",
    "sense_cpu_us_per_event.programs_fanotify",
    "sense_cpu_us_per_event.programs_connector",
    "sense_cpu_us_per_event.programs_proc",
    "health_run_cpu_ms",
    "wire_bytes_per_device_day",
    "ledger_bytes_per_school_year",
    "ingest_reports_per_s",
    "ingest_ratio_to_bare_subscriber",
    "ingest_cpu_us_per_report",
    "collector_rss_mib",
)
"""Figures that are in the table whether they could be measured or not."""


@dataclass
class Figures:
    """Figures by name: the median of their readings, with the least and the greatest."""

    values: dict[str, Any] = field(default_factory=dict)
    spread: dict[str, list[float]] = field(default_factory=dict)
    not_measured: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def put(self, readings: Mapping[str, Sequence[float]]) -> None:
        """Add figures, each with all its readings; `peers.NAME.FIGURE` goes into the nested `peers`."""
        for name, values in readings.items():
            *path, last = name.split(".")
            place = self.values
            for step in path:
                place = place.setdefault(step, {})
            place[last] = _rounded(median(values))
            self.spread[name] = [_rounded(min(values)), _rounded(max(values)), len(values)]

    def missing(self, prefix: str | tuple[str, ...], reason: str) -> None:
        """Say why the figures that begin so were not measured."""
        names = [name for name in ASKED if name.startswith(prefix) and self.get(name) is None]
        self.not_measured |= dict.fromkeys(names, reason)

    def get(self, name: str) -> Any:
        """A figure, None where it was not measured."""
        place: Any = self.values
        for step in name.split("."):
            place = place.get(step) if isinstance(place, dict) else None
        return place

    def write(self, path: Path) -> None:
        """Write all as JSON: figures at the top, and what is needed to judge them."""
        verdicts = {aim.figure: verdict(aim, self) for aim in AIMS}
        more = {"spread_min_max_n": self.spread, "not_measured": self.not_measured, "facts": self.facts}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**self.values, "verdicts": verdicts, **more}, indent=1) + "\n")

    def table(self) -> str:
        """Every figure on a line: name, median, least..greatest, aim, ok or miss."""
        aims = {aim.figure: aim for aim in AIMS}
        names = [*dict.fromkeys([*ASKED, *self.spread, *self.not_measured])]
        rows = [("figure", "median", "min..max (n)", "aim", "")]
        rows += [self._row(name, aims.get(name)) for name in names]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        reasons = dict.fromkeys(self.not_measured.values())
        return "\n".join([*lines, *(f"not measured: {reason}" for reason in reasons)])

    def _row(self, name: str, aim: Aim | None) -> tuple[str, str, str, str, str]:
        value, spread = self.get(name), self.spread.get(name)
        if value is None:
            return (name, "-", "", aim.words if aim else "", "not measured")
        low, high, count = spread or (value, value, 1)
        between = f"{_text(low)}..{_text(high)} ({count:.0f})" if count > 1 else ""
        return (name, _text(value), between, aim.words if aim else "", verdict(aim, self) if aim else "")


def verdict(aim: Aim, figures: Figures) -> str:
    """`ok`, `miss`, or `not measured` where a figure it needs is absent."""
    try:
        return "ok" if aim.reached(figures.get) else "miss"
    except TypeError:  # a comparison with None
        return "not measured"


def _rounded(value: float) -> float:
    return round(value, 3) if value < 100 else round(value, 1)


def _text(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}".rstrip("0").rstrip(".")
