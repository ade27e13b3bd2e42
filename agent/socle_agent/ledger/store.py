"""Opening the ledger's file: durable commits, its size, and what happens to a damaged one."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from socle_agent.ledger.schema import prepare

LIMIT_BYTES = 16 * 1024 * 1024
"""What file and write-ahead log together never exceed (contract, promise 4)."""
FULL_BYTES = 7 * 1024 * 1024
"""What the tables may fill: one transaction may rewrite all of them into the log, once more the same size."""

_SUFFIXES = ("", "-wal", "-shm")


def connect(path: Path) -> sqlite3.Connection:
    """Open or create the file and check it. Raises sqlite3.DatabaseError when damaged, NewerLedgerError, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        configure(db)
        _check(db)
        prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def configure(db: sqlite3.Connection) -> None:
    """Make each commit one fsync, and keep the caches small."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "cache_size=-128",
        "wal_autocheckpoint=64",
        "journal_size_limit=0",
        "temp_store=MEMORY",
    ):
        db.execute(f"PRAGMA {pragma}")  # fmt: skip


def _check(db: sqlite3.Connection) -> None:
    (word,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if word != "ok":
        raise sqlite3.DatabaseError(word)


def is_damage(error: sqlite3.Error) -> bool:
    """Tell a damaged file from a full disk, a read-only one or a lock, which pass."""
    return type(error) is sqlite3.DatabaseError


def set_aside(path: Path) -> Path:
    """Move the file and its log away, keeping one such set; return where to."""
    aside = path.with_name(path.name + ".damaged")
    for suffix in _SUFFIXES:
        source = Path(f"{path}{suffix}")
        if source.exists():
            source.replace(f"{aside}{suffix}")
    return aside


def filled_bytes(db: sqlite3.Connection) -> int:
    """Bytes the tables fill, without pages that are free again."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
