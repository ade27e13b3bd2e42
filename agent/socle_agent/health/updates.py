"""Updates that wait: what has a newer version in the lists that this machine has. Nothing is downloaded.

Asking apt costs more CPU than all the rest, and the answer changes only with its lists or what is installed: it is
asked then alone, and the answer is kept, with the day on which each security update was first seen to wait.

Sources: apt(8), at an eighth of the CPU of `apt-get --simulate upgrade`; its lines are as they were in apt 1.0. The
suites of security updates end in `-security`: Debian's and Ubuntu's.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from socle_agent.health.reader import Reader

SOURCES = {
    "pending": "`apt list --upgradable`: packages that have a newer version",
    "security": "of these, those that come from a suite named `…-security`",
    "oldest_security_days": "days since this machine first saw the oldest of these wait",
}

DAY_S = 86_400
STALE_D = 30
"""Lists that were not renewed for so long say nothing of what waits now."""
_WAITING = re.compile(r"^([^\s/]+)/(\S+) \S+ \S+ \[upgradable from: ", re.MULTILINE)
"""Package, and the suites that have its new version."""
_SECURITY = re.compile(r"-security(?:,|$)")


class StaleError(Exception):
    """The lists are too old; the text says how old."""


def read(reader: Reader) -> dict[str, object]:
    """The group; empty where there is no apt or it never had lists. Raises StaleError."""
    lists, today = reader.roots.var / "lib/apt/lists", int(reader.world.now() // DAY_S)
    if not reader.folders(lists, "*_Packages*"):
        return {}
    _judge_age(today - _renewed(reader, lists) // DAY_S)
    memory = reader.world.memory / "updates.json"
    kept = _remembered(memory)
    stamp = [_mtime(lists), _mtime(reader.roots.var / "lib/dpkg/status")]
    if kept.get("stamp") != stamp:
        waiting = _waiting(reader)
        if waiting is None:
            return {}
        since = kept.get("security", {})
        kept = {
            "stamp": stamp,
            "pending": len(waiting),
            "security": {name: since.get(name, today) for name, suites in waiting.items() if _SECURITY.search(suites)},
        }
        kept["dated"] = _remember(memory, kept)
    security: dict[str, int] = kept["security"]
    waits = reader.sane("updates/first-seen", today - min(security.values()), 0, 10_000) if security else None
    return {
        "pending": kept["pending"],
        "security": len(security),
        "oldest_security_days": waits if kept.get("dated", True) else None,  # what is not kept is always of today
    }


def _waiting(reader: Reader) -> dict[str, str] | None:
    """The suites that have the new version of each package, by name."""
    told = reader.run("apt", "-qq", "list", "--upgradable")
    return None if told is None else dict(_WAITING.findall(told))


def _judge_age(days: float) -> None:
    if days > STALE_D:
        raise StaleError(f"apt's lists are {days:.0f} days old")


def _renewed(reader: Reader, lists: Path) -> float:
    """When apt last asked for lists, whether or not there was anything new."""
    stamp = reader.roots.var / "lib/apt/periodic/update-success-stamp"
    return max(_mtime(path) for path in (lists, lists / "partial", stamp))


def _mtime(path: Path) -> int:
    try:
        return int(path.stat().st_mtime)
    except OSError:
        return 0


def _remembered(memory: Path) -> dict[str, Any]:
    try:
        kept = json.loads(memory.read_text("utf-8"))
        return kept if isinstance(kept["pending"], int) and isinstance(kept["security"], dict) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _remember(memory: Path, kept: dict[str, Any]) -> bool:
    """Keep it for the next run, whole or not at all; tell whether that was possible."""
    new = memory.with_suffix(".new")
    try:
        new.write_text(json.dumps(kept), "utf-8")
        new.replace(memory)
    except OSError:
        return False
    return True
