"""Making room: what the collector no longer wants, and what must go when the ledger is full."""

from __future__ import annotations

import sqlite3

from socle_agent.ledger.meta import Meta
from socle_agent.ledger.store import FULL_BYTES, filled_bytes
from socle_agent.ledger.sums import month_of, month_start

_DATED = {"slots": ("t", 900), "days": ("d", 86400), "health": ("t", 900)}
"""The tables that belong to months, with their key and its unit in seconds."""
UNDATED = "undated"
_AT_ONCE = 1000


def forget_before(db: sqlite3.Connection, keep_from: int) -> set[str]:
    """Delete rows before the quarter `keep_from`; return the months that lost some."""
    months: set[str] = set()
    for table, (key, unit) in _DATED.items():
        bound = keep_from * 900 // unit
        gone = db.execute(f"DELETE FROM {table} WHERE {key} < ? RETURNING {key}", (bound,)).fetchall()
        months |= {month_of(at * unit) for (at,) in gone}
    db.execute("DELETE FROM acts WHERE d < ?", (keep_from // 96,))
    db.execute("DELETE FROM worked WHERE t < ?", (keep_from,))
    return months


def make_room(db: sqlite3.Connection, meta: Meta, mark: int) -> list[str]:
    """Drop whole oldest months while the tables fill too much, acknowledged ones first.

    `mark`: the revision up to which rows are acknowledged. Returns what was dropped; `meta` remembers it. A ledger
    that is full of boots without a date has no months: then of those the rows of lowest revisions go, as "undated".
    """
    dropped: list[str] = []
    while filled_bytes(db) > FULL_BYTES:
        month = _next_month(db, mark)
        if month is None and not _drop_undated(db):
            break
        if month is not None:
            _drop(db, month)
        dropped.append(month or UNDATED)
    if dropped:
        meta.set(dropped=sorted({*meta.get("dropped", []), *dropped}))
    return dropped


def _next_month(db: sqlite3.Connection, mark: int) -> str | None:
    newest: dict[str, int] = {}
    for table, (key, unit) in _DATED.items():
        for at, rev in db.execute(f"SELECT {key}, rev FROM {table}"):
            month = month_of(at * unit)
            newest[month] = max(newest.get(month, 0), rev)
    acknowledged = [month for month, rev in newest.items() if rev <= mark]
    return min(acknowledged or newest, default=None)


def _drop(db: sqlite3.Connection, month: str) -> None:
    start = month_start(month)
    end = month_start(month_of(start + 32 * 86400))
    for table, (key, unit) in _DATED.items():
        db.execute(f"DELETE FROM {table} WHERE {key} >= ? AND {key} < ?", (-(-start // unit), -(-end // unit)))


def _drop_undated(db: sqlite3.Connection) -> int:
    oldest = "SELECT rev FROM undated WHERE rev > 0 ORDER BY rev LIMIT ?"
    return db.execute(f"DELETE FROM undated WHERE rev IN ({oldest})", (_AT_ONCE,)).rowcount
