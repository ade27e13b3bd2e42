"""The ledger's tables. `user_version` is the schema's version; each step from one to the next is one script.

The tables are STRICT and say what is JSON, so that the check at each opening finds damage within a row too.
"""

from __future__ import annotations

import sqlite3

VERSION = 1

_JSON = "services TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(services))"
_USE = f"open INTEGER, active INTEGER, {_JSON}"
_SENT = "rev INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0"
"""`rev` 0: not to be sent yet. `rejected`: 1 refused by the collector, 2 perhaps (it named only the first 100)."""

STEPS = (
    f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL CHECK (json_valid(value))) STRICT, WITHOUT ROWID;
-- which run issued which revisions
CREATE TABLE runs (run TEXT NOT NULL, first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE slots (t INTEGER PRIMARY KEY, {_SENT},
  powered INTEGER, observed INTEGER, charging INTEGER, online INTEGER, open INTEGER, active INTEGER,
  display INTEGER, senses INTEGER) STRICT;
CREATE TABLE days (d INTEGER NOT NULL, profile TEXT NOT NULL, {_SENT}, {_USE}, PRIMARY KEY (d, profile))
  STRICT, WITHOUT ROWID;
CREATE TABLE undated (boot TEXT NOT NULL, profile TEXT NOT NULL, {_SENT}, powered INTEGER, observed INTEGER, {_USE},
  PRIMARY KEY (boot, profile)) STRICT, WITHOUT ROWID;
CREATE TABLE health (t INTEGER PRIMARY KEY, {_SENT}, groups TEXT NOT NULL CHECK (json_valid(groups))) STRICT;
CREATE TABLE acts (id TEXT PRIMARY KEY, {_SENT}, d INTEGER, kind TEXT NOT NULL, minutes INTEGER, about TEXT, re TEXT)
  STRICT, WITHOUT ROWID;
-- seconds each sense worked, until its quarter has ended
CREATE TABLE worked (t INTEGER NOT NULL, sense INTEGER NOT NULL, seconds INTEGER NOT NULL, PRIMARY KEY (t, sense))
  STRICT, WITHOUT ROWID;
-- use of a boot that no proof has dated yet: stretches without programs, programs without moments
CREATE TABLE spans (boot TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, profile TEXT NOT NULL,
  senses INTEGER NOT NULL, state TEXT NOT NULL CHECK (json_valid(state))) STRICT;
CREATE TABLE held (boot TEXT NOT NULL, profile TEXT NOT NULL, {_USE}, PRIMARY KEY (boot, profile))
  STRICT, WITHOUT ROWID;
""",
)


class NewerLedgerError(Exception):
    """The file was written by a newer agent, whose tables this one does not know."""


def refuse_newer(db: sqlite3.Connection) -> int:
    """Return the version of the tables; raises NewerLedgerError."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise NewerLedgerError(
            f"ledger version {version}, this agent knows {VERSION}: install the newer socle-agent again"
        )
    return version


def prepare(db: sqlite3.Connection) -> None:
    """Bring the tables to this version. Raises NewerLedgerError, sqlite3.DatabaseError (also for other tables)."""
    version, new = refuse_newer(db), not _described(db)
    _build(db, version)
    if not new and _described(db) != _expected():
        raise sqlite3.DatabaseError("these are not the tables of a ledger")


def _expected() -> list[tuple[str, ...]]:
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        _build(fresh, 0)
        return _described(fresh)
    finally:
        fresh.close()


def _build(db: sqlite3.Connection, version: int) -> None:
    for number, script in enumerate(STEPS[version:], version + 1):
        db.executescript(f"BEGIN;{script}PRAGMA user_version={number};COMMIT;")


def _described(db: sqlite3.Connection) -> list[tuple[str, ...]]:
    return db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
