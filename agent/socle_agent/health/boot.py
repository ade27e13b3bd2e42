"""How long the machine takes to start, which of its services failed, how often it was cut off.

Sources: systemctl(1), org.freedesktop.systemd1(5); wtmp(5) and systemd-update-utmp(8); wtmpdb(8), which took wtmp's
place in Debian 13; systemd-journald(8): a journal that was not closed is renamed to `….journal~` at the next boot.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from itertools import pairwise

from socle_agent.health.reader import Reader

SOURCES = {
    "seconds": "`systemctl show`: from the start of the kernel until the default target was reached (the login screen)",
    "failed_units": "`systemctl show`: `NFailedUnits`",
    "unclean": "boots of the last 30 days without a shutdown before them: wtmp, else wtmpdb, else the journal's"
    " files that were never closed",
}

HORIZON_S = 30 * 86_400
_STOP, _BOOT = 1, 2
_HEAD = struct.Struct("=hxxi32s4s32s256s4x")
"""The part of a record of utmp(5) that every machine has: type, pid, line, id, user, host, exit."""
_TIMES = {384: struct.Struct("=336x4xi40x"), 400: struct.Struct("=336x8xq48x")}
"""The seconds in it, by the size of a record: of x86, and of ARM with 64 bits."""

Event = tuple[float, bool]
"""When (seconds since 1970), and whether it was a boot; else a clean stop."""


def read(reader: Reader) -> dict[str, object]:
    """The group."""
    return {"seconds": _seconds(reader), "failed_units": _failed(reader), "unclean": _unclean(reader)}


def _seconds(reader: Reader) -> int | None:
    told = _property(reader, "ActiveEnterTimestampMonotonic", "default.target")
    if not told or told == "0":  # not there yet
        return None
    seconds = reader.parse("default.target", told, 1, 3600, 1e-6)
    return None if seconds is None else round(seconds)


def _failed(reader: Reader) -> int | None:
    told = _property(reader, "NFailedUnits")
    count = reader.parse("NFailedUnits", told, 0, 10_000) if told else None
    return None if count is None else int(count)


def _property(reader: Reader, name: str, *unit: str) -> str | None:
    told = reader.run("systemctl", "show", f"--property={name}", *unit)
    return told.strip().partition("=")[2] if told else None


def _unclean(reader: Reader) -> int | None:
    since = reader.world.now() - HORIZON_S
    events = [*_wtmp(reader, "wtmp.1"), *_wtmp(reader, "wtmp")] or [*_wtmpdb(reader)]
    if not events:
        return _left_open(reader, since)
    pairs = pairwise(events)  # as they were written: a clock may have been wrong
    return sum(1 for (_, booted), (when, boots) in pairs if booted and boots and when >= since)


def _wtmp(reader: Reader, name: str) -> Iterator[Event]:
    data = reader.bytes(reader.roots.var / "log" / name) or b""
    size = next((size for size in _TIMES if _fits(data, size)), len(data) + 1)
    for at in range(0, len(data) - size + 1, size):
        kind, _pid, _line, _id, user, _host = _HEAD.unpack_from(data, at)
        if kind == _BOOT or (kind == _STOP and user.startswith(b"shutdown\0")):
            yield float(_TIMES[size].unpack_from(data, at)[0]), kind == _BOOT


def _fits(data: bytes, size: int) -> bool:
    """Whether records of that size have a type that exists, all of them."""
    kinds = [data[at : at + 4] for at in range(0, len(data), size)]
    return bool(data) and len(data) % size == 0 and all(kind[0] < 10 and not any(kind[1:]) for kind in kinds)


def _wtmpdb(reader: Reader) -> Iterator[Event]:
    """A boot is a row, whose end is written at a clean stop."""
    path = reader.roots.var / "lib/wtmpdb/wtmp.db"
    if not path.exists():
        return
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        for began, ended in db.execute("SELECT Login, Logout FROM wtmp WHERE Type = 1 ORDER BY ID"):
            yield began / 1e6, True
            if ended:
                yield ended / 1e6, False
    except sqlite3.Error:
        return
    finally:
        db.close()


def _left_open(reader: Reader, since: float) -> int | None:
    machines = reader.folders(reader.roots.var / "log/journal")
    if not machines:
        return None
    files = [path for machine in machines for path in reader.folders(machine, "system@*.journal~")]
    return sum(1 for path in files if path.stat().st_mtime >= since)
