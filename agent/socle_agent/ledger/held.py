"""Use that cannot be dated yet, and use that never will be.

Of the present boot: `spans` without programs, `held` without moments. Of boots that ended, and of what no proof
could give to one day: rows of `undated`, sent once their boot has ended.
"""

from __future__ import annotations

import sqlite3

from socle_agent.growth import Growth, Held, Seconds, Span, Use
from socle_agent.ledger.revisions import Revisions
from socle_agent.ledger.text import dump, load
from socle_agent.ledger.use import added, read_use

UNDATED_LIMIT = 2_147_483_647
_TOLD = ("powered", "observed")
SPANS_KEPT = 5_000
"""More stretches than these in a boot without a date are weeks: together they become undated, to bound their room."""
UNDATED_KEPT = 10_000
"""A machine that has more rows than these, starting over and over without a date, adds new boots to the last row."""


def hold(db: sqlite3.Connection, boot: str, growth: Growth) -> None:
    """Keep what has no date yet."""
    for span in growth.spans:
        _span(db, boot, span)
    for profile, use in growth.held.items():
        where = (boot, profile)
        old = db.execute("SELECT open, active, services FROM held WHERE boot = ? AND profile = ?", where).fetchone()
        db.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)", (*where, *added(old, use, UNDATED_LIMIT)))
    if growth.spans and _count(db, "spans") > SPANS_KEPT:
        _give_up(db, boot)


def held_of(db: sqlite3.Connection, boot: str) -> Held:
    """What is held of `boot`."""
    spans = db.execute("SELECT start, end, profile, senses, state FROM spans WHERE boot = ? ORDER BY start", (boot,))
    uses = db.execute("SELECT profile, open, active, services FROM held WHERE boot = ?", (boot,))
    return Held(
        [Span(start, end, profile, senses, load(state)) for start, end, profile, senses, state in spans],
        {profile: read_use(tuple(columns)) for profile, *columns in uses},
    )


def forget(db: sqlite3.Connection, boot: str) -> None:
    """Delete what is held of `boot`: it has a place now."""
    for table in ("spans", "held"):
        db.execute(f"DELETE FROM {table} WHERE boot = ?", (boot,))


def end_boots(db: sqlite3.Connection, revisions: Revisions, boot: str) -> None:
    """Turn what boots other than the present one hold into undated rows, ready to be sent."""
    held = "SELECT boot FROM spans WHERE boot != ? UNION SELECT boot FROM held WHERE boot != ?"
    for (old,) in db.execute(held, (boot, boot)).fetchall():
        _give_up(db, old, crowded=_count(db, "undated") >= UNDATED_KEPT)
    for old, profile in db.execute("SELECT boot, profile FROM undated WHERE boot != ? AND rev = 0", (boot,)).fetchall():
        db.execute("UPDATE undated SET rev = ? WHERE boot = ? AND profile = ?", (revisions.next(), old, profile))


def add_undated(db: sqlite3.Connection, boot: str, profile: str, use: Use, seconds: Seconds | None = None) -> None:
    """Add to what cannot be dated, with its `seconds` powered and observed; it is sent when its boot has ended."""
    old = db.execute(
        "SELECT open, active, services, powered, observed FROM undated WHERE boot = ? AND profile = ?", (boot, profile)
    ).fetchone()
    before = dict(zip(_TOLD, old[3:], strict=True)) if old else {}
    after = [min(before.get(name, 0) + (seconds or {}).get(name, 0), UNDATED_LIMIT) for name in _TOLD]
    db.execute(
        "INSERT OR REPLACE INTO undated (boot, profile, open, active, services, powered, observed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (boot, profile, *added(old and old[:3], use, UNDATED_LIMIT), *after),
    )


def _span(db: sqlite3.Connection, boot: str, span: Span) -> None:
    state = dump(span.state)
    longer = db.execute(
        "UPDATE spans SET end = ? WHERE boot = ? AND end = ? AND profile = ? AND senses = ? AND state = ?",
        (span.end, boot, span.start, span.profile, span.senses, state),
    )
    if not longer.rowcount:
        values = (boot, span.start, span.end, span.profile, span.senses, state)
        db.execute("INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?)", values)


def _give_up(db: sqlite3.Connection, boot: str, *, crowded: bool = False) -> None:
    """Hope for no more proof: make what is held of `boot` undated."""
    held = held_of(db, boot)
    for profile in sorted({span.profile for span in held.spans} | held.use.keys()):
        spans = [span for span in held.spans if span.profile == profile]
        seconds = {name: sum(span.end - span.start for span in spans if span.state[name]) for name in _TOLD}
        home = _home(db, boot, profile, crowded)
        add_undated(db, home, profile, held.use.get(profile, Use()), seconds)
    forget(db, boot)


def _home(db: sqlite3.Connection, boot: str, profile: str, crowded: bool) -> str:
    """The boot whose row takes the use: its own, but the last one's where rows are too many."""
    last = "SELECT boot FROM undated WHERE profile = ? ORDER BY rev = 0 DESC, rev DESC LIMIT 1"
    row = db.execute(last, (profile,)).fetchone() if crowded else None
    return boot if row is None else str(row[0])


def _count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])
