"""What each figure is to reach. Read beside the figures, never asserted in a test: machines differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Get = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """The figure it stands beside, the aim in words, and whether it is reached given all figures."""

    figure: str
    words: str
    reached: Callable[[Get], bool]


def _at_most(figure: str, limit: float) -> Aim:
    return Aim(figure, f"<= {limit:,}", lambda get: get(figure) <= limit)


AIMS = (
    Aim(
        "agent_uss_mib",
        "<= bare + 5; below lnxlink and psmqtt",
        lambda get: (
            get("agent_uss_mib") <= get("bare_python_paho_tls_uss_mib") + 5
            and get("agent_uss_mib") < min(get("peers.lnxlink.uss_mib"), get("peers.psmqtt.uss_mib"))
        ),
    ),
    _at_most("agent_rss_mib", 27),
    Aim(
        "agent_cpu_s_per_day",
        "<= 10, below collectd's",
        lambda get: get("agent_cpu_s_per_day") <= min(10, get("peers.collectd.cpu_s_per_day")),
    ),
    _at_most("agent_wakeups_per_min", 2),
    _at_most("agent_commits_per_min", 1),
    _at_most("health_run_cpu_ms", 250),
    _at_most("ledger_bytes_per_school_year", 3 * 1024 * 1024),
    _at_most("wire_bytes_per_device_day", 14_000),
    Aim("ingest_ratio_to_bare_subscriber", ">= 0.5", lambda get: get("ingest_ratio_to_bare_subscriber") >= 0.5),
    _at_most("ingest_cpu_us_per_report", 90),
    _at_most("collector_rss_mib", 150),
)
