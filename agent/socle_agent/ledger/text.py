"""JSON as it stands in the ledger's rows. What is none is damage: sqlite3.DatabaseError."""

from __future__ import annotations

import json
import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_dump = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


def dump(value: object) -> str:
    """Compact JSON, the same for equal values."""
    return _dump(value)


def load(text: str) -> Any:
    """Read JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise sqlite3.DatabaseError("a row holds no JSON") from error
