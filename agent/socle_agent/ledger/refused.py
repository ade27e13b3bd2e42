"""Rows that a collector refused: known by `rejected`, and left out of audits until they are delivered anew."""

from __future__ import annotations

import sqlite3

from socle_agent.ledger.revisions import SENT
from socle_core.wire.messages import Ack, Rejected
from socle_core.wire.messages import Ledger as LedgerMessage

ACCEPTED, REFUSED, DOUBTFUL = 0, 1, 2
_INTEGERS = range(-(2**63), 2**63)


def any_refused(db: sqlite3.Connection) -> bool:
    """Whether a row is refused or doubtful."""
    return any(db.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE rejected)").fetchone()[0] for table in SENT)


def note_refused(db: sqlite3.Connection, ack: Ack, sent: LedgerMessage) -> None:
    """Take what the ack says of the rows of `sent`: where it does not name all that were refused, all are doubtful."""
    others = DOUBTFUL if (ack.rejected_total or 0) > len(ack.rejected) else ACCEPTED
    for table in SENT:
        db.execute(f"UPDATE {table} SET rejected = ? WHERE rev > ? AND rev <= ?", (others, sent.after, sent.rev))
    for refused in ack.rejected:
        _note(db, refused)


def _note(db: sqlite3.Connection, refused: Rejected) -> None:
    names, key = SENT.get(refused.kind, ()), refused.key or []
    if names and len(key) == len(names) and all(_storable(part) for part in key):
        where = " AND ".join(f"{name} = ?" for name in names)
        db.execute(f"UPDATE {refused.kind} SET rejected = ? WHERE {where}", (REFUSED, *key))


def _storable(part: int | str) -> bool:
    """No key of a row is anything else, and SQLite would raise."""
    return part.isascii() if isinstance(part, str) else part in _INTEGERS
