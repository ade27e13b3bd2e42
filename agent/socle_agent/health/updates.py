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
from typing import NamedTuple

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


class Waiting(NamedTuple):
    """apt's answer: to which state of its files, how many updates, and the day each security update was first seen."""

    stamp: list[int]
    pending: int
    security: dict[str, int]


def read(reader: Reader) -> dict[str, object]:
    """The group; empty where there is no apt or it never had lists. Raises StaleError."""
    lists, today = reader.roots.var / "lib/apt/lists", int(reader.world.now() // DAY_S)
    if not reader.folders(lists, "*_Packages*"):
        return {}
    _judge_age(today - _renewed(reader, lists) // DAY_S)
    waiting, is_kept = _look(reader, [_mtime(lists), _mtime(reader.roots.var / "lib/dpkg/status")], today)
    if waiting is None:
        return {}
    first = min(waiting.security.values()) if waiting.security and is_kept else None
    return {
        "pending": waiting.pending,
        "security": len(waiting.security),
        "oldest_security_days": None if first is None else reader.sane("updates/first-seen", today - first, 0, 10_000),
    }


def _look(reader: Reader, stamp: list[int], today: int) -> tuple[Waiting | None, bool]:
    """What waits, as kept if nothing changed since; and whether it is kept: else all would be first seen today."""
    memory = reader.world.memory / "updates.json"
    last = _remembered(memory)
    if last and last.stamp == stamp:
        return last, True
    told = reader.run("apt", "-qq", "list", "--upgradable")
    if told is None:
        return None, False
    found, since = _WAITING.findall(told), last.security if last else {}
    security = {name: since.get(name, today) for name, suites in found if _SECURITY.search(suites)}
    now = Waiting(stamp, len(found), security)
    return now, _remember(memory, now)


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


def _remembered(memory: Path) -> Waiting | None:
    """None where nothing was kept, or what was is none of ours."""
    try:
        kept = Waiting(**json.loads(memory.read_text("utf-8")))
        sound = type(kept.pending) is int and all(type(day) is int for day in kept.security.values())
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return kept if sound else None


def _remember(memory: Path, waiting: Waiting) -> bool:
    """Keep it for the next run, whole or not at all; tell whether that was possible."""
    new = memory.with_suffix(".new")
    try:
        new.write_text(json.dumps(waiting._asdict()), "utf-8")
        new.replace(memory)
    except OSError:
        return False
    return True
