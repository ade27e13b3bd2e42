"""Adding growth to the ledger's rows. A row only grows, up to its limit; each changed row takes a revision."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from socle_agent.growth import Growth, Held, Span, Use
from socle_agent.ledger.revisions import Revisions

SLOT_FIELDS = ("powered", "observed", "charging", "online", "open", "active", "display")
SLOT_LIMIT, DAY_LIMIT, UNDATED_LIMIT = 900, 90_000, 2_147_483_647
WORKED_SHARE = 0.9
"""A sense worked in a quarter when it worked for at least this share of the seconds observed."""


class Grow:
    """Writes one growth within an open transaction. `keep_from`: the first quarter still wanted."""

    def __init__(self, db: sqlite3.Connection, revisions: Revisions, boot: str, keep_from: int) -> None:
        self._db = db
        self._revisions = revisions
        self._boot = boot
        self._keep_from = keep_from

    def write(self, growth: Growth, quarter: int | None) -> None:
        """Add all of `growth`; `quarter` is the one that now runs, those before it have ended."""
        if growth.dated:
            for table in ("spans", "held"):
                self._db.execute(f"DELETE FROM {table} WHERE boot = ?", (self._boot,))
        ended = self._ended(growth, quarter)
        for t in sorted(growth.slots.keys() | ended.keys()):
            if t >= self._keep_from:
                self._slot(t, growth.slots.get(t, {}), ended.get(t))
        for (day, profile), use in sorted(growth.days.items()):
            if day >= self._keep_from // 96:
                self._day(day, profile, use)
        for profile, use in growth.undated.items():
            add_undated(self._db, self._boot, profile, use, (0, 0))
        self._hold(growth)

    def _slot(self, t: int, seconds: dict[str, int], senses: int | None) -> None:
        names = ", ".join(SLOT_FIELDS)
        old = self._db.execute(f"SELECT {names}, senses FROM slots WHERE t = ?", (t,)).fetchone()
        before = dict(zip((*SLOT_FIELDS, "senses"), old or (None,) * 8, strict=True))
        after = dict(before)
        for name, more in seconds.items():
            after[name] = min(SLOT_LIMIT, (before[name] or 0) + more)
        if senses is not None:
            after["senses"] = (before["senses"] or 0) | senses
        if after != before or old is None:
            values = (t, self._revisions.next(), *after.values())
            marks = ", ".join("?" * len(values))
            self._db.execute(f"INSERT OR REPLACE INTO slots (t, rev, {names}, senses) VALUES ({marks})", values)

    def _day(self, day: int, profile: str, use: Use) -> None:
        where = (day, profile)
        old = self._db.execute("SELECT open, active, services FROM days WHERE d = ? AND profile = ?", where).fetchone()
        row = limited(added(old, use), DAY_LIMIT)
        if row != old:
            self._db.execute(
                "INSERT OR REPLACE INTO days (d, profile, rev, open, active, services) VALUES (?, ?, ?, ?, ?, ?)",
                (*where, self._revisions.next(), *row),
            )

    def _ended(self, growth: Growth, quarter: int | None) -> dict[int, int]:
        """Add to the senses' seconds; return the bits of each quarter that has ended."""
        for t, bits in growth.worked.items():
            for sense, seconds in bits.items():
                self._db.execute(
                    "INSERT INTO worked VALUES (?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds",
                    (t, sense, seconds),
                )
        if quarter is None:
            return {}
        rows = self._db.execute("DELETE FROM worked WHERE t < ? RETURNING t, sense, seconds", (quarter,)).fetchall()
        return {t: self._bits(t, growth, [r[1:] for r in rows if r[0] == t]) for t in {row[0] for row in rows}}

    def _bits(self, t: int, growth: Growth, worked: Iterable[tuple[int, int]]) -> int:
        old = self._db.execute("SELECT observed FROM slots WHERE t = ?", (t,)).fetchone()
        observed = ((old and old[0]) or 0) + growth.slots.get(t, {}).get("observed", 0)
        return sum(sense for sense, seconds in worked if seconds >= WORKED_SHARE * min(observed, SLOT_LIMIT))

    def _hold(self, growth: Growth) -> None:
        for span in growth.spans:
            self._span(span)
        for profile, use in growth.held.items():
            where = (self._boot, profile)
            old = self._db.execute(
                "SELECT open, active, services FROM held WHERE boot = ? AND profile = ?", where
            ).fetchone()
            self._db.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)", (*where, *added(old, use)))

    def _span(self, span: Span) -> None:
        state = json.dumps(span.state)
        longer = self._db.execute(
            "UPDATE spans SET end = ? WHERE boot = ? AND end = ? AND profile = ? AND senses = ? AND state = ?",
            (span.end, self._boot, span.start, span.profile, span.senses, state),
        )
        if not longer.rowcount:
            values = (self._boot, span.start, span.end, span.profile, span.senses, state)
            self._db.execute("INSERT OR REPLACE INTO spans VALUES (?, ?, ?, ?, ?, ?)", values)


