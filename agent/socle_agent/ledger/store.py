"""Opening the ledger's file: durable commits, its size, and what happens to a damaged one."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import suppress
from pathlib import Path

from socle_agent.ledger.meta import Meta
from socle_agent.ledger.schema import prepare, refuse_newer

LIMIT_BYTES = 16 * 1024 * 1024
"""What file and write-ahead log together never exceed (contract, promise 4)."""
FULL_BYTES = 7 * 1024 * 1024
"""What the tables may fill: one transaction may rewrite all of them into the log, once more the same size."""

PATIENCE_MS = 5000
"""A reader that closes the file as the last one holds it for a moment."""

_SUFFIXES = ("", "-wal", "-shm")
_INSTALL = re.compile(r"[0-9a-f]{8}")


def connect(path: Path) -> sqlite3.Connection:
    """Open or create the file and check it. Raises sqlite3.DatabaseError when damaged, NewerLedgerError, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.stat().st_size:
        raise sqlite3.DatabaseError("the file is empty")  # SQLite would take it for new, and say nothing
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.fchmod(file, 0o600)
    os.close(file)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        configure(db)
        _check(db)
        prepare(db)
        _check_meta(db)
    except BaseException:
        db.close()
        raise
    return db


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open an existing file that an agent may be writing. Raises sqlite3.Error, NewerLedgerError.

    Beside a writer SQLite shares the writer's log. With no log there is no writer, and where none can be made
    (another user's folder, a disk mounted read-only) the file is read as one that stands still.
    """
    try:
        return _reader(path, "mode=ro")
    except sqlite3.OperationalError:
        if not path.exists() or Path(f"{path}-wal").exists():
            raise
        return _reader(path, "mode=ro&immutable=1")


def _reader(path: Path, how: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    try:
        refuse_newer(db)
        db.execute("SELECT value FROM meta WHERE key = 'install'").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def configure(db: sqlite3.Connection) -> None:
    """Make each commit durable, leave nothing of what was overwritten, and keep the caches small."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "cache_size=-128",
        "wal_autocheckpoint=64",
        "journal_size_limit=0",
        "temp_store=MEMORY",
        "secure_delete=ON",
        f"busy_timeout={PATIENCE_MS}",
    ):
        db.execute(f"PRAGMA {pragma}")  # fmt: skip


def forget_log(db: sqlite3.Connection) -> None:
    """Empty the write-ahead log, which would tell how a day's row grew from minute to minute.

    What was committed is durable already. A reader in the way, or a full disk, leaves the log until the next time.
    """
    db.execute("PRAGMA busy_timeout=0")
    with suppress(sqlite3.OperationalError):
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    db.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")


def _check(db: sqlite3.Connection) -> None:
    (word,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if word != "ok":
        raise sqlite3.DatabaseError(word)


def _check_meta(db: sqlite3.Connection) -> None:
    """Values that SQLite cannot know to be wrong, and with which nothing could be sent or committed."""
    meta = Meta(db)
    install, head = meta.get("install"), meta.get("head", 0)
    (last,) = db.execute("SELECT COALESCE(MAX(last), 0) FROM runs").fetchone()
    if install is not None and not (isinstance(install, str) and _INSTALL.fullmatch(install)):
        raise sqlite3.DatabaseError("the install is none")
    if not isinstance(head, int) or head < last:
        raise sqlite3.DatabaseError("revisions were issued above the head")


def is_damage(error: BaseException) -> bool:
    """Tell a damaged file from a full disk, a read-only one or a lock, which pass."""
    return type(error) is sqlite3.DatabaseError


def set_aside(path: Path) -> Path:
    """Move the file and its log away, keeping one such set; return where to."""
    aside = path.with_name(path.name + ".damaged")
    for suffix in _SUFFIXES:
        source, goal = Path(f"{path}{suffix}"), Path(f"{aside}{suffix}")
        if source.exists():
            source.replace(goal)
        else:
            goal.unlink(missing_ok=True)
    return aside


def filled_bytes(db: sqlite3.Connection) -> int:
    """Bytes the tables fill, without pages that are free again."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
