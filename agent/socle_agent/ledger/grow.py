"""Adding growth to the ledger's rows. A row only grows, up to its limit; each changed row takes a revision.

The rows of the running day take a new revision with each commit, grown or not: a revision, which lies between those of
two quarters, does not tell when something was used.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from socle_agent.growth import Growth, Seconds, Use
from socle_agent.ledger import held
from socle_agent.ledger.revisions import Revisions
from socle_agent.ledger.use import added

SLOT_FIELDS = ("powered", "observed", "charging", "online", "open", "active", "display")
SLOT_LIMIT, DAY_LIMIT = 900, 90_000
WORKED_SHARE = 0.9
"""A sense worked in a quarter when it worked for at least this share of the seconds observed."""


class Grow:
    """Writes one growth within an open transaction. `keep_from`: the first quarter still wanted.

    `running`: the local day that runs and that of the last commit, whose rows may have grown since; none without date.
    """

    def __init__(
        self, db: sqlite3.Connection, revisions: Revisions, boot: str, keep_from: int, running: Collection[int] = ()
    ) -> None:
        self._db = db
        self._revisions = revisions
        self._boot = boot
        self._keep_from = keep_from
        self._running = running

    def write(self, growth: Growth, quarter: int | None) -> None:
        """Add all of `growth`; `quarter` is the one that now runs, those before it have ended.

        The one that runs takes the last revision, so that a report may stop before it (`Ledger.ended`).
        """
        if growth.dated:
            held.forget(self._db, self._boot)
        runs = {t: seconds for t, seconds in growth.slots.items() if t == quarter}
        self._slots({t: seconds for t, seconds in growth.slots.items() if t != quarter})
        self._end_quarters(growth, quarter)
        self._days(growth.days)
        for profile, use in growth.undated.items():
            held.add_undated(self._db, self._boot, profile, use)
        held.hold(self._db, self._boot, growth)
        self._slots(runs)

    def _slots(self, slots: dict[int, Seconds]) -> None:
        for t in sorted(slots):
            if t >= self._keep_from:
                before = self._slot(t) or dict.fromkeys(SLOT_FIELDS)
                grown = {name: min(SLOT_LIMIT, (before[name] or 0) + more) for name, more in slots[t].items()}
                self._write_slot(t, before, {**before, **grown})

    def _slot(self, t: int) -> dict[str, int | None] | None:
        names = ", ".join(SLOT_FIELDS)
        row = self._db.execute(f"SELECT {names}, senses FROM slots WHERE t = ?", (t,)).fetchone()
        return row and dict(zip((*SLOT_FIELDS, "senses"), row, strict=True))

    def _write_slot(self, t: int, before: dict[str, int | None], after: dict[str, int | None]) -> None:
        if after != before:
            values = {"t": t, "rev": self._revisions.next(), **after}
            marks = ", ".join("?" * len(values))
            self._db.execute(
                f"INSERT OR REPLACE INTO slots ({', '.join(values)}) VALUES ({marks})", (*values.values(),)
            )

    def _end_quarters(self, growth: Growth, quarter: int | None) -> None:
        """Add to the senses' seconds, and set the bits of each quarter that has ended."""
        self._db.executemany(
            "INSERT INTO worked VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds",
            [(t, sense, seconds) for t, bits in growth.worked.items() for sense, seconds in bits.items()],
        )
        if quarter is None:
            return
        ended = self._db.execute("DELETE FROM worked WHERE t < ? RETURNING t, sense, seconds", (quarter,)).fetchall()
        for t in sorted({row[0] for row in ended}):
            if before := self._slot(t):  # not where the row was refused, forgotten or dropped
                senses = worked((row[1:] for row in ended if row[0] == t), before["observed"] or 0)
                self._write_slot(t, before, {**before, "senses": (before["senses"] or 0) | senses})

    def _days(self, days: dict[tuple[int, str], Use]) -> None:
        begun = self._db.execute("SELECT d, profile FROM days WHERE d >= ?", (min(self._running, default=1 << 30),))
        running = {(day, profile): Use() for day, profile in begun if day in self._running}
        for (day, profile), use in sorted({**running, **days}.items()):
            if day >= self._keep_from // 96:
                self._day((day, profile), use)

    def _day(self, where: tuple[int, str], use: Use) -> None:
        old = self._db.execute("SELECT open, active, services FROM days WHERE d = ? AND profile = ?", where).fetchone()
        row = added(old, use, DAY_LIMIT)
        if row != old or where[0] in self._running:
            self._db.execute(
                "INSERT OR REPLACE INTO days (d, profile, rev, open, active, services) VALUES (?, ?, ?, ?, ?, ?)",
                (*where, self._revisions.next(), *row),
            )


def worked(seconds: Iterable[tuple[int, int]], observed: int) -> int:
    """The bits of the senses that worked long enough, from pairs of bit and seconds."""
    return sum(sense for sense, held_s in seconds if held_s and held_s >= WORKED_SHARE * observed)
