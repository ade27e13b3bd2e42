"""The ledger's few single values."""

from __future__ import annotations

import sqlite3

from socle_agent.ledger.text import dump, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Meta:
    """Key to JSON value, written within whatever transaction is open."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, key: str, default: Any = None) -> Any:
        """The value of `key`, or `default`."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else load(row[0])

    def set(self, **values: Any) -> None:
        """Store values."""
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [(k, dump(v)) for k, v in values.items()])
