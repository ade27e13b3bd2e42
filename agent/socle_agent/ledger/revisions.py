"""Revisions: each change of a row takes the next one, and the ledger remembers which run issued which.

An older image of the disk is known by that memory: the collector's mark names a revision this ledger did not issue
in that run. Then every row takes a new revision, above all that either side has seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from socle_agent.ledger.meta import Meta

SENT = {"slots": ("t",), "days": ("d", "profile"), "undated": ("boot", "profile"), "health": ("t",), "acts": ("id",)}
"""The tables that are sent, with their keys."""
RUNS_KEPT = 10_000
"""Of more runs than these the oldest are forgotten; a mark of theirs, years old, would make all rows be sent again."""


class Revisions:
    """Issues revisions for one run at a time."""

    def __init__(self, db: sqlite3.Connection, meta: Meta) -> None:
        self._db = db
        self._meta = meta
        self.head: int = meta.get("head", 0)
        self.run = ""

    def next(self) -> int:
        """Issue a revision; `save` makes it part of the transaction."""
        self.head += 1
        return self.head

    def save(self, first: int) -> None:
        """Record that the present run issued `first` to head."""
        if first > self.head:
            return
        self._meta.set(head=self.head)
        changed = self._db.execute(
            "UPDATE runs SET last = ? WHERE first = (SELECT MAX(first) FROM runs) AND run = ? AND last = ?",
            (self.head, self.run, first - 1),
        )
        if not changed.rowcount:
            self._db.execute("INSERT INTO runs VALUES (?, ?, ?)", (self.run, first, self.head))

    def reload(self) -> None:
        """Forget revisions of a transaction that did not commit."""
        self.head = self._meta.get("head", 0)

    def run_of(self, rev: int) -> str | None:
        """The run that issued `rev`; None when this ledger did not."""
        row = self._db.execute(
            "SELECT run, last FROM runs WHERE first <= ? ORDER BY first DESC LIMIT 1", (rev,)
        ).fetchone()
        return row[0] if row and rev <= row[1] else None

    def reissue(self, above: int) -> None:
        """Give every row that may be sent a new revision above max(head, above), in its old order."""
        self.head = max(self.head, above)
        first = self.head + 1
        for table, key in self._in_order():
            where = " AND ".join(f"{name} = ?" for name in SENT[table])
            self._db.execute(f"UPDATE {table} SET rev = ? WHERE {where}", (self.next(), *key))
        self._meta.set(head=self.head)
        self.save(first)

    def prune(self) -> None:
        """Forget the runs that are too many."""
        self._db.execute(
            "DELETE FROM runs WHERE first <= (SELECT first FROM runs ORDER BY first DESC LIMIT 1 OFFSET ?)",
            (RUNS_KEPT,),
        )

    def _in_order(self) -> list[tuple[str, Sequence[object]]]:
        rows = [
            (rev, table, key)
            for table, names in SENT.items()
            for rev, *key in self._db.execute(f"SELECT rev, {', '.join(names)} FROM {table} WHERE rev > 0")
        ]
        return [(table, key) for _, table, key in sorted(rows)]
