"""Memory: how much is in use, how long programs waited for it, how many were killed for want of it.

Sources: proc(5) on meminfo and vmstat; Linux, Documentation/accounting/psi.rst.
"""

from __future__ import annotations

import re

import psutil

from socle_agent.health.reader import Reader

SOURCES = {
    "used": "`/proc/meminfo` through psutil: 1 − available / total",
    "pressure": "`/proc/pressure/memory`: `some avg300`, as a share",
    "oom": "`/proc/vmstat`: `oom_kill`",
}


def read(reader: Reader) -> dict[str, object]:
    """The group."""
    return {"used": _used(reader), "pressure": _pressure(reader), "oom": _oom(reader)}


def _used(reader: Reader) -> float | None:
    real, psutil.PROCFS_PATH = psutil.PROCFS_PATH, str(reader.roots.proc)
    try:
        memory = psutil.virtual_memory()
    except OSError:
        return None
    finally:
        psutil.PROCFS_PATH = real
    if not memory.total:
        return None
    used = reader.sane("meminfo/available", 1 - memory.available / memory.total, 0, 1)
    return None if used is None else round(used, 4)


def _pressure(reader: Reader) -> float | None:
    told = re.search(r"^some .*\bavg300=(\S+)", reader.text(reader.roots.proc / "pressure/memory") or "", re.MULTILINE)
    share = reader.parse("pressure/memory", told[1], 0, 1, 0.01) if told else None
    return None if share is None else round(share, 4)


def _oom(reader: Reader) -> int | None:
    told = re.search(r"^oom_kill (\S+)", reader.text(reader.roots.proc / "vmstat") or "", re.MULTILINE)
    count = reader.parse("vmstat/oom_kill", told[1], 0, 2**53) if told else None
    return None if count is None else int(count)
