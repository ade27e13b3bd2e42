"""Making room: what the collector no longer wants, and what must go when the ledger is full."""

from __future__ import annotations

import sqlite3

from socle_agent.ledger.meta import Meta
from socle_agent.ledger.send import month_of, month_start
from socle_agent.ledger.store import FULL_BYTES, filled_bytes

_DATED = {"slots": ("t", 900), "days": ("d", 86400), "health": ("t", 900)}
"""The tables that belong to months, with their key and its unit in seconds."""


def forget_before(db: sqlite3.Connection, keep_from: int) -> int:
    """Delete rows before the quarter `keep_from`; return how many went."""
    bounds = {
        "slots": ("t", keep_from),
        "health": ("t", keep_from),
        "days": ("d", keep_from // 96),
        "acts": ("d", keep_from // 96),
    }
    return sum(
        db.execute(f"DELETE FROM {table} WHERE {key} < ?", (bound,)).rowcount for table, (key, bound) in bounds.items()
    )


def make_room(db: sqlite3.Connection, meta: Meta, mark: int, full: int = FULL_BYTES) -> list[str]:
    """Drop whole oldest months while the tables fill more than `full` bytes, acknowledged ones first.

    `mark`: the revision up to which rows are acknowledged. Returns the months dropped; `meta` remembers them.
    """
    dropped = []
    while filled_bytes(db) > full and (month := _next_month(db, mark)):
        _drop(db, month)
        dropped.append(month)
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
