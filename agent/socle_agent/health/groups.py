"""All groups, each read for itself: what fails in one leaves the others whole, and is told."""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from socle_agent.health.reader import Reader
from socle_agent.health.world import World
from socle_core.wire.health import judge_groups
from socle_core.wire.values import BadRowError

PARTS: dict[str, dict[str, str]] = {
    "hourly": {
        name: f"socle_agent.health.{name}"
        for name in ("battery", "disk", "memory", "thermal", "network", "boot", "updates", "peripherals")
    },
    "smart": {"disk": "socle_agent.health.smart"},
}
"""The module of each group, by part: what anybody may read, each hour; what only root may, once a day."""


def examine(world: World, modules: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The groups as the contract has them, and a report of each.

    A report: `ok`; `why` not; `ms` taken; `absent`: number of absurd values dropped; `dropped`: their names.
    """
    groups: dict[str, Any] = {}
    report: dict[str, dict[str, Any]] = {}
    for name, module in modules.items():
        reader, began, why = Reader(world), time.perf_counter(), ""
        try:
            groups |= _judged(name, import_module(module).read(reader))
        except Exception as error:  # whatever the hardware, a driver or a library comes up with
            why = _reason(error)
        took = {"ms": round((time.perf_counter() - began) * 1000, 1), "absent": len(reader.dropped)}
        dropped = {"dropped": sorted(set(reader.dropped))} if reader.dropped else {}
        report[name] = {"ok": not why, **({"why": why} if why else {}), **took, **dropped}
    return groups, report


def _judged(name: str, told: Any) -> dict[str, Any]:
    """By the contract's own rules, so that one bad group cannot spoil the row."""
    known = {key: value for key, value in told.items() if value is not None} if isinstance(told, dict) else told
    return judge_groups({name: known}) if known else {}


def _reason(error: Exception) -> str:
    """In a few words, without what a message may quote: paths, names."""
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    spoken = isinstance(error, BadRowError) or type(error).__module__.startswith("socle_agent.health")
    return str(error) if spoken else type(error).__name__
