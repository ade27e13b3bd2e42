"""What wtmp tells of earlier boots: when each began and ended, by the wall clock. For machines without a journal.

The old file is utmp(5) records, /var/log/wtmp, and wtmp.1 before it; its successor is a database, /var/lib/wtmpdb.
Both also tell who logged in, which is not read. Neither tells of suspends. A boot without an end (a crash, a
power cut) is known to have lasted up to the last sign of life before the next boot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from socle_agent.boots.stretches import Stretches
from socle_agent.senses.sessions.utmp import BOOT_TIME, RUN_LEVEL, moments

BEGINS, ENDS, LIVES = "begins", "ends", "lives"
Sign = tuple[str, int]
"""What a record is a sign of, and its Unix second."""

_DATABASE_BOOT = 1


def stretches(var: Path) -> Stretches:
    """The boots that have ended, in order; none where nothing tells."""
    return sorted([*_from_database(var / "lib/wtmpdb/wtmp.db"), *_boots(_signs(var / "log"))])


def _from_database(file: Path) -> Stretches:
    """Boots of wtmpdb(8): one without an end lasted up to the last login or logout before the next."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT Type, Login, Logout FROM wtmp ORDER BY Login").fetchall()
    except sqlite3.Error:
        return []
    return _boots(sorted(_signs_of(rows), key=lambda sign: sign[1]))


def _signs_of(rows: Iterable[tuple[int, int | None, int | None]]) -> Iterator[Sign]:
    for kind, login, logout in rows:
        first, second = (BEGINS, ENDS) if kind == _DATABASE_BOOT else (LIVES, LIVES)
        if login is not None:
            yield first, login // 1_000_000
        if logout is not None:
            yield second, logout // 1_000_000


def _signs(log: Path) -> Iterator[Sign]:
    for name in ("wtmp.1", "wtmp"):
        try:
            data = (log / name).read_bytes()
        except OSError:
            continue
        for kind, pid, unix in moments(data):
            if kind == BOOT_TIME:
                yield BEGINS, unix
            else:
                yield (ENDS if kind == RUN_LEVEL and not pid else LIVES), unix


def _boots(signs: Iterable[Sign]) -> Stretches:
    """The boots that these signs tell of, without the last, which runs."""
    found: Stretches = []
    begun, lived = None, 0
    for sign, unix in signs:
        if begun is not None and sign != LIVES:
            found.append((begun, unix if sign == ENDS else lived))
            begun = None
        if sign == BEGINS:
            begun, lived = unix, unix
        lived = max(lived, unix)
    return [(start, end) for start, end in found if start < end]
