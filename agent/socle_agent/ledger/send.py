"""What the ledger sends: its rows in order of revision, and the sums of an audit."""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from socle_core.wire.encode import plain_row
from socle_core.wire.messages import Act, Day, Health, Row, Slot, Undated

ROOM_BYTES = 60_000
"""Bytes of rows in one message: below the 64 KiB that a payload may have, with room for what goes around them."""

_READ: dict[str, tuple[str, Any]] = {
    "slots": (
        "t, powered, observed, charging, online, open, active, display, senses",
        lambda row: Slot(*row),
    ),
    "days": ("d, profile, open, active, services", lambda row: Day(row[0], row[1], row[2], row[3], _services(row[4]))),
    "undated": (
        "boot, profile, powered, observed, open, active, services",
        lambda row: Undated(*(*row[:6], _services(row[6]))),
    ),
    "health": ("t, groups", lambda row: Health(row[0], json.loads(row[1]))),
    "acts": ("id, kind, d, minutes, about, re", lambda row: Act(*row)),
}

Batch = tuple[int, dict[str, list[Row]]]
"""The revision up to which a message has everything, and its rows by kind."""


def batch_after(db: sqlite3.Connection, after: int, head: int, room: int = ROOM_BYTES) -> Batch:
    """The rows above `after`, in order of revision, as many as `room` bytes hold (one at least)."""
    rows: dict[str, list[Row]] = {}
    rev = head
    last = after
    for revision, kind, row in heapq.merge(*(_above(db, kind, after) for kind in _READ), key=lambda item: item[0]):
        room -= len(json.dumps(plain_row(row), separators=(",", ":"))) + 1
        if room < 0 and rows:
            rev = last
            break
        rows.setdefault(kind, []).append(row)
        last = revision
    return rev, rows


def _above(db: sqlite3.Connection, kind: str, after: int) -> Iterator[tuple[int, str, Row]]:
    columns, build = _READ[kind]
    for revision, *row in db.execute(f"SELECT rev, {columns} FROM {kind} WHERE rev > ? ORDER BY rev", (after,)):
        yield revision, kind, build(row)


def _services(text: str) -> dict[str, tuple[int, int | None]]:
    return {service: (present, focus) for service, (present, focus) in json.loads(text).items()}


def month_of(unix: float) -> str:
    """The UTC month of a Unix second, as "2026-11"."""
    return datetime.fromtimestamp(unix, timezone.utc).strftime("%Y-%m")


def month_start(month: str) -> int:
    """The Unix second at which a UTC month begins."""
    return int(datetime.strptime(month, "%Y-%m").replace(tzinfo=timezone.utc).timestamp())


def month_sums(db: sqlite3.Connection, *, refused: bool) -> dict[str, dict[str, int]]:
    """Sums over slots and days by month; absent and null count as 0. `refused`: with the rows the collector refused."""
    months: dict[str, dict[str, int]] = {}
    unwanted = -1 if refused else 1
    for t, *row in db.execute("SELECT t, powered, observed, open, active FROM slots WHERE rejected != ?", (unwanted,)):
        _add(
            months, month_of(t * 900), slots=1, **dict(zip(("powered", "observed", "open", "active"), row, strict=True))
        )
    for d, services in db.execute("SELECT d, services FROM days WHERE rejected != ?", (unwanted,)):
        pairs = json.loads(services).values()
        _add(months, month_of(d * 86400), days=1, present=sum(p for p, _ in pairs), focus=sum(f or 0 for _, f in pairs))
    return months


def _add(months: dict[str, dict[str, int]], month: str, **numbers: int | None) -> None:
    sums = months.setdefault(
        month, dict.fromkeys(("slots", "powered", "observed", "open", "active", "days", "present", "focus"), 0)
    )
    for name, number in numbers.items():
        sums[name] += number or 0


def doubtful(db: sqlite3.Connection) -> tuple[set[str], bool, bool]:
    """What an audit must leave out, because the collector refused more rows than it named.

    Returns the months, and whether the totals of undated rows and of acts are concerned.
    """
    months = {month_of(t * 900) for (t,) in db.execute("SELECT t FROM slots WHERE rejected = 2")}
    months |= {month_of(d * 86400) for (d,) in db.execute("SELECT d FROM days WHERE rejected = 2")}
    undated, acts = (
        db.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE rejected = 2)").fetchone()[0]
        for table in ("undated", "acts")
    )
    return months, bool(undated), bool(acts)


def totals(db: sqlite3.Connection) -> dict[str, int]:
    """Sums over all rows issued, in the words of `totals --json`."""
    months = month_sums(db, refused=True)
    undated, acts, health = (
        db.execute(query).fetchone()[0]
        for query in (
            "SELECT COALESCE(SUM(powered), 0) FROM undated WHERE rev > 0",
            "SELECT COUNT(*) FROM acts WHERE rev > 0",
            "SELECT COUNT(*) FROM health",
        )
    )
    names = ("slots", "powered", "observed", "open", "active", "days", "present", "focus")
    sums = {name: sum(month[name] for month in months.values()) for name in names}
    return {**sums, "undated": undated, "health": health, "acts": acts}
