"""The running agent's ledger, read beside it."""

from __future__ import annotations

import json
import sqlite3

from .agent import FOLDER


class LedgerFile:
    """Read beside the running agent, to show what it did."""

    def __init__(self) -> None:
        (path,) = (FOLDER / "state").glob("*.db")
        self._database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    def version(self) -> int:
        """A number that changes whenever the agent has committed."""
        return int(self._database.execute("PRAGMA data_version").fetchone()[0])

    def seconds(self) -> int:
        """Seconds of all programs together that are committed."""
        rows = self._database.execute("SELECT services FROM days UNION ALL SELECT services FROM held").fetchall()
        return sum(present for (services,) in rows for present, _focus in json.loads(services).values())
