"""Sums over the ledger's rows, for audits and for people."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timezone

from socle_agent.ledger.use import read_services

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SUMMED = ("powered", "observed", "open", "active")
NAMES = ("slots", *SUMMED, "days", "present", "focus")

Sums = dict[str, int]


def month_of(unix: float) -> str:
    """The UTC month of a Unix second, as "2026-11"."""
    return datetime.fromtimestamp(unix, timezone.utc).strftime("%Y-%m")


def month_start(month: str) -> int:
    """The Unix second at which a UTC month begins."""
    year, number = month.split("-")
    return int(datetime(int(year), int(number), 1, tzinfo=timezone.utc).timestamp())


def month_sums(db: sqlite3.Connection, *, refused: bool) -> dict[str, Sums]:
    """Sums over slots and days by month; absent and null count as 0. `refused`: with the rows the collector refused."""
    months: dict[str, Sums] = {}
    for unix, sums in _rows(db, "" if refused else "WHERE rejected != 1"):
        month = months.setdefault(month_of(unix), dict.fromkeys(NAMES, 0))
        for name, number in sums.items():
            month[name] += number
    return months


def _rows(db: sqlite3.Connection, where: str) -> Iterator[tuple[int, Sums]]:
    for t, *row in db.execute(f"SELECT t, {', '.join(SUMMED)} FROM slots {where}"):
        yield t * 900, {"slots": 1, **{name: number or 0 for name, number in zip(SUMMED, row, strict=True)}}
    for d, services in db.execute(f"SELECT d, services FROM days {where}"):
        pairs = read_services(services).values()
        yield d * 86400, {"days": 1, "present": sum(p or 0 for p, _ in pairs), "focus": sum(f or 0 for _, f in pairs)}


def undated_sum(db: sqlite3.Connection, *, refused: bool) -> int:
    """Seconds powered of the undated rows that are sent."""
    return _one(db, f"SELECT SUM(powered) FROM undated WHERE rev > 0 {'' if refused else 'AND rejected != 1'}")


def act_count(db: sqlite3.Connection, *, refused: bool) -> int:
    """How many acts there are."""
    return _one(db, f"SELECT COUNT(*) FROM acts {'' if refused else 'WHERE rejected != 1'}")


def doubtful(db: sqlite3.Connection) -> tuple[set[str], bool, bool]:
    """What an audit must leave out, because the collector refused more rows than it named.

    Returns the months, and whether the totals of undated rows and of acts are concerned.
    """
    months = {month_of(t * 900) for (t,) in db.execute("SELECT t FROM slots WHERE rejected = 2")}
    months |= {month_of(d * 86400) for (d,) in db.execute("SELECT d FROM days WHERE rejected = 2")}
    undated, acts = (
        _one(db, f"SELECT EXISTS (SELECT 1 FROM {name} WHERE rejected = 2)") for name in ("undated", "acts")
    )
    return months, bool(undated), bool(acts)


def totals(db: sqlite3.Connection) -> Sums:
    """Sums over all rows that are sent, in the words of `totals --json`."""
    months = month_sums(db, refused=True).values()
    sums = {name: sum(month[name] for month in months) for name in NAMES}
    health = _one(db, "SELECT COUNT(*) FROM health")
    return {**sums, "undated": undated_sum(db, refused=True), "health": health, "acts": act_count(db, refused=True)}


def _one(db: sqlite3.Connection, query: str) -> int:
    return db.execute(query).fetchone()[0] or 0