def added(old: tuple[int | None, int | None, str] | None, use: Use) -> tuple[int | None, int | None, str]:
    """The columns open, active, services of a row after `use` was added."""
    total = Use() if old is None else Use(old[0], old[1], json.loads(old[2]))
    total.add(use)
    return total.open, total.active, json.dumps(total.services, sort_keys=True, separators=(",", ":"))


def limited(row: tuple[int | None, int | None, str], limit: int) -> tuple[int | None, int | None, str]:
    """The same with no number above `limit`."""
    cut = {s: [None if n is None else min(n, limit) for n in pair] for s, pair in json.loads(row[2]).items()}
    numbers = [None if n is None else min(n, limit) for n in row[:2]]
    return numbers[0], numbers[1], json.dumps(cut, sort_keys=True, separators=(",", ":"))


def add_undated(db: sqlite3.Connection, boot: str, profile: str, use: Use, seconds: tuple[int, int]) -> None:
    """Add to what cannot be dated, with its `seconds` powered and observed; it is sent when its boot has ended."""
    old = db.execute(
        "SELECT open, active, services, powered, observed FROM undated WHERE boot = ? AND profile = ?", (boot, profile)
    ).fetchone()
    opened, active, services = limited(added(old and old[:3], use), UNDATED_LIMIT)
    sums = [before + more for before, more in zip(old[3:] if old else (0, 0), seconds, strict=True)]
    db.execute(
        "INSERT OR REPLACE INTO undated (boot, profile, open, active, services, powered, observed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (boot, profile, opened, active, services, *(min(n, UNDATED_LIMIT) for n in sums)),
    )


def end_boots(db: sqlite3.Connection, revisions: Revisions, boot: str) -> None:
    """Turn what earlier boots held into undated rows, ready to be sent; `boot` is the present one."""
    for old, profile, state, seconds in db.execute(
        "SELECT boot, profile, state, SUM(end - start) FROM spans WHERE boot != ? GROUP BY boot, profile, state",
        (boot,),
    ).fetchall():
        observed = seconds if json.loads(state)["observed"] else 0
        add_undated(db, old, profile, Use(), (seconds, observed))
    for old, profile, *use in db.execute("SELECT * FROM held WHERE boot != ?", (boot,)).fetchall():
        add_undated(db, old, profile, Use(use[0], use[1], json.loads(use[2])), (0, 0))
    for table in ("spans", "held"):
        db.execute(f"DELETE FROM {table} WHERE boot != ?", (boot,))
    for old, profile in db.execute("SELECT boot, profile FROM undated WHERE boot != ? AND rev = 0", (boot,)).fetchall():
        db.execute("UPDATE undated SET rev = ? WHERE boot = ? AND profile = ?", (revisions.next(), old, profile))


def held_of(db: sqlite3.Connection, boot: str) -> Held:
    """What is held of `boot`."""
    held = Held()
    for start, end, profile, senses, state in db.execute(
        "SELECT start, end, profile, senses, state FROM spans WHERE boot = ? ORDER BY start", (boot,)
    ):
        held.spans.append(Span(start, end, profile, senses, json.loads(state)))
    for profile, opened, active, services in db.execute(
        "SELECT profile, open, active, services FROM held WHERE boot = ?", (boot,)
    ):
        held.use[profile] = Use(opened, active, json.loads(services))
    return held
